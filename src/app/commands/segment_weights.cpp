#include "app/commands/segment_weights.h"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/columns.h"

namespace cpo::app {

Result<TakenColumn> take_weights(std::vector<double>& values,
                                 const std::vector<std::string>& names,
                                 const std::string& name) {
    const auto column = ingest::find_column(names, name);
    if (!column)
        return invalid_argument(fmt::format(
            "--weights: there is no column \"{}\"; there are {}", name, ingest::listed(names)));
    if (names.size() == 1)
        return invalid_argument("--weights: there is no column beside the weights");
    TakenColumn taken{*column, {}};
    std::vector<double> others;
    others.reserve(values.size() / names.size() * (names.size() - 1));
    for (std::size_t i = 0; i < values.size(); ++i)
        (i % names.size() == *column ? taken.values : others).push_back(values[i]);
    const auto wrong = std::count_if(taken.values.begin(), taken.values.end(), [](double weight) {
        return !(weight >= 0);  // NaN as well.
    });
    if (wrong > 0)
        return invalid_argument(
            fmt::format("--weights: {} values of \"{}\" are missing or below 0", wrong, name));
    values = std::move(others);
    return taken;
}

}  // namespace cpo::app
