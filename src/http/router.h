#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/operation.h"

namespace cpo::http {

/// Finds the operation for method and path: a tree of path segments in which a literal wins over a
/// parameter. Immutable after construction, thread-safe. O(segments).
class Router {
public:
    /// `operations` must outlive the router. Errors: kInvalidArgument when two operations share
    /// method and path.
    static Result<Router> make(const std::vector<Operation>& operations);

    struct Match {
        const Operation* operation = nullptr;       ///< Null: no such path or method.
        std::map<std::string, std::string> values;  ///< Template parameters, decoded.
        std::vector<std::string> allowed;  ///< Methods of the path, sorted; empty = no such path.
    };
    /// `path` as it stands in the request line, without the query. HEAD finds GET. A segment that
    /// cannot be decoded matches nothing.
    Match match(std::string_view method, std::string_view path) const;

private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> parameter;
        std::map<std::string, const Operation*, std::less<>> operations;  ///< By method.
    };
    const Node* find(const Node& node,
                     std::string_view path,
                     std::vector<std::string_view>& captured) const;
    std::unique_ptr<Node> root_ = std::make_unique<Node>();
};

}  // namespace cpo::http
