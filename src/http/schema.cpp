// Compiles schemas: JSON in, nodes out. schema_check.cpp walks values along the nodes.
#include "http/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "http/schema_check.h"
#include "http/schema_node.h"

namespace cpo::http {

using schema_detail::Arena;
using schema_detail::Bound;
using schema_detail::Node;

namespace {

class CompiledSchema final : public Schema {
public:
    CompiledSchema(std::shared_ptr<const Arena> arena, const Node* root)
        : arena_(std::move(arena)), root_(root) {}
    std::vector<FieldError> check(const json::value& value) const override {
        return check_value(*root_, value);
    }

private:
    std::shared_ptr<const Arena> arena_;
    const Node* root_;
};

constexpr int kSchemaDepthMax = 64;

const std::set<std::string_view>& annotations() {
    static const std::set<std::string_view> names{"title",
                                                  "description",
                                                  "default",
                                                  "example",
                                                  "examples",
                                                  "deprecated",
                                                  "readOnly",
                                                  "writeOnly",
                                                  "externalDocs",
                                                  "contentMediaType",
                                                  "$comment"};
    return names;
}

std::optional<unsigned> parse_type(std::string_view name) {
    using namespace schema_detail;  // NOLINT(google-build-using-namespace)
    if (name == "null") return kNull;
    if (name == "boolean") return kBoolean;
    if (name == "object") return kObject;
    if (name == "array") return kArray;
    if (name == "number") return kNumber;
    if (name == "string") return kString;
    if (name == "integer") return kInteger;
    return std::nullopt;
}

/// ECMA-262's \uXXXX as RE2 writes it: \x{XXXX}. The rest of what we use is the same in both.
std::string re2_pattern(std::string_view pattern) {
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '\\' || i + 1 == pattern.size()) {
            text += pattern[i];
        } else if (pattern[i + 1] == 'u' && i + 5 < pattern.size()) {
            text += fmt::format("\\x{{{}}}", pattern.substr(i + 2, 4));
            i += 5;
        } else {
            text += pattern.substr(i++, 2);
        }
    }
    return text;
}

std::string unescaped_token(std::string_view token) {
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size()) {
            text += token[++i] == '1' ? '/' : '~';
        } else {
            text += token[i];
        }
    }
    return text;
}

}  // namespace

std::string pointer_token(std::string_view text) {
    std::string token;
    token.reserve(text.size());
    for (const char c : text) {
        if (c == '~')
            token += "~0";
        else if (c == '/')
            token += "~1";
        else
            token += c;
    }
    return token;
}

Result<const json::value*> resolve_reference(const json::value& document,
                                             std::string_view reference) {
    if (!reference.starts_with("#/"))
        return invalid_argument(fmt::format(
            "$ref \"{}\": only references into this document (\"#/...\") work", reference));
    const json::value* value = &document;
    std::string_view rest = reference.substr(1);
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto end = rest.find('/');
        const std::string token = unescaped_token(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
        const json::object* object = value->if_object();
        value = object == nullptr ? nullptr : object->if_contains(token);
        if (value == nullptr)
            return invalid_argument(fmt::format("$ref \"{}\" leads nowhere", reference));
    }
    return value;
}

/// Fills one node from one schema object.
class SchemaCompiler::Builder {
public:
    explicit Builder(SchemaCompiler& compiler) : compiler_(&compiler) {}

    Result<const Node*> build(const json::value& schema, const std::string& pointer, int depth) {
        if (depth > kSchemaDepthMax)
            return invalid_argument(fmt::format("{}: nested too deeply", pointer));
        const json::object* object = schema.if_object();
        if (object != nullptr && object->contains("$ref"))
            return build_reference(*object, pointer, depth);
        Node& node = compiler_->arena_->nodes.emplace_back();
        TRY(fill(node, schema, pointer, depth));
        return &node;
    }

private:
    Result<const Node*> build_reference(const json::object& object,
                                        const std::string& pointer,
                                        int depth) {
        const json::value& reference = object.at("$ref");
        if (!reference.is_string()) return wrong(pointer + "/$ref", "expected a string");
        for (const auto& [key, ignored] : object)
            if (key != "$ref" && !annotations().contains(std::string_view(key)))
                return wrong(pointer + "/" + pointer_token(key),
                             "only annotations may stand beside $ref; use allOf");
        const std::string target(reference.get_string());
        const auto known = compiler_->references_.find(target);
        if (known != compiler_->references_.end()) return known->second;
        const auto schema = resolve_reference(*compiler_->document_, target);
        if (!schema) return wrong(pointer, schema.error().message);
        if ((*schema)->is_object() && (*schema)->get_object().contains("$ref"))
            return build(**schema, target.substr(1), depth + 1);
        Node& node = compiler_->arena_->nodes.emplace_back();
        compiler_->references_.emplace(target, &node);  // Before filling: it may name itself.
        TRY(fill(node, **schema, target.substr(1), depth));
        return &node;
    }

    Result<void> fill(Node& node,
                      const json::value& schema,
                      const std::string& pointer,
                      int depth) {
        if (schema.is_bool()) {
            node.is_never = !schema.get_bool();
            return {};
        }
        if (!schema.is_object()) return wrong(pointer, "expected a schema (an object)");
        for (const auto& [key, value] : schema.get_object()) {
            const std::string_view keyword(key);
            if (annotations().contains(keyword)) continue;
            TRY(fill_keyword(
                node, keyword, value, Place{pointer + "/" + pointer_token(keyword), depth}));
        }
        const bool has_numbers_bounds = node.minimum && node.maximum;
        if (has_numbers_bounds && node.minimum->value > node.maximum->value)
            return wrong(pointer, "the minimum is above the maximum");
        return {};
    }

    struct Place {
        std::string pointer;
        int depth;
    };

    Result<void> fill_keyword(Node& node,
                              std::string_view keyword,
                              const json::value& value,
                              const Place& place) {
        bool is_known = true;
        TRY(fill_any(node, keyword, value, place, is_known));
        if (is_known) return {};
        TRY(fill_scalar(node, keyword, value, place, is_known));
        if (is_known) return {};
        TRY(fill_structure(node, keyword, value, place, is_known));
        if (is_known) return {};
        return wrong(place.pointer, "this keyword is not supported");
    }

    Result<void> fill_any(Node& node,
                          std::string_view keyword,
                          const json::value& value,
                          const Place& place,
                          bool& is_known) {
        if (keyword == "type") {
            node.types = TRY(types_of(value, place.pointer));
        } else if (keyword == "enum") {
            if (!value.is_array() || value.get_array().empty())
                return wrong(place.pointer, "expected an array with values");
            node.values.assign(value.get_array().begin(), value.get_array().end());
        } else if (keyword == "const") {
            node.values = {value};
        } else if (keyword == "allOf") {
            node.all_of = TRY(nodes_of(value, place));
        } else if (keyword == "anyOf") {
            node.any_of = TRY(nodes_of(value, place));
        } else if (keyword == "oneOf") {
            node.one_of = TRY(nodes_of(value, place));
        } else {
            is_known = false;
            return {};
        }
        is_known = true;
        return {};
    }

    Result<void> fill_scalar(Node& node,
                             std::string_view keyword,
                             const json::value& value,
                             const Place& place,
                             bool& is_known) {
        is_known = true;
        if (keyword == "minimum" || keyword == "exclusiveMinimum") {
            const Bound bound{TRY(number_of(value, place.pointer)), keyword != "minimum"};
            if (!node.minimum || bound.value >= node.minimum->value) node.minimum = bound;
        } else if (keyword == "maximum" || keyword == "exclusiveMaximum") {
            const Bound bound{TRY(number_of(value, place.pointer)), keyword != "maximum"};
            if (!node.maximum || bound.value <= node.maximum->value) node.maximum = bound;
        } else if (keyword == "minLength") {
            node.length_min = TRY(count_of(value, place.pointer));
        } else if (keyword == "maxLength") {
            node.length_max = TRY(count_of(value, place.pointer));
        } else if (keyword == "pattern") {
            if (!value.is_string()) return wrong(place.pointer, "expected a string");
            RE2::Options options;
            options.set_log_errors(false);
            node.pattern = std::make_unique<RE2>(re2_pattern(value.get_string()), options);
            if (!node.pattern->ok()) return wrong(place.pointer, node.pattern->error());
        } else if (keyword == "format") {
            return fill_format(node, value, place.pointer);
        } else {
            is_known = false;
        }
        return {};
    }

    static Result<void> fill_format(Node& node,
                                    const json::value& value,
                                    const std::string& pointer) {
        const auto format =
            value.is_string() ? parse_format(value.get_string()) : std::optional<Format>();
        if (!format) return wrong(pointer, "this format is not supported");
        node.format = *format;
        const auto narrow = [&node](double low, double high) {
            if (!node.minimum) node.minimum = Bound{low, false};
            if (!node.maximum) node.maximum = Bound{high, false};
        };
        if (*format == Format::kInt32) narrow(-2147483648.0, 2147483647.0);
        return {};
    }

    Result<void> fill_structure(Node& node,
                                std::string_view keyword,
                                const json::value& value,
                                const Place& place,
                                bool& is_known) {
        is_known = true;
        if (keyword == "properties") return fill_properties(node, value, place);
        if (keyword == "required") return fill_required(node, value, place.pointer);
        if (keyword == "additionalProperties") {
            if (value.is_bool())
                node.is_closed = !value.get_bool();
            else
                node.additional = TRY(build(value, place.pointer, place.depth + 1));
        } else if (keyword == "items") {
            node.items = TRY(build(value, place.pointer, place.depth + 1));
        } else if (keyword == "minItems") {
            node.items_min = TRY(count_of(value, place.pointer));
        } else if (keyword == "maxItems") {
            node.items_max = TRY(count_of(value, place.pointer));
        } else if (keyword == "uniqueItems") {
            if (!value.is_bool()) return wrong(place.pointer, "expected true or false");
            node.is_unique = value.get_bool();
        } else if (keyword == "minProperties") {
            node.properties_min = TRY(count_of(value, place.pointer));
        } else if (keyword == "maxProperties") {
            node.properties_max = TRY(count_of(value, place.pointer));
        } else {
            is_known = false;
        }
        return {};
    }

    Result<void> fill_properties(Node& node, const json::value& value, const Place& place) {
        if (!value.is_object()) return wrong(place.pointer, "expected an object");
        for (const auto& [name, schema] : value.get_object()) {
            const std::string at = place.pointer + "/" + pointer_token(name);
            node.properties.emplace_back(std::string(name),
                                         TRY(build(schema, at, place.depth + 1)));
        }
        std::sort(node.properties.begin(), node.properties.end());
        return {};
    }

    static Result<void> fill_required(Node& node,
                                      const json::value& value,
                                      const std::string& pointer) {
        if (!value.is_array()) return wrong(pointer, "expected an array of names");
        for (const json::value& name : value.get_array()) {
            if (!name.is_string()) return wrong(pointer, "expected an array of names");
            node.required.emplace_back(name.get_string());
        }
        return {};
    }

    Result<std::vector<const Node*>> nodes_of(const json::value& value, const Place& place) {
        if (!value.is_array() || value.get_array().empty())
            return wrong(place.pointer, "expected an array with schemas");
        std::vector<const Node*> nodes;
        for (std::size_t i = 0; i < value.get_array().size(); ++i)
            nodes.push_back(TRY(build(
                value.get_array()[i], fmt::format("{}/{}", place.pointer, i), place.depth + 1)));
        return nodes;
    }

    static Result<unsigned> types_of(const json::value& value, const std::string& pointer) {
        unsigned types = 0;
        const auto add = [&](const json::value& name) -> Result<void> {
            const auto type =
                name.is_string() ? parse_type(name.get_string()) : std::optional<unsigned>();
            if (!type) return wrong(pointer, "expected the name of a JSON type");
            types |= *type;
            return {};
        };
        if (value.is_array()) {
            for (const json::value& name : value.get_array()) TRY(add(name));
        } else {
            TRY(add(value));
        }
        if (types == 0) return wrong(pointer, "expected a type");
        return types;
    }

    static Result<double> number_of(const json::value& value, const std::string& pointer) {
        if (!value.is_number()) return wrong(pointer, "expected a number");
        return value.to_number<double>();
    }
    static Result<std::size_t> count_of(const json::value& value, const std::string& pointer) {
        if (value.is_int64() && value.get_int64() >= 0)
            return static_cast<std::size_t>(value.get_int64());
        return wrong(pointer, "expected a count");
    }
    static Error wrong(const std::string& pointer, const std::string& reason) {
        return invalid_argument(fmt::format("{}: {}", pointer, reason));
    }

    SchemaCompiler* compiler_;
};

SchemaCompiler::SchemaCompiler(const json::value& document)
    : document_(&document), arena_(std::make_shared<Arena>()) {}
SchemaCompiler::~SchemaCompiler() = default;

Result<std::shared_ptr<const Schema>> SchemaCompiler::compile(const json::value& schema,
                                                              const std::string& pointer) {
    const Node* root = TRY(Builder(*this).build(schema, pointer, 0));
    return std::shared_ptr<const Schema>(std::make_shared<CompiledSchema>(arena_, root));
}

}  // namespace cpo::http
