#include "app/experiment_file.h"

#include <fmt/format.h>

#include "app/files.h"

namespace cpo::app {
namespace {

constexpr std::size_t kKeysListedMax = 20;

std::string key_of(const json::value& element) {
    const auto* object = element.if_object();
    const auto* key = object == nullptr ? nullptr : object->if_contains("key");
    return key == nullptr || !key->is_string() ? "" : std::string(key->get_string());
}

}  // namespace

Result<json::value> read_experiment_file(const std::string& path, const std::string& key) {
    auto parsed = parse_json(TRY(read_file(path)));
    if (!parsed) return invalid_argument(fmt::format("{}: {}", path, parsed.error().message));
    if (!parsed->is_array()) {
        const std::string own = key_of(*parsed);
        if (!key.empty() && own != key)
            return invalid_argument(
                fmt::format("{}: it holds the experiment '{}', not '{}'", path, own, key));
        return parsed;
    }
    const json::array& elements = parsed->get_array();
    if (key.empty() && elements.size() == 1) return elements.front();
    std::string keys;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::string candidate = key_of(elements[i]);
        if (!key.empty() && candidate == key) return elements[i];
        if (i < kKeysListedMax) keys += fmt::format("\n  {}", candidate);
    }
    return invalid_argument(
        fmt::format("{}: {}; choose one of its {} experiments with --key:{}",
                    path,
                    key.empty() ? "no --key is given" : fmt::format("there is no '{}'", key),
                    elements.size(),
                    keys));
}

}  // namespace cpo::app
