#include "pipeline/segmentation_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agents/segmentation/assigner.h"
#include "agents/segmentation/saved_run.h"
#include "model/customer_values.h"
#include "store/customer_store.h"
#include "store/segmentation_store.h"
#include "store/stored_values.h"

namespace cpo::pipeline {
namespace {

using segmentation::ColumnPlan;
using segmentation::SavedRun;

/// Reads the customers of a request as the columns of a run.
class CustomerReader {
public:
    explicit CustomerReader(const SavedRun& run)
        : run_(run), builder_(segmentation::columns_to_read(run.plan.columns), true) {}

    /// Customers as the request has them.
    Result<void> read(const json::array& customers) {
        std::set<std::string> seen;
        for (std::size_t i = 0; i < customers.size(); ++i) {
            const JsonReader customer =
                TRY(JsonReader::of(customers[i], fmt::format("/customers/{}", i)));
            const std::string id = TRY(customer.string("id"));
            if (!seen.insert(id).second)
                return invalid_argument(customer.pointer_of("id") +
                                        ": the id stands at an earlier customer as well");
            const JsonReader features = TRY(customer.object("features"));
            TRY(check_names(features));
            TRY(add(id, features));
        }
        return {};
    }

    /// Stored ones, null where there is none of that id. What they have beside the columns of the
    /// run does not matter.
    Result<void> read(const std::vector<std::string>& ids, const std::vector<json::value>& found) {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::string pointer = fmt::format("/customer_ids/{}", i);
            if (found[i].is_null())
                return invalid_argument(
                    fmt::format("{}: there is no customer \"{}\"", pointer, ids[i]));
            const JsonReader features = TRY(JsonReader::of(found[i], pointer));
            TRY(add(ids[i], features));
        }
        return {};
    }

    FeatureTable features() && {
        return segmentation::encode_customers(std::move(builder_).take(), run_.plan.columns);
    }

private:
    /// A name that the run does not know is a slip, which a median would hide.
    Result<void> check_names(const JsonReader& features) const {
        const auto& columns = run_.plan.columns;
        for (const auto& field : features.raw()) {
            const std::string name(field.key());
            const bool is_known =
                std::any_of(columns.begin(), columns.end(), [&](const ColumnPlan& column) {
                    return column.column.name == name;
                });
            if (is_known) continue;
            std::vector<std::string> names;
            for (const MixedColumn& column : segmentation::columns_to_read(columns))
                names.push_back(column.name);
            return invalid_argument(fmt::format("{}: the run has no such column; it uses {}",
                                                features.pointer_of(name),
                                                fmt::join(names, ", ")));
        }
        return {};
    }

    Result<void> add(const std::string& id, const JsonReader& features) {
        if (run_.scale == "none")
            for (const MixedColumn& column : segmentation::columns_to_read(run_.plan.columns))
                if (!features.has(column.name))
                    return invalid_argument(
                        features.pointer_of(column.name) +
                        ": missing, and a run with scaling \"none\" fills nothing in");
        return builder_.add(id, features);
    }

    const SavedRun& run_;
    MixedTableBuilder builder_;
};

Result<SavedRun> load_run(store::Store& store, const RunOfWorkspace& run, Deadline deadline) {
    const std::string text = TRY(store.read(
        [&](store::Session& session) {
            return store::load_segmentation_model(session, run.workspace, run.run_id);
        },
        deadline));
    const json::value value = TRY(store::or_damaged(parse_json(text)));
    return store::or_damaged(segmentation::read_run(value));
}

}  // namespace

std::string saved_run(segmentation::AssignmentRule rule,
                      segmentation::FeaturePlan plan,
                      const Segmentation& result,
                      const SavingOptions& options) {
    SavedRun run;
    run.algorithm = result.algorithm;
    run.scale = options.scale;
    run.id = options.id;
    for (const Segment& segment : result.segments)
        run.segments.push_back({segment.name, segment.size});
    run.plan = std::move(plan);
    run.plan.scaling = result.scaling;
    run.rule = std::move(rule);
    return write_json(segmentation::to_json(run)) + "\n";
}

Result<std::vector<AssignedCustomer>> assign_customers(store::Store& store,
                                                       const RunOfWorkspace& of,
                                                       const json::object& request,
                                                       Deadline deadline) {
    const SavedRun run = TRY(load_run(store, of, deadline));
    const json::value value(request);
    const JsonReader fields = TRY(JsonReader::of(value));
    CustomerReader reader(run);
    if (fields.has("customers")) {
        const json::array* customers = TRY(fields.array("customers"));
        TRY(reader.read(*customers));
    } else {
        const auto ids = TRY(fields.strings_or_empty("customer_ids"));
        const auto found = TRY(store.read(
            [&](store::Session& session) { return store::features_of(session, of.workspace, ids); },
            deadline));
        TRY(reader.read(ids, found));
    }
    FeatureTable features = std::move(reader).features();
    const auto segments = segmentation::Assigner(run.rule, run.plan.scaling).assign(features);
    std::vector<AssignedCustomer> assigned;
    assigned.reserve(segments.size());
    for (std::size_t row = 0; row < segments.size(); ++row) {
        AssignedCustomer& customer = assigned.emplace_back();
        customer.id = std::move(features.ids[row]);
        customer.segment = segments[row];
        if (segments[row] != kNoSegment)
            customer.name = run.segments[static_cast<std::size_t>(segments[row])].name;
    }
    return assigned;
}

}  // namespace cpo::pipeline
