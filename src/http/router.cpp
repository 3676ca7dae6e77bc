#include "http/router.h"

#include <fmt/format.h>

#include "http/uri.h"

namespace cpo::http {
namespace {

constexpr std::size_t kCapturesMax = 16;

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// Takes the first segment off "/a/b"; `path` becomes "/b".
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

/// Names of a template's parameters, in order.
std::vector<std::string_view> parameter_names(std::string_view path) {
    std::vector<std::string_view> names;
    while (!path.empty()) {
        const std::string_view segment = take_segment(path);
        if (is_parameter(segment)) names.push_back(segment.substr(1, segment.size() - 2));
    }
    return names;
}

}  // namespace

Result<Router> Router::make(const std::vector<Operation>& operations) {
    Router router;
    for (const Operation& operation : operations) {
        Node* node = router.root_.get();
        std::string_view path = operation.path;
        while (!path.empty()) {
            const std::string_view segment = take_segment(path);
            std::unique_ptr<Node>& next =
                is_parameter(segment) ? node->parameter : node->literals[std::string(segment)];
            if (!next) next = std::make_unique<Node>();
            node = next.get();
        }
        if (!node->operations.emplace(operation.method, &operation).second)
            return invalid_argument(
                fmt::format("{} {} stands twice", operation.method, operation.path));
    }
    return router;
}

const Router::Node* Router::find(const Node& node,
                                 std::string_view path,
                                 std::vector<std::string_view>& captured) const {
    if (path.empty()) return node.operations.empty() ? nullptr : &node;
    if (path.front() != '/') return nullptr;
    const std::string_view segment = take_segment(path);
    const auto literal = node.literals.find(segment);
    if (literal != node.literals.end()) {
        const Node* found = find(*literal->second, path, captured);
        if (found != nullptr) return found;
    }
    if (!node.parameter || segment.empty() || captured.size() == kCapturesMax) return nullptr;
    captured.push_back(segment);
    const Node* found = find(*node.parameter, path, captured);
    if (found == nullptr) captured.pop_back();
    return found;
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
    Match match;
    std::vector<std::string_view> captured;
    const Node* node = find(*root_, path, captured);
    if (node == nullptr) return match;
    std::vector<std::string> values;
    for (const std::string_view segment : captured) {
        auto value = percent_decoded(segment, false);
        if (!value) return match;
        values.push_back(*std::move(value));
    }
    for (const auto& [name, operation] : node->operations) match.allowed.push_back(name);
    if (node->operations.contains("GET")) match.allowed.emplace_back("HEAD");
    match.allowed.emplace_back("OPTIONS");
    std::sort(match.allowed.begin(), match.allowed.end());
    const auto found = node->operations.find(method == "HEAD" ? "GET" : method);
    if (found == node->operations.end()) return match;
    match.operation = found->second;
    const auto names = parameter_names(match.operation->path);
    for (std::size_t i = 0; i < names.size(); ++i)
        match.values.emplace(names[i], std::move(values[i]));
    return match;
}

}  // namespace cpo::http
