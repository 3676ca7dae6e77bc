#pragma once

#include "http/message.h"
#include "store/page.h"

namespace cpo::http {

/// The page that the parameters limit, before and after ask for. Errors: kInvalidArgument when both
/// before and after are given.
inline Result<store::PageRequest> page_request(const Request& request) {
    store::PageRequest page;
    page.before = request.query_or("before", "");
    page.after = request.query_or("after", "");
    page.count_max = static_cast<std::size_t>(request.query_integer_or("limit", 50));
    if (!page.before.empty() && !page.after.empty())
        return invalid_argument("give before or after, not both");
    return page;
}

/// {items, next, previous}: `to_item` makes the JSON of one, `key_of` its place in the order.
template <typename T, typename ToItem, typename KeyOf>
json::object page_json(const store::Page<T>& page, const ToItem& to_item, const KeyOf& key_of) {
    json::array items;
    for (const T& item : page.items) items.push_back(to_item(item));
    json::object answer{{"items", std::move(items)}, {"next", nullptr}, {"previous", nullptr}};
    if (page.has_older && !page.items.empty()) answer["next"] = key_of(page.items.back());
    if (page.has_newer && !page.items.empty()) answer["previous"] = key_of(page.items.front());
    return answer;
}

}  // namespace cpo::http
