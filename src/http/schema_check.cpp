#include "http/schema_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/format.h"
#include "http/schema.h"

namespace cpo::http {
namespace {

using schema_detail::Bound;
using schema_detail::kNoLimit;
using schema_detail::Node;

constexpr std::size_t kShownMax = 40;
/// Values are at most 64 deep; a schema that names itself without going into the value stops here.
constexpr int kCheckDepthMax = 200;

bool is_whole(const json::value& value) {
    if (value.is_int64() || value.is_uint64()) return true;
    return value.is_double() && std::isfinite(value.get_double()) &&
           std::trunc(value.get_double()) == value.get_double();
}

unsigned type_bits(const json::value& value) {
    using namespace schema_detail;  // NOLINT(google-build-using-namespace)
    switch (value.kind()) {
        case json::kind::null:
            return kNull;
        case json::kind::bool_:
            return kBoolean;
        case json::kind::object:
            return kObject;
        case json::kind::array:
            return kArray;
        case json::kind::string:
            return kString;
        default:
            return is_whole(value) ? kNumber | kInteger : kNumber;
    }
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned>(c) & 0xC0U) != 0x80;
    }));
}

/// The value as a person would recognise it, cut at a character.
std::string shown(const json::value& value) {
    if (value.is_object()) return "an object";
    if (value.is_array()) return "an array";
    std::string text = write_json(value);
    if (text.size() <= kShownMax) return text;
    std::size_t end = kShownMax;
    while (end > 0 && (static_cast<unsigned>(text[end]) & 0xC0U) == 0x80) --end;
    text.resize(end);
    return text + "…";
}

/// " from 1 to 100", " of at least 1", " above 0", or nothing.
std::string range_text(const Node& node) {
    const auto low = node.minimum;
    const auto high = node.maximum;
    if (low && high && !low->is_exclusive && !high->is_exclusive)
        return fmt::format(" from {} to {}", format_number(low->value), format_number(high->value));
    std::string text;
    if (low)
        text += fmt::format(
            " {} {}", low->is_exclusive ? "above" : "of at least", format_number(low->value));
    if (high)
        text += fmt::format("{}{} {}",
                            low ? " and" : "",
                            high->is_exclusive ? " below" : " at most",
                            format_number(high->value));
    return text;
}

std::string type_text(const Node& node) {
    using namespace schema_detail;  // NOLINT(google-build-using-namespace)
    std::vector<std::string> names;
    if ((node.types & kString) != 0)
        names.emplace_back(*description_of(node.format) != '\0' ? description_of(node.format)
                                                                : "a string");
    if ((node.types & kNumber) != 0)
        names.emplace_back("a number" + range_text(node));
    else if ((node.types & kInteger) != 0)
        names.emplace_back("an integer" + range_text(node));
    if ((node.types & kBoolean) != 0) names.emplace_back("true or false");
    if ((node.types & kObject) != 0) names.emplace_back("an object");
    if ((node.types & kArray) != 0) names.emplace_back("an array");
    if ((node.types & kNull) != 0) names.emplace_back("null");
    return fmt::format("{}", fmt::join(names, " or "));
}

std::string values_text(const std::vector<json::value>& values) {
    constexpr std::size_t kListedMax = 12;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(values.size(), kListedMax); ++i)
        names.push_back(shown(values[i]));
    if (values.size() > kListedMax) names.emplace_back("…");
    return (values.size() == 1 ? "" : "one of ") + fmt::format("{}", fmt::join(names, ", "));
}

/// JSON Schema's equality: 1 and 1.0 are the same number.
bool are_equal(const json::value& a, const json::value& b) {
    if (a.is_number() && b.is_number()) {
        if (a.is_double() || b.is_double()) return a.to_number<double>() == b.to_number<double>();
        return a == b;
    }
    if (a.kind() != b.kind()) return false;
    if (a.is_array())
        return std::equal(a.get_array().begin(),
                          a.get_array().end(),
                          b.get_array().begin(),
                          b.get_array().end(),
                          are_equal);
    if (!a.is_object()) return a == b;
    if (a.get_object().size() != b.get_object().size()) return false;
    return std::all_of(a.get_object().begin(), a.get_object().end(), [&](const auto& pair) {
        const json::value* other = b.get_object().if_contains(pair.key());
        return other != nullptr && are_equal(pair.value(), *other);
    });
}

/// Text that is the same for equal values, so that duplicates are found by sorting.
std::string canonical(const json::value& value) {
    if (value.is_array()) {
        std::string text = "[";
        for (const json::value& item : value.get_array()) text += canonical(item) + ",";
        return text + "]";
    }
    if (value.is_object()) {
        std::vector<std::string> members;
        for (const auto& [key, member] : value.get_object())
            members.push_back(write_json(json::value(key)) + ":" + canonical(member));
        std::sort(members.begin(), members.end());
        return fmt::format("{{{}}}", fmt::join(members, ","));
    }
    if (value.is_double() && is_whole(value) && std::abs(value.get_double()) < 9e18)
        return fmt::format("{}", static_cast<std::int64_t>(value.get_double()));
    return write_json(value);
}

class Checker {
public:
    void check(const Node& node, const json::value& value, const std::string& pointer, int depth) {
        if (findings.size() >= kFindingsMax) return;
        if (depth > kCheckDepthMax) return add(pointer, "nested too deeply");
        if (node.is_never) return add(pointer, "nothing is allowed here");
        if (value.is_double() && !std::isfinite(value.get_double()))
            return add(pointer, "the number is too large");
        if (node.types != 0 && (node.types & type_bits(value)) == 0)
            return add(pointer, fmt::format("expected {}, got {}", type_text(node), shown(value)));
        if (!node.values.empty() && !is_listed(node, value))
            return add(pointer,
                       fmt::format("expected {}, got {}", values_text(node.values), shown(value)));
        if (value.is_string()) check_string(node, value, pointer);
        if (value.is_number()) check_number(node, value, pointer);
        if (value.is_array()) check_array(node, value.get_array(), pointer, depth);
        if (value.is_object()) check_object(node, value.get_object(), pointer, depth);
        for (const Node* part : node.all_of) check(*part, value, pointer, depth + 1);
        if (!node.any_of.empty()) check_choice(node.any_of, value, pointer, {depth, false});
        if (!node.one_of.empty()) check_choice(node.one_of, value, pointer, {depth, true});
    }

    std::vector<FieldError> findings;

private:
    struct Choice {
        int depth;
        bool is_exclusive;
    };

    void add(const std::string& pointer, std::string detail) {
        if (findings.size() < kFindingsMax) findings.push_back({pointer, std::move(detail)});
    }

    static bool is_listed(const Node& node, const json::value& value) {
        return std::any_of(node.values.begin(), node.values.end(), [&](const json::value& listed) {
            return are_equal(listed, value);
        });
    }

    void check_string(const Node& node, const json::value& value, const std::string& pointer) {
        const std::string_view text(value.get_string());
        if (node.length_min > 0 || node.length_max != kNoLimit) {
            const std::size_t length = code_points(text);
            if (length < node.length_min)
                add(pointer,
                    node.length_min == 1
                        ? std::string("expected a text, got an empty one")
                        : fmt::format(
                              "expected at least {} characters, got {}", node.length_min, length));
            if (length > node.length_max)
                return add(
                    pointer,
                    fmt::format("expected at most {} characters, got {}", node.length_max, length));
        }
        if (node.pattern &&
            !RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *node.pattern))
            add(pointer,
                fmt::format("expected text that matches {}, got {}",
                            node.pattern->pattern(),
                            shown(value)));
        if (!matches_format(node.format, text))
            add(pointer,
                fmt::format("expected {}, got {}", description_of(node.format), shown(value)));
    }

    void check_number(const Node& node, const json::value& value, const std::string& pointer) {
        const double number = value.to_number<double>();
        const bool is_low =
            node.minimum && (node.minimum->is_exclusive ? number <= node.minimum->value
                                                        : number < node.minimum->value);
        const bool is_high =
            node.maximum && (node.maximum->is_exclusive ? number >= node.maximum->value
                                                        : number > node.maximum->value);
        const bool is_too_wide = node.format == Format::kInt64 && !value.is_int64() &&
                                 std::abs(number) >= 9223372036854775808.0;
        if (!is_low && !is_high && !is_too_wide) return;
        const bool is_integer = (node.types & schema_detail::kInteger) != 0;
        add(pointer,
            fmt::format("expected {}{}, got {}",
                        is_integer ? "an integer" : "a number",
                        is_too_wide ? " of 64 bits" : range_text(node),
                        shown(value)));
    }

    void check_array(const Node& node,
                     const json::array& array,
                     const std::string& pointer,
                     int depth) {
        if (array.size() < node.items_min)
            add(pointer,
                fmt::format("expected at least {} items, got {}", node.items_min, array.size()));
        if (array.size() > node.items_max)
            return add(
                pointer,
                fmt::format("expected at most {} items, got {}", node.items_max, array.size()));
        if (node.is_unique) check_unique(array, pointer);
        if (node.items == nullptr) return;
        for (std::size_t i = 0; i < array.size() && findings.size() < kFindingsMax; ++i)
            check(*node.items, array[i], fmt::format("{}/{}", pointer, i), depth + 1);
    }

    void check_unique(const json::array& array, const std::string& pointer) {
        std::vector<std::pair<std::string, std::size_t>> items;
        for (std::size_t i = 0; i < array.size(); ++i) items.emplace_back(canonical(array[i]), i);
        std::sort(items.begin(), items.end());
        for (std::size_t i = 1; i < items.size(); ++i)
            if (items[i].first == items[i - 1].first)
                return add(fmt::format("{}/{}", pointer, items[i].second),
                           fmt::format("is the same as item {}; each may stand once",
                                       items[i - 1].second));
    }

    void check_object(const Node& node,
                      const json::object& object,
                      const std::string& pointer,
                      int depth) {
        for (const std::string& name : node.required)
            if (!object.contains(name)) add(pointer + "/" + pointer_token(name), "is missing");
        if (object.size() < node.properties_min)
            add(pointer,
                fmt::format(
                    "expected at least {} properties, got {}", node.properties_min, object.size()));
        if (object.size() > node.properties_max)
            return add(
                pointer,
                fmt::format(
                    "expected at most {} properties, got {}", node.properties_max, object.size()));
        if (node.properties.empty() && !node.is_closed && node.additional == nullptr) return;
        for (const auto& [key, value] : object) {
            if (findings.size() >= kFindingsMax) return;
            check_member(node, {key, value}, pointer, depth);
        }
    }

    struct Member {
        std::string_view key;
        const json::value& value;
    };

    void check_member(const Node& node, Member member, const std::string& pointer, int depth) {
        const auto found = std::lower_bound(
            node.properties.begin(),
            node.properties.end(),
            member.key,
            [](const auto& property, std::string_view key) { return property.first < key; });
        const bool is_known = found != node.properties.end() && found->first == member.key;
        const Node* schema = is_known ? found->second : node.additional;
        if (!is_known && node.is_closed) {
            std::vector<std::string_view> names;
            names.reserve(node.properties.size());
            for (const auto& [name, ignored] : node.properties) names.push_back(name);
            return add(
                pointer + "/" + pointer_token(member.key),
                names.empty() || names.size() > 20
                    ? std::string("is not a known property")
                    : fmt::format("is not a known property; known are {}", fmt::join(names, ", ")));
        }
        if (schema != nullptr)
            check(*schema, member.value, pointer + "/" + pointer_token(member.key), depth + 1);
    }

    /// One of several schemas. The findings of the branch that fits best are shown: of the deepest
    /// place, then the fewest.
    void check_choice(const std::vector<const Node*>& nodes,
                      const json::value& value,
                      const std::string& pointer,
                      Choice choice) {
        std::size_t matches = 0;
        std::vector<FieldError> best;
        for (const Node* node : nodes) {
            Checker branch;
            branch.check(*node, value, pointer, choice.depth + 1);
            if (branch.findings.empty()) {
                ++matches;
                if (!choice.is_exclusive) return;
            } else if (best.empty() || fits_better(branch.findings, best, pointer)) {
                best = std::move(branch.findings);
            }
        }
        if (matches == 1) return;
        if (matches > 1)
            return add(pointer, fmt::format("fits {} of the alternatives, expected one", matches));
        for (FieldError& finding : best) add(finding.pointer, std::move(finding.detail));
    }

    /// A branch that complains about the value itself (wrong type) or a wrong constant (another
    /// kind) fits worse than one that complains about something inside.
    static bool fits_better(const std::vector<FieldError>& a,
                            const std::vector<FieldError>& b,
                            const std::string& pointer) {
        const auto misfits = [&](const std::vector<FieldError>& branch) {
            return std::count_if(branch.begin(), branch.end(), [&](const FieldError& finding) {
                return finding.pointer == pointer || finding.detail.starts_with("expected \"");
            });
        };
        const auto misfits_a = misfits(a);
        const auto misfits_b = misfits(b);
        return misfits_a != misfits_b ? misfits_a < misfits_b : a.size() < b.size();
    }
};

}  // namespace

std::vector<FieldError> check_value(const Node& root, const json::value& value) {
    Checker checker;
    checker.check(root, value, "", 0);
    return std::move(checker.findings);
}

}  // namespace cpo::http
