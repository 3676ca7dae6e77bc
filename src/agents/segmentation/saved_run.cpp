#include "agents/segmentation/saved_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "agents/segmentation/kernels.h"
#include "agents/segmentation/plan_json.h"
#include "agents/segmentation/scaling.h"
#include "base/overloaded.h"
#include "model/json_fields.h"

namespace cpo::segmentation {
namespace {

constexpr std::string_view kFormat = "cpo segmentation run";
constexpr std::int64_t kVersion = 1;
constexpr double kAnyDistance = std::numeric_limits<double>::infinity();

template <typename Values>
json::array array_of(const Values& values) {
    return json::array(values.begin(), values.end());
}

/// [rows x columns] as arrays of rows.
template <typename Value>
json::array rows_of(const std::vector<Value>& values, std::size_t columns) {
    json::array rows;
    for (std::size_t from = 0; from < values.size(); from += columns)
        rows.push_back(json::array(values.begin() + static_cast<std::ptrdiff_t>(from),
                                   values.begin() + static_cast<std::ptrdiff_t>(from + columns)));
    return rows;
}

json::object rule_json(const NearestCentre& rule) {
    return {{"rule", "nearest_centre"},
            {"means", array_of(rule.means)},
            {"centres", rows_of(rule.centres, rule.means.size())}};
}

json::object rule_json(const MostProbable& rule) {
    const std::size_t components = rule.weights.size();
    return {{"rule", "most_probable"},
            {"covariance", name_of(rule.covariance)},
            {"regularization", rule.regularization},
            {"weights", array_of(rule.weights)},
            {"means", rows_of(rule.means, rule.means.size() / components)},
            {"covariances", rows_of(rule.covariances, rule.covariances.size() / components)},
            {"segments", array_of(rule.segment_of)}};
}

json::object rule_json(const NearestMember& rule) {
    json::array reaches;
    for (const double reach : rule.reaches)
        reaches.push_back(std::isinf(reach) ? json::value(nullptr) : json::value(reach));
    return {{"rule", "nearest_member"},
            {"reaches", std::move(reaches)},
            {"segments", array_of(rule.segment_of)},
            {"members", rows_of(rule.members.values, rule.members.columns)}};
}

/// Reads the parts of a rule; `features` is the number of used features, `segments` that of the
/// segments.
class RuleReader {
public:
    RuleReader(const JsonReader& reader, std::size_t features, std::size_t segments)
        : reader_(reader), features_(features), segments_(segments) {}

    Result<AssignmentRule> read() const {
        const std::string rule = TRY(reader_.string("rule"));
        if (rule == "nearest_centre") return nearest_centre();
        if (rule == "most_probable") return most_probable();
        if (rule == "nearest_member") return nearest_member();
        return fault("rule",
                     "expected \"nearest_centre\", \"most_probable\" or \"nearest_member\"");
    }

private:
    Result<AssignmentRule> nearest_centre() const {
        TRY(reader_.only({"rule", "means", "centres"}));
        NearestCentre rule;
        rule.means = TRY(values("means", features_));
        const auto centres = TRY(rows("centres", features_));
        if (centres.size() != segments_ * features_ ||
            segments_ > static_cast<std::size_t>(kClustersMax))
            return fault("centres",
                         fmt::format("expected one for each segment, at most {}", kClustersMax));
        for (const double value : centres)
            if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max()))
                return fault("centres", "a number is out of range");
        rule.centres.assign(centres.begin(), centres.end());
        return AssignmentRule(std::move(rule));
    }

    Result<AssignmentRule> most_probable() const {
        TRY(reader_.only({"rule",
                          "covariance",
                          "regularization",
                          "weights",
                          "means",
                          "covariances",
                          "segments"}));
        MostProbable rule;
        rule.covariance = TRY(read_name(reader_, "covariance", [](std::string_view name) {
            std::optional<Covariance> found;
            for (const auto& [known, covariance] : kCovariances)
                if (known == name) found = covariance;
            return found;
        }));
        rule.regularization = TRY(reader_.number("regularization"));
        rule.segment_of = TRY(segment_numbers());
        const std::size_t components = rule.segment_of.size();
        const bool is_full = rule.covariance == Covariance::kFull;
        const std::size_t size = is_full ? features_ * features_ : features_;
        rule.weights = TRY(values("weights", components));
        rule.means = TRY(rows("means", features_));
        rule.covariances = TRY(rows("covariances", size));
        if (components == 0 || rule.means.size() != components * features_ ||
            rule.covariances.size() != components * size)
            return fault("means", "expected one and one covariance for each component");
        if (!(rule.regularization > 0) || std::isinf(rule.regularization))
            return fault("regularization", "expected a number above 0");
        if (std::any_of(rule.weights.begin(), rule.weights.end(), [](double w) { return w <= 0; }))
            return fault("weights", "expected numbers above 0");
        for (std::size_t i = 0; i < rule.covariances.size(); ++i) {
            const std::size_t place = i % size;
            if ((!is_full || place % (features_ + 1) == 0) && rule.covariances[i] <= 0)
                return fault("covariances", "expected variances above 0");
        }
        return AssignmentRule(std::move(rule));
    }

    Result<AssignmentRule> nearest_member() const {
        TRY(reader_.only({"rule", "reaches", "segments", "members"}));
        NearestMember rule;
        rule.segment_of = TRY(segment_numbers());
        if (std::find(rule.segment_of.begin(), rule.segment_of.end(), kNoSegment) !=
            rule.segment_of.end())
            return fault("segments", "a member must be in a segment");
        rule.members = {features_, TRY(rows("members", features_))};
        if (rule.segment_of.empty() || rule.segment_of.size() != rule.members.rows() ||
            rule.segment_of.size() > kMembersMax)
            return fault("members",
                         fmt::format("expected one for each of `segments`, 1 to {}", kMembersMax));
        const auto* reaches = TRY(reader_.array("reaches"));
        for (const json::value& reach : *reaches) {
            const double number = reach.is_number() ? reach.to_number<double>() : kAnyDistance;
            if ((!reach.is_number() && !reach.is_null()) || !(number >= 0))
                return fault("reaches", "expected numbers from 0 or null");
            rule.reaches.push_back(number);
        }
        if (rule.reaches.size() != segments_)
            return fault("reaches", "expected one for each segment");
        return AssignmentRule(std::move(rule));
    }

    Error fault(std::string_view key, const std::string& what) const {
        return invalid_argument(fmt::format("{}: {}", reader_.pointer_of(key), what));
    }

    Result<std::vector<double>> values(std::string_view key, std::size_t count) const {
        const auto* array = TRY(reader_.array(key));
        auto numbers = TRY(finite_numbers(array, reader_.pointer_of(key)));
        if (numbers.size() != count)
            return fault(key, fmt::format("expected {} numbers, not {}", count, numbers.size()));
        return numbers;
    }

    Result<std::vector<double>> rows(std::string_view key, std::size_t columns) const {
        const auto* rows = TRY(reader_.array(key));
        std::vector<double> all;
        for (std::size_t i = 0; i < rows->size(); ++i) {
            const std::string pointer = fmt::format("{}/{}", reader_.pointer_of(key), i);
            if (!(*rows)[i].is_array())
                return invalid_argument(pointer + ": expected an array of numbers");
            const auto row = TRY(finite_numbers(&(*rows)[i].as_array(), pointer));
            if (row.size() != columns)
                return invalid_argument(
                    fmt::format("{}: expected {} numbers, not {}", pointer, columns, row.size()));
            all.insert(all.end(), row.begin(), row.end());
        }
        return all;
    }

    /// -1 ... segments - 1.
    Result<std::vector<int>> segment_numbers() const {
        const auto* numbers = TRY(reader_.array("segments"));
        std::vector<int> segments;
        for (std::size_t i = 0; i < numbers->size(); ++i) {
            json::error_code failure;
            const json::value& value = (*numbers)[i];
            const auto number = value.is_number() ? value.to_number<std::int64_t>(failure) : -2;
            if (failure || number < kNoSegment || number >= static_cast<std::int64_t>(segments_))
                return invalid_argument(fmt::format(
                    "{}/{}: there is no such segment", reader_.pointer_of("segments"), i));
            segments.push_back(static_cast<int>(number));
        }
        return segments;
    }

    const JsonReader& reader_;
    std::size_t features_;
    std::size_t segments_;
};

Result<SavedRun::Segment> read_segment(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    TRY(reader.only({"name", "size"}));
    return SavedRun::Segment{TRY(reader.string("name")),
                             TRY(read_count<std::size_t>(reader, "size"))};
}

}  // namespace

json::object to_json(const SavedRun& run) {
    json::array segments;
    for (const SavedRun::Segment& segment : run.segments)
        segments.push_back({{"name", segment.name}, {"size", segment.size}});
    return {{"format", kFormat},
            {"version", kVersion},
            {"algorithm", run.algorithm},
            {"scale", run.scale},
            {"id", run.id},
            {"segments", std::move(segments)},
            {"plan", to_json(run.plan)},
            {"assignment", std::visit([](const auto& rule) { return rule_json(rule); }, run.rule)}};
}

Result<SavedRun> read_run(const json::value& value) {
    const auto reader = TRY(JsonReader::of(value));
    if (!reader.has("format") || TRY(reader.string("format")) != kFormat)
        return invalid_argument(
            fmt::format("/format: expected \"{}\", as cpo segment --save writes", kFormat));
    const std::int64_t version = TRY(reader.integer("version"));
    if (version != kVersion)
        return invalid_argument(fmt::format(
            "/version: this program reads version {}, not {}: segment again", kVersion, version));
    TRY(reader.only(
        {"format", "version", "algorithm", "scale", "id", "segments", "plan", "assignment"}));
    SavedRun run;
    run.algorithm = TRY(reader.string("algorithm"));
    run.scale = TRY(reader.string("scale"));
    run.id = TRY(reader.string("id"));
    run.segments = TRY(read_array(reader, "segments", read_segment));
    if (run.segments.empty()) return invalid_argument("/segments: there must be one");
    const auto plan = TRY(reader.object("plan"));
    run.plan = TRY(read_plan(plan));
    const auto features = static_cast<std::size_t>(
        std::count_if(run.plan.scaling.begin(), run.plan.scaling.end(), [](const auto& column) {
            return column.is_used;
        }));
    const auto rule = TRY(reader.object("assignment"));
    run.rule = TRY(RuleReader(rule, features, run.segments.size()).read());
    return run;
}

}  // namespace cpo::segmentation
