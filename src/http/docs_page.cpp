#include <fmt/format.h>

#include "base/ascii.h"
#include "base/html.h"
#include "embedded/openapi_yaml.h"
#include "http/document.h"
#include "http/yaml.h"

namespace cpo::http {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#0b6bcb}
@media(prefers-color-scheme:dark){:root{--accent:#7ab8ff}}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem 1.25rem 4rem}
h1{font-size:1.75rem;margin:.5rem 0}h2{border-bottom:1px solid var(--line);margin-top:2.5rem}
a{color:var(--accent)}code,pre{font:.875em ui-monospace,monospace}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:1rem 0}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:.5rem .75rem}
summary{cursor:pointer;overflow-wrap:anywhere}summary b{display:inline-block;min-width:4.25rem}
.role{background:var(--soft);border-radius:1rem;padding:.1rem .6rem;font-size:.8125rem;float:right}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border-top:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
pre{background:var(--soft);border-radius:.5rem;overflow:auto;padding:.75rem}
)css";

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

const json::object& object_of(const json::object& object, std::string_view key) {
    static const json::object empty;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->as_object() : empty;
}

/// Escaped, with what stands between backticks as code.
std::string prose(std::string_view text) {
    std::string html;
    bool is_code = false;
    for (auto tick = text.find('`'); tick != std::string_view::npos; tick = text.find('`')) {
        html += escape_html(text.substr(0, tick));
        html += is_code ? "</code>" : "<code>";
        is_code = !is_code;
        text.remove_prefix(tick + 1);
    }
    html += escape_html(text);
    return is_code ? html + "</code>" : html;
}

/// "#/components/schemas/User" -> "User".
std::string name_in(std::string_view reference) {
    return std::string(reference.substr(reference.rfind('/') + 1));
}

std::string brief(const json::value& schema);

/// What each of several schemas or names is, with " or " between them.
std::string either(const json::array& choices) {
    std::string text;
    for (const json::value& choice : choices)
        text.append(text.empty() ? "" : " or ").append(brief(choice));
    return text;
}

/// A schema, or the name of a type, in a few words of HTML: a link, "string", "array of Segment".
std::string brief(const json::value& schema) {
    if (schema.is_string()) return escape_html(schema.get_string());
    if (!schema.is_object()) return "anything";
    const json::object& object = schema.get_object();
    if (const std::string reference = text_of(object, "$ref"); !reference.empty()) {
        const std::string name = escape_html(name_in(reference));
        return fmt::format("<a href=\"#schema-{}\">{}</a>", name, name);
    }
    if (const auto* items = object.if_contains("items")) return "array of " + brief(*items);
    std::string text;
    for (const char* key : {"oneOf", "anyOf", "type"}) {
        const auto* value = object.if_contains(key);
        if (value != nullptr) text = value->is_array() ? either(value->get_array()) : brief(*value);
    }
    if (const std::string format = text_of(object, "format"); !format.empty())
        text += " (" + escape_html(format) + ")";
    if (const auto* values = object.if_contains("enum"))
        text += ": <code>" + escape_html(json::serialize(*values)) + "</code>";
    return text;
}

/// The parameter that a reference means, or the object itself.
const json::object& resolved(const json::object& root, const json::value& parameter) {
    const json::object& object = parameter.as_object();
    const std::string reference = text_of(object, "$ref");
    if (reference.empty()) return object;
    return object_of(object_of(object_of(root, "components"), "parameters"), name_in(reference));
}

std::string parameter_rows(const json::object& root, const json::object& holder) {
    std::string rows;
    const auto* parameters = holder.if_contains("parameters");
    if (parameters == nullptr) return rows;
    for (const json::value& item : parameters->as_array()) {
        const json::object& parameter = resolved(root, item);
        const auto* required = parameter.if_contains("required");
        const bool is_required = required != nullptr && required->is_bool() && required->as_bool();
        const auto* schema = parameter.if_contains("schema");
        rows += fmt::format("<tr><td><code>{}</code> in {}{}</td><td>{}</td><td>{}</td></tr>",
                            escape_html(text_of(parameter, "name")),
                            escape_html(text_of(parameter, "in")),
                            is_required ? ", required" : "",
                            schema == nullptr ? "" : brief(*schema),
                            escape_html(text_of(parameter, "description")));
    }
    return rows;
}

std::string content_of(const json::object& holder) {
    std::string text;
    for (const auto& [type, media] : object_of(holder, "content")) {
        const auto* schema = media.as_object().if_contains("schema");
        text += fmt::format(
            "<code>{}</code> {} ", escape_html(type), schema == nullptr ? "" : brief(*schema));
    }
    return text;
}

struct OperationPlace {
    std::string method;
    std::string path;
    const json::object* path_item;
    const json::object* operation;
};

std::string operation_html(const json::object& root, const OperationPlace& place) {
    const json::object& operation = *place.operation;
    const std::string role = text_of(operation, "x-cpo-role");
    std::string html = fmt::format(
        "<details id=\"{}\"><summary><span class=\"role\">{}</span><b>{}</b> <code>{}</code><br>{}"
        "</summary><p>{}</p>",
        escape_html(text_of(operation, "operationId")),
        role.empty() ? "no sign-in" : escape_html(role),
        escape_html(place.method),
        escape_html(place.path),
        prose(text_of(operation, "summary")),
        prose(text_of(operation, "description")));
    const std::string rows =
        parameter_rows(root, *place.path_item) + parameter_rows(root, operation);
    if (!rows.empty()) html += "<table>" + rows + "</table>";
    if (const json::object& body = object_of(operation, "requestBody"); !body.empty())
        html += "<p>Body: " + content_of(body) + "</p>";
    html += "<table>";
    for (const auto& [status, response] : object_of(operation, "responses"))
        if (status != "default")
            html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                                escape_html(status),
                                escape_html(text_of(response.as_object(), "description")),
                                content_of(response.as_object()));
    return html +
           "<tr><td>other</td><td>A problem</td><td><code>application/problem+json</code> "
           "<a href=\"#schema-Problem\">Problem</a></td></tr></table></details>";
}

std::string schema_html(std::string_view name, const json::object& schema) {
    std::string html = fmt::format("<details id=\"schema-{0}\"><summary><b>{0}</b> {1}</summary>",
                                   escape_html(name),
                                   escape_html(text_of(schema, "description")));
    if (const json::object& properties = object_of(schema, "properties"); !properties.empty()) {
        html += "<table>";
        for (const auto& [property, value] : properties)
            html += fmt::format(
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                escape_html(property),
                brief(value),
                value.is_object() ? escape_html(text_of(value.get_object(), "description")) : "");
        html += "</table>";
    }
    return html + "<pre>" + escape_html(write_json_pretty(schema)) + "</pre></details>";
}

std::string tag_of(const json::object& operation) {
    const auto* tags = operation.if_contains("tags");
    return tags == nullptr || tags->as_array().empty()
               ? ""
               : std::string(tags->as_array().front().as_string());
}

}  // namespace

std::string_view openapi_document() { return embedded::openapi_yaml(); }

Result<std::string> make_docs_page(std::string_view openapi_yaml) {
    const json::value value = TRY(read_yaml(openapi_yaml));
    const json::object& root = value.as_object();
    const json::object& info = object_of(root, "info");
    std::string navigation;
    std::string sections;
    for (const json::value& tag : root.at("tags").as_array()) {
        const std::string name = text_of(tag.as_object(), "name");
        navigation += fmt::format("<a href=\"#tag-{0}\">{0}</a>", escape_html(name));
        sections += fmt::format("<h2 id=\"tag-{0}\">{0}</h2><p>{1}</p>",
                                escape_html(name),
                                escape_html(text_of(tag.as_object(), "description")));
        for (const auto& [path, item] : object_of(root, "paths"))
            for (const auto& [method, operation] : item.as_object())
                if (operation.is_object() && tag_of(operation.as_object()) == name) {
                    sections += operation_html(root,
                                               {upper(method),
                                                std::string(path),
                                                &item.as_object(),
                                                &operation.as_object()});
                }
    }
    sections += "<h2 id=\"schemas\">Schemas</h2>";
    for (const auto& [name, schema] : object_of(object_of(root, "components"), "schemas"))
        sections += schema_html(name, schema.as_object());
    return fmt::format(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>{0} API</title><style>{1}</style></head><body>"
        "<main><h1>{0}</h1><p>{2}</p><p>{3}</p><p><a href=\"openapi.yaml\">openapi.yaml</a></p>"
        "<nav aria-label=\"Parts\">{4}<a href=\"#schemas\">schemas</a></nav>{5}</main></body>"
        "</html>",
        escape_html(text_of(info, "title")),
        kStyle,
        escape_html(text_of(info, "summary")),
        prose(text_of(info, "description")),
        navigation,
        sections);
}

}  // namespace cpo::http
