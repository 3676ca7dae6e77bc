#include "http/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace cpo::http {
namespace {

constexpr int kDepthMax = 100;
constexpr std::size_t kNodesMax = 1'000'000;  // Aliases may multiply.

/// Plain scalars by YAML 1.2, chapter 10.3.2.
json::value plain_value(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (text == ".inf" || text == "-.inf" || text == ".nan") return json::string(text);
    const char* begin = text.data() + (text.front() == '+' && text.size() > 1 ? 1 : 0);
    const char* end = text.data() + text.size();
    std::int64_t integer = 0;
    const auto whole = std::from_chars(begin, end, integer);
    if (whole.ec == std::errc() && whole.ptr == end) return integer;
    const bool starts_as_number =
        (*begin >= '0' && *begin <= '9') || *begin == '-' || *begin == '.';
    double number = 0;
    const auto real = std::from_chars(begin, end, number);
    if (starts_as_number && real.ec == std::errc() && real.ptr == end && std::isfinite(number))
        return number;
    return json::string(text);
}

class Reader {
public:
    Result<json::value> read(const YAML::Node& node, int depth) {
        if (depth > kDepthMax || ++nodes_ > kNodesMax)
            return wrong(node, "nested too deeply or too many values");
        switch (node.Type()) {
            case YAML::NodeType::Scalar:
                if (node.Tag() == "!") return json::value(json::string(node.Scalar()));
                return plain_value(node.Scalar());
            case YAML::NodeType::Sequence: {
                json::array array;
                for (const YAML::Node& item : node) array.push_back(TRY(read(item, depth + 1)));
                return json::value(std::move(array));
            }
            case YAML::NodeType::Map: {
                json::object object;
                for (const auto& pair : node) {
                    if (!pair.first.IsScalar()) return wrong(pair.first, "a key must be a text");
                    const std::string& key = pair.first.Scalar();
                    if (object.contains(key))
                        return wrong(pair.first, fmt::format("\"{}\" stands here twice", key));
                    object.emplace(key, TRY(read(pair.second, depth + 1)));
                }
                return json::value(std::move(object));
            }
            case YAML::NodeType::Null:
            case YAML::NodeType::Undefined:
                return json::value(nullptr);
        }
        return json::value(nullptr);
    }

private:
    static Error wrong(const YAML::Node& node, const std::string& reason) {
        const YAML::Mark mark = node.Mark();
        return invalid_argument(
            fmt::format("YAML, line {} column {}: {}", mark.line + 1, mark.column + 1, reason));
    }
    std::size_t nodes_ = 0;
};

}  // namespace

Result<json::value> read_yaml(std::string_view text) {
    try {
        const YAML::Node root = YAML::Load(std::string(text));
        return Reader().read(root, 0);
    } catch (const YAML::Exception& failure) {
        return invalid_argument(fmt::format("YAML, line {} column {}: {}",
                                            failure.mark.line + 1,
                                            failure.mark.column + 1,
                                            failure.msg));
    }
}

}  // namespace cpo::http
