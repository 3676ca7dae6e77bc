#include "ingest/front_matter.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <limits>
#include <optional>
#include <sstream>
#include <vector>

namespace cpo::ingest {
namespace {

/// Builds the value from the parser's events, without yaml-cpp's node graph: depth, doubled keys
/// and aliases are refused while they are read, and the line of every field is kept. Refusals are
/// thrown as YAML::ParserException, which read_front_matter catches like the parser's own.
class FieldBuilder : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& mark) override {
        if (is_started_) refuse(mark, "only one YAML document is allowed");
        is_started_ = true;
    }
    void OnDocumentEnd() override {}
    void OnAnchor(const YAML::Mark& mark, const std::string& anchor_name) override {
        refuse(mark, fmt::format("anchors (&{}) are not allowed", anchor_name));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(mark, "aliases (*name) are not allowed");
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        if (expects_key()) refuse(mark, "a field name is missing");
        put(mark, nullptr);
    }
    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t,
                  const std::string& value) override {
        check_tag(mark, tag);
        if (expects_key())
            set_key(mark, value);
        else
            put(mark, json::string(value));
    }
    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open(mark, json::array());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        check_tag(mark, tag);
        open(mark, json::object());
    }
    void OnMapEnd() override { close(); }

    json::value root;                    ///< Null when there was nothing.
    std::map<std::string, int> line_of;  ///< 1-based within the YAML text.

private:
    struct Level {
        json::value value;
        std::optional<std::string> key;  ///< Read, its value not yet.
        std::string path;                ///< "offer" for what lies in the map of that field.
        YAML::Mark mark;
    };

    [[noreturn]] static void refuse(const YAML::Mark& mark, const std::string& reason) {
        throw YAML::ParserException(mark, reason);
    }
    static void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (tag.size() > 1) refuse(mark, fmt::format("tags ({}) are not allowed", tag));
    }
    bool expects_key() const {
        return !levels_.empty() && levels_.back().value.is_object() && !levels_.back().key;
    }
    static std::string join(const Level& level) {
        if (!level.key) return level.path;
        return level.path.empty() ? *level.key : level.path + "." + *level.key;
    }
    void set_key(const YAML::Mark& mark, const std::string& key) {
        Level& level = levels_.back();
        if (level.value.get_object().contains(key))
            refuse(mark, fmt::format("the field {} is given twice", key));
        level.key = key;
        line_of.emplace(join(level), mark.line + 1);
    }
    void open(const YAML::Mark& mark, json::value empty) {
        if (levels_.size() >= kFrontMatterDepthMax)
            refuse(mark, fmt::format("nested more than {} deep", kFrontMatterDepthMax));
        if (expects_key()) refuse(mark, "a field name must be plain text");
        const std::string path = levels_.empty() ? "" : join(levels_.back());
        levels_.push_back({std::move(empty), std::nullopt, path, mark});
    }
    void close() {
        Level done = std::move(levels_.back());
        levels_.pop_back();
        put(done.mark, std::move(done.value));
    }
    void put(const YAML::Mark&, json::value value) {
        if (levels_.empty()) {
            root = std::move(value);
            return;
        }
        Level& level = levels_.back();
        if (level.value.is_array()) {
            level.value.get_array().push_back(std::move(value));
            return;
        }
        level.value.get_object()[*level.key] = std::move(value);
        level.key.reset();
    }

    bool is_started_ = false;
    std::vector<Level> levels_;
};

/// The line that starts at `position`, without its end; moves `position` to the next line.
std::string_view take_line(std::string_view text, std::size_t& position) {
    const auto end = std::min(text.find('\n', position), text.size());
    std::string_view line = text.substr(position, end - position);
    position = std::min(end + 1, text.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool is_fence(std::string_view line) {
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    return line == "---";
}

Result<FieldBuilder> parse_yaml(std::string_view yaml, const std::string& name) {
    FieldBuilder builder;
    try {
        std::istringstream stream{std::string(yaml)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& failure) {
        const int line = failure.mark.is_null() ? 2 : failure.mark.line + 2;
        return invalid_argument(fmt::format("{}, line {}: {}", name, line, failure.msg));
    }
    return builder;
}

}  // namespace

Result<FrontMatter> read_front_matter(std::string_view content, const std::string& name) {
    FrontMatter result;
    result.body = content;
    std::size_t position = 0;
    if (!is_fence(take_line(content, position))) return result;

    const std::size_t yaml_start = position;
    int lines = 1;
    std::optional<std::size_t> yaml_end;
    while (!yaml_end && position < content.size()) {
        const std::size_t line_start = position;
        ++lines;
        if (is_fence(take_line(content, position))) yaml_end = line_start;
        if (position - yaml_start > kFrontMatterBytesMax) break;
    }
    if (!yaml_end)
        return invalid_argument(fmt::format(
            "{}, line 1: front matter starts with --- but no closing --- follows within {} KB",
            name,
            kFrontMatterBytesMax >> 10));
    result.body = content.substr(position);
    result.body_line = lines + 1;

    FieldBuilder builder =
        TRY(parse_yaml(content.substr(yaml_start, *yaml_end - yaml_start), name));
    if (builder.root.is_null()) return result;
    if (!builder.root.is_object())
        return invalid_argument(fmt::format(
            "{}, line 2: front matter must be fields, as in \"title: Gift wrap\"", name));
    result.fields = std::move(builder.root.get_object());
    for (const auto& [field, line] : builder.line_of) result.line_of.emplace(field, line + 1);
    return result;
}

}  // namespace cpo::ingest
