#include "http/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "http/operation.h"
#include "http/schema.h"
#include "http/yaml.h"

namespace cpo::http {
namespace {

constexpr std::array<std::string_view, 5> kMethods{"get", "put", "post", "delete", "patch"};

Error wrong(const std::string& pointer, const std::string& reason) {
    return invalid_argument(fmt::format("{}: {}", pointer, reason));
}

/// Names in braces of "/documents/{document}".
std::set<std::string> template_names(std::string_view path) {
    std::set<std::string> names;
    for (std::size_t i = path.find('{'); i != std::string_view::npos; i = path.find('{', i + 1)) {
        const auto end = path.find('}', i);
        if (end == std::string_view::npos) break;
        names.emplace(path.substr(i + 1, end - i - 1));
    }
    return names;
}

class OpenApiReader {
public:
    explicit OpenApiReader(const json::value& document)
        : document_(&document), compiler_(document) {}

    Result<std::vector<Operation>> read_operations() {
        std::vector<Operation> operations;
        const auto read = [&](const Place& place) -> Result<void> {
            operations.push_back(TRY(read_operation(place)));
            return {};
        };
        TRY(each_operation(read));
        std::set<std::string_view> ids;
        for (const Operation& operation : operations)
            if (!ids.insert(operation.id).second)
                return invalid_argument(
                    fmt::format("operationId \"{}\" stands twice", operation.id));
        return operations;
    }

private:
    struct Place {
        std::string pointer;  ///< Of the operation.
        std::string path;
        std::string_view method;
        const json::object* item = nullptr;
        const json::object* operation = nullptr;
    };

    template <typename Visit>
    Result<void> each_operation(const Visit& visit) {
        const json::object* root = document_->if_object();
        const json::value* paths = root == nullptr ? nullptr : root->if_contains("paths");
        if (paths == nullptr || !paths->is_object())
            return wrong("/paths", "expected an object with the paths");
        for (const auto& [path, item] : paths->get_object()) {
            const std::string pointer = "/paths/" + pointer_token(path);
            if (!item.is_object() || !path.starts_with('/'))
                return wrong(pointer, "expected a path with its operations");
            for (const auto& [key, value] : item.get_object()) {
                const bool is_method =
                    std::find(kMethods.begin(), kMethods.end(), std::string_view(key)) !=
                    kMethods.end();
                const std::string at = pointer + "/" + pointer_token(key);
                if (!is_method) {
                    if (key == "parameters" || key == "summary" || key == "description") continue;
                    return wrong(at, "this keyword is not supported");
                }
                if (!value.is_object()) return wrong(at, "expected an operation");
                TRY(visit(
                    Place{at, std::string(path), key, &item.get_object(), &value.get_object()}));
            }
        }
        return {};
    }

    Result<Operation> read_operation(const Place& place) {
        static const std::set<std::string_view> known{"operationId",
                                                      "tags",
                                                      "summary",
                                                      "description",
                                                      "deprecated",
                                                      "security",
                                                      "parameters",
                                                      "responses",
                                                      "requestBody",
                                                      "x-cpo-role",
                                                      "externalDocs",
                                                      "x-cpo-body-bytes-max",
                                                      "x-cpo-deadline-ms"};
        for (const auto& [key, ignored] : *place.operation)
            if (!known.contains(std::string_view(key)))
                return wrong(place.pointer + "/" + pointer_token(key),
                             "this keyword is not supported");
        Operation operation;
        operation.method = upper(place.method);
        operation.path = place.path;
        operation.id = TRY(text_of(place, "operationId"));
        const json::value* tags = place.operation->if_contains("tags");
        if (tags == nullptr || !tags->is_array() || tags->get_array().empty() ||
            !tags->get_array()[0].is_string())
            return wrong(place.pointer + "/tags", "expected a tag");
        operation.tag = std::string(tags->get_array()[0].get_string());
        operation.role = TRY(role_of(place));
        operation.parameters = TRY(parameters_of(place));
        TRY(read_body(place, operation));
        TRY(read_limits(place, operation));
        return operation;
    }

    static Result<std::string> text_of(const Place& place, std::string_view key) {
        const json::value* value = place.operation->if_contains(json::string_view(key));
        if (value == nullptr || !value->is_string() || value->get_string().empty())
            return wrong(place.pointer + "/" + std::string(key), "expected a text");
        return std::string(value->get_string());
    }

    static Result<std::optional<store::Role>> role_of(const Place& place) {
        const json::value* security = place.operation->if_contains("security");
        const bool is_public =
            security != nullptr && security->is_array() && security->get_array().empty();
        const bool has_role = place.operation->contains("x-cpo-role");
        if (is_public == has_role)
            return wrong(place.pointer, "expected either x-cpo-role or \"security: []\"");
        if (is_public) return std::optional<store::Role>();
        const std::string name = TRY(text_of(place, "x-cpo-role"));
        const auto role = store::parse_role(name);
        if (!role)
            return wrong(place.pointer + "/x-cpo-role",
                         "expected viewer, editor, reviewer or admin");
        return role;
    }

    static Result<void> read_limits(const Place& place, Operation& operation) {
        const auto positive = [&](std::string_view key,
                                  std::int64_t fallback) -> Result<std::int64_t> {
            const json::value* value = place.operation->if_contains(json::string_view(key));
            if (value == nullptr) return fallback;
            if (!value->is_int64() || value->get_int64() <= 0)
                return wrong(place.pointer + "/" + std::string(key), "expected a number above 0");
            return value->get_int64();
        };
        operation.body_bytes_max = static_cast<std::size_t>(TRY(
            positive("x-cpo-body-bytes-max", static_cast<std::int64_t>(operation.body_bytes_max))));
        const auto deadline = TRY(positive("x-cpo-deadline-ms", operation.deadline_ms));
        if (deadline > 3'600'000)
            return wrong(place.pointer + "/x-cpo-deadline-ms", "expected at most an hour");
        operation.deadline_ms = static_cast<int>(deadline);
        return {};
    }

    /// Follows a $ref; `pointer` becomes the place that it names.
    Result<const json::object*> object_at(const json::value& value, std::string& pointer) {
        const json::value* target = &value;
        constexpr int kHopsMax = 8;
        for (int hop = 0; hop < kHopsMax; ++hop) {
            if (!target->is_object()) return wrong(pointer, "expected an object");
            const json::value* reference = target->get_object().if_contains("$ref");
            if (reference == nullptr) return &target->get_object();
            if (!reference->is_string()) return wrong(pointer + "/$ref", "expected a text");
            const auto found = resolve_reference(*document_, reference->get_string());
            if (!found) return wrong(pointer, found.error().message);
            target = *found;
            pointer = std::string(reference->get_string()).substr(1);
        }
        return wrong(pointer, "too many references in a row");
    }

    Result<std::vector<Parameter>> parameters_of(const Place& place) {
        std::vector<Parameter> parameters;
        // Those of the operation come first: they win over the shared ones of the path.
        for (const json::object* owner : {place.operation, place.item}) {
            const json::value* list = owner->if_contains("parameters");
            if (list == nullptr) continue;
            if (!list->is_array()) return wrong(place.pointer + "/parameters", "expected an array");
            for (std::size_t i = 0; i < list->get_array().size(); ++i) {
                std::string pointer = fmt::format("{}/parameters/{}", place.pointer, i);
                const json::object* object = TRY(object_at(list->get_array()[i], pointer));
                Parameter parameter = TRY(read_parameter(*object, pointer));
                const bool is_known =
                    std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& other) {
                        return other.name == parameter.name && other.in == parameter.in;
                    });
                if (!is_known) parameters.push_back(std::move(parameter));
            }
        }
        std::set<std::string> names = template_names(place.path);
        for (const Parameter& parameter : parameters) {
            if (parameter.in != "path") continue;
            if (names.erase(parameter.name) == 0)
                return wrong(place.pointer, fmt::format("the path has no {{{}}}", parameter.name));
        }
        if (!names.empty())
            return wrong(place.pointer,
                         fmt::format("path parameter {} is not declared", *names.begin()));
        return parameters;
    }

    Result<Parameter> read_parameter(const json::object& object, const std::string& pointer) {
        static const std::set<std::string_view> known{
            "name", "in", "required", "schema", "description", "example", "examples", "deprecated"};
        for (const auto& [key, ignored] : object)
            if (!known.contains(std::string_view(key)))
                return wrong(pointer + "/" + pointer_token(key), "this keyword is not supported");
        Parameter parameter;
        for (const auto& [key, target] :
             {std::pair{"name", &parameter.name}, std::pair{"in", &parameter.in}}) {
            const json::value* value = object.if_contains(key);
            if (value == nullptr || !value->is_string() || value->get_string().empty())
                return wrong(fmt::format("{}/{}", pointer, key), "expected a text");
            *target = std::string(value->get_string());
        }
        if (parameter.in != "query" && parameter.in != "header" && parameter.in != "path")
            return wrong(pointer + "/in", "expected query, header or path");
        if (parameter.in == "header") parameter.name = lower(parameter.name);
        const json::value* required = object.if_contains("required");
        parameter.is_required = required != nullptr && required->is_bool() && required->get_bool();
        if (parameter.in == "path" && !parameter.is_required)
            return wrong(pointer + "/required", "a path parameter is always required");
        const json::value* schema = object.if_contains("schema");
        if (schema == nullptr) return wrong(pointer + "/schema", "is missing");
        parameter.type = TRY(scalar_type(*schema, pointer + "/schema"));
        parameter.schema = TRY(compiler_.compile(*schema, pointer + "/schema"));
        return parameter;
    }

    /// The one scalar type of a parameter's schema.
    Result<std::string> scalar_type(const json::value& schema, std::string pointer) {
        const json::object* object = TRY(object_at(schema, pointer));
        const json::value* type = object->if_contains("type");
        static const std::set<std::string_view> scalars{"string", "integer", "number", "boolean"};
        if (type == nullptr || !type->is_string() ||
            !scalars.contains(std::string_view(type->get_string())))
            return wrong(pointer + "/type", "expected string, integer, number or boolean");
        return std::string(type->get_string());
    }

    Result<void> read_body(const Place& place, Operation& operation) {
        const json::value* body = place.operation->if_contains("requestBody");
        if (body == nullptr) return {};
        std::string pointer = place.pointer + "/requestBody";
        const json::object* object = TRY(object_at(*body, pointer));
        const json::value* content = object->if_contains("content");
        if (content == nullptr || !content->is_object() || content->get_object().empty())
            return wrong(pointer + "/content", "expected the content types");
        operation.has_body = true;
        const json::value* required = object->if_contains("required");
        operation.is_body_required =
            required != nullptr && required->is_bool() && required->get_bool();
        for (const auto& [type, media] : content->get_object()) {
            const std::string name = lower(type);
            const std::string at = pointer + "/content/" + pointer_token(type);
            if (!media.is_object()) return wrong(at, "expected an object");
            if (name != "application/json") {
                operation.content_types.push_back(name);
                continue;
            }
            operation.content_types.insert(operation.content_types.begin(), name);
            const json::value* schema = media.get_object().if_contains("schema");
            if (schema == nullptr) return wrong(at + "/schema", "is missing");
            operation.body_schema = TRY(compiler_.compile(*schema, at + "/schema"));
        }
        return {};
    }

    const json::value* document_;
    SchemaCompiler compiler_;
};

}  // namespace

Result<std::vector<Operation>> read_operations(std::string_view openapi_yaml) {
    const json::value document = TRY(read_yaml(openapi_yaml));
    return OpenApiReader(document).read_operations();
}

}  // namespace cpo::http
