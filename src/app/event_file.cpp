#include "app/event_file.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "app/files.h"
#include "ingest/columns.h"
#include "ingest/csv.h"

namespace cpo::app {
namespace {

/// Where the fields of an event stand in a CSV; arm, metric and value may be missing.
class EventColumns {
public:
    static Result<EventColumns> find(const std::string& path,
                                     const std::vector<std::string>& header) {
        EventColumns columns;
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            columns.places_[i] = ingest::find_column(header, kNames[i]);
            if (!columns.places_[i] && i < kNeeded)
                return ingest::missing_column(path, header, kNames[i]);
        }
        return columns;
    }

    experiments::EventFields fields(std::span<const std::string_view> cells) const {
        const auto at = [&](std::size_t i) {
            return places_[i] ? cells[*places_[i]] : std::string_view();
        };
        return {at(0), at(1), at(2), at(4), at(5), at(6), at(3)};
    }

private:
    static constexpr std::size_t kNeeded = 4;
    static constexpr std::array<const char*, 7> kNames{
        "id", "kind", "unit", "time", "arm", "metric", "value"};
    std::array<std::optional<std::size_t>, kNames.size()> places_;
};

Result<experiments::EventLog> read_event_csv(const std::string& path) {
    const auto input = TRY(open_input(path));
    auto csv = TRY(ingest::CsvReader::open(*input, path, {}));
    const auto columns = TRY(EventColumns::find(path, csv.header()));
    experiments::EventLog log;
    ingest::CsvRecord record;
    while (TRY(csv.next(record))) {
        if (++log.lines > experiments::kEventsMax)
            return Error{ErrorCode::kResourceExhausted,
                         fmt::format("{}: more than {} events", path, experiments::kEventsMax),
                         {}};
        if (!record.fault.empty()) {
            log.reject(record.line, record.fault);
            continue;
        }
        auto event = experiments::make_event(columns.fields(record.fields));
        if (event)
            log.events.push_back(*std::move(event));
        else
            log.reject(record.line, event.error().message);
    }
    return log;
}

}  // namespace

Result<experiments::EventLog> read_event_file(const std::string& path) {
    if (path.ends_with(".csv") || path.ends_with(".csv.gz")) return read_event_csv(path);
    return experiments::read_event_lines(TRY(read_file(path)));
}

}  // namespace cpo::app
