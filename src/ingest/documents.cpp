#include "ingest/documents.h"

#include <fmt/format.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <set>

#include "ingest/document_fields.h"
#include "ingest/document_values.h"
#include "ingest/front_matter.h"

namespace cpo::ingest {
namespace {

constexpr std::size_t kTextBytesMax = 1 << 20;      // Of one document.
constexpr std::size_t kDocumentsMax = 1'000'000;    // Of one .jsonl file.
constexpr std::size_t kUnknownFieldsNamedMax = 10;  // In the notice.

bool is_plain_utf8(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return false;
    UErrorCode status = U_ZERO_ERROR;
    std::int32_t length = 0;  // Preflight: ICU only counts, a full buffer is what it reports.
    u_strFromUTF8(
        nullptr, 0, &length, text.data(), static_cast<std::int32_t>(text.size()), &status);
    return U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR;
}

/// 1-based line of the first byte that is not UTF-8 (or is NUL), 0 when all is well.
int line_of_bad_byte(std::string_view text) {
    int line = 0;
    for (std::size_t start = 0; start < text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        ++line;
        if (!is_plain_utf8(text.substr(start, end - start))) return line;
        start = end + 1;
    }
    return 0;
}

/// Line ends as \n only, so that offsets and paragraphs do not depend on the editor.
std::string with_plain_line_ends(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r')
            result += text[i];
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            result += '\n';
    }
    return result;
}

/// "offers/spring sale.md" -> "offers/spring-sale".
std::string id_of_file(const std::string& name) {
    std::string id = name.substr(0, name.rfind('.'));
    for (char& c : id)
        if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') c = '-';
    return id;
}

/// The first "# Heading" of a Markdown text; empty when there is none.
std::string first_heading(std::string_view text) {
    std::size_t start = 0;
    while (start < text.size()) {
        const auto end = std::min(text.find('\n', start), text.size());
        const auto line = text.substr(start, end - start);
        if (line.starts_with("# ")) return std::string(trimmed(line.substr(2)));
        start = end + 1;
    }
    return {};
}

Result<void> check_size(const Document& document, const std::string& place) {
    if (document.text.size() > kTextBytesMax)
        return invalid_argument(fmt::format(
            "{}: the text is longer than {} MB; split the document", place, kTextBytesMax >> 20));
    return {};
}

std::string waiver_notice(const std::string& name) {
    return fmt::format("{}: carries no approval or date fields, counted as approved", name);
}

Result<DocumentFile> read_markdown(std::string_view content, const std::string& name, Date as_of) {
    const std::string text = with_plain_line_ends(content);
    const FrontMatter front = TRY(read_front_matter(text, name));
    const FieldSource source{.file = name,
                             .line = 1,
                             .line_of = &front.line_of,
                             .default_id = id_of_file(name),
                             .as_of = as_of};
    if (front.fields.contains("text"))
        return invalid_argument(
            fmt::format("{}: the text stands below the front matter", source.at("text")));
    std::vector<std::string> unknown;
    auto read = document_of(front.fields, source, unknown);
    // A misspelt field first: what it leaves missing is only its consequence.
    if (!unknown.empty())
        return invalid_argument(fmt::format("{}: unknown field; docs/content.md lists them all",
                                            source.at(unknown.front())));
    if (!read) return std::move(read).error();
    Document document = *std::move(read);
    document.text = trimmed(front.body);
    if (document.text.empty())
        return invalid_argument(
            fmt::format("{}, line {}: the document has no text", name, front.body_line));
    if (document.title.empty()) document.title = first_heading(document.text);
    if (document.title.empty())
        return invalid_argument(fmt::format(
            "{}, line 1, title: missing, and the text has no \"# Heading\" to take it from", name));
    const auto checked = check_size(document, name);
    if (!checked) return checked.error();

    DocumentFile file;
    document.is_approval_waived = !has_approval_or_date(front.fields);
    if (document.is_approval_waived) file.notices.push_back(waiver_notice(name));
    file.documents.push_back(std::move(document));
    return file;
}

Result<DocumentFile> read_plain_text(std::string_view content, const std::string& name) {
    const std::string text = with_plain_line_ends(content);
    const std::string_view all = trimmed(text);
    const auto title_end = std::min(all.find('\n'), all.size());
    Document document;
    document.id = id_of_file(name);
    document.file = name;
    document.title = trimmed(all.substr(0, title_end));
    document.text = trimmed(all.substr(title_end));
    if (document.text.empty()) document.text = document.title;
    if (document.text.empty())
        return invalid_argument(fmt::format("{}, line 1: the document has no text", name));
    const auto checked = check_size(document, name);
    if (!checked) return checked.error();
    document.is_approval_waived = true;
    DocumentFile file;
    file.documents.push_back(std::move(document));
    file.notices.push_back(waiver_notice(name));
    return file;
}

/// Reads a .jsonl file line by line.
class JsonLines {
public:
    JsonLines(const std::string& name, Date as_of)
        : name_(name), stem_(id_of_file(name)), as_of_(as_of) {}

    Result<void> add(std::string_view text, int line) {
        if (trimmed(text).empty()) return {};
        auto value = parse_json(text);
        if (!value)
            return invalid_argument(
                fmt::format("{}, line {}: {}", name_, line, value.error().message));
        if (!value->is_object())
            return invalid_argument(fmt::format(
                "{}, line {}: expected one object {{\"id\": …, \"text\": …}}", name_, line));
        if (file_.documents.size() >= kDocumentsMax)
            return Error{
                ErrorCode::kResourceExhausted,
                fmt::format("{}, line {}: more than {} documents", name_, line, kDocumentsMax),
                {}};
        return add_object(value->get_object(), line);
    }

    Result<DocumentFile> finish() {
        if (file_.documents.empty() && empty_ == 0)
            return invalid_argument(fmt::format("{}: holds no document", name_));
        if (!has_approval_) {
            for (Document& document : file_.documents) document.is_approval_waived = true;
            file_.notices.push_back(waiver_notice(name_));
        }
        if (empty_ > 0)
            file_.notices.push_back(
                fmt::format("{}: {} {} neither title nor text, left out (first on line {})",
                            name_,
                            empty_,
                            empty_ == 1 ? "document has" : "documents have",
                            empty_line_));
        if (!ignored_.empty()) file_.notices.push_back(ignored_notice());
        return std::move(file_);
    }

private:
    Result<void> add_object(const json::object& fields, int line) {
        const FieldSource source{.file = name_,
                                 .line = line,
                                 .line_of = nullptr,
                                 .default_id = fmt::format("{}-{}", stem_, line),
                                 .as_of = as_of_};
        if (!fields.contains("text"))
            return invalid_argument(fmt::format("{}: missing", source.at("text")));
        std::vector<std::string> unknown;
        Document document = TRY(document_of(fields, source, unknown));
        ignored_.insert(unknown.begin(), unknown.end());
        has_approval_ = has_approval_ || has_approval_or_date(fields);
        const auto checked = check_size(document, source.at("text"));
        if (!checked) return checked.error();
        if (document.text.empty() && document.title.empty()) {
            if (empty_++ == 0) empty_line_ = line;
            return {};
        }
        file_.documents.push_back(std::move(document));
        return {};
    }
    std::string ignored_notice() const {
        std::string names;
        std::size_t count = 0;
        for (const std::string& field : ignored_) {
            if (count++ == kUnknownFieldsNamedMax) break;
            names += (names.empty() ? "" : ", ") + field;
        }
        if (ignored_.size() > kUnknownFieldsNamedMax) names += ", …";
        return fmt::format("{}: unknown fields ignored: {}", name_, names);
    }

    const std::string& name_;
    std::string stem_;
    Date as_of_;
    DocumentFile file_;
    std::set<std::string> ignored_;
    bool has_approval_ = false;
    std::size_t empty_ = 0;
    int empty_line_ = 0;
};

Result<DocumentFile> read_json_lines(std::string_view content,
                                     const std::string& name,
                                     Date as_of) {
    JsonLines lines(name, as_of);
    int line = 0;
    for (std::size_t start = 0; start < content.size();) {
        const auto end = std::min(content.find('\n', start), content.size());
        const auto added = lines.add(content.substr(start, end - start), ++line);
        if (!added) return added.error();
        start = end + 1;
    }
    return lines.finish();
}

}  // namespace

Result<DocumentFile> read_documents(std::string_view content, const std::string& name, Date as_of) {
    if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
    if (const int line = line_of_bad_byte(content); line > 0)
        return invalid_argument(
            fmt::format("{}, line {}: not UTF-8 text; save the file as UTF-8", name, line));
    if (name.ends_with(".md")) return read_markdown(content, name, as_of);
    if (name.ends_with(".jsonl")) return read_json_lines(content, name, as_of);
    if (name.ends_with(".txt")) return read_plain_text(content, name);
    return invalid_argument(fmt::format("{}: expected a .md, .jsonl or .txt file", name));
}

}  // namespace cpo::ingest
