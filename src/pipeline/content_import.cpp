#include "pipeline/content_import.h"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/documents.h"
#include "model/document_content.h"

namespace cpo::pipeline {
namespace {

constexpr std::string_view kStem = "upload";  // Of the name that messages give the file.
constexpr std::size_t kTitleBytesMax = 80;
constexpr std::size_t kFaultsNamedMax = 10;

/// True for "upload" and "upload-12": ids that ingest makes up from the file's name.
bool is_made_up(std::string_view id) {
    if (!id.starts_with(kStem)) return false;
    id.remove_prefix(kStem.size());
    if (id.empty()) return true;
    return id.size() > 1 && id.front() == '-' &&
           std::all_of(id.begin() + 1, id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The id with everything that a name cannot hold as '-'.
std::string name_from_id(std::string_view id) {
    std::string name;
    for (const char c : id) {
        const bool is_possible = is_document_name(std::string_view(&c, 1)) ||
                                 (!name.empty() && (c == '.' || c == '_' || c == '-'));
        if (is_possible)
            name += c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
    }
    while (name.ends_with('-')) name.pop_back();
    return name;
}

/// The first line of a text, cut between words.
std::string title_of(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    while (!text.empty() && (text.front() == '#' || text.front() == ' ')) text.remove_prefix(1);
    if (text.size() > kTitleBytesMax) {
        const auto space = text.rfind(' ', kTitleBytesMax);
        std::size_t end = space == std::string_view::npos || space == 0 ? kTitleBytesMax : space;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
        text = text.substr(0, end);
    }
    std::string title(text);
    std::replace_if(
        title.begin(), title.end(), [](char c) { return c > '\0' && c < ' '; }, ' ');
    return title;
}

/// What all files of documents need to become content of the server.
class Adoption {
public:
    void add(Document document) {
        is_approval_dropped_ |= !document.approved_by.empty() || document.approved_on.has_value();
        document.approved_by.clear();
        document.approved_on.reset();
        document.is_approval_waived = false;
        if (document.text.empty()) document.text = document.title;
        if (document.title.empty()) document.title = title_of(document.text);
        const std::string label = document.id;
        if (is_made_up(document.id)) {
            document.id.clear();
        } else if (!is_document_name(document.id)) {
            document.id = name_from_id(document.id);
            if (renamed_++ == 0) example_ = fmt::format("{} is {}", label, document.id);
        }
        if (const auto checked = check_content(document); !checked) {
            if (++faults_ <= kFaultsNamedMax)
                fault_ += fmt::format("\n  {}: {}", label, checked.error().message);
        }
        read_.documents.push_back(std::move(document));
    }

    Result<UploadedDocuments> finish(std::vector<std::string> notices) {
        if (faults_ > 0)
            return invalid_argument(fmt::format("{} of {} documents cannot be used:{}{}",
                                                faults_,
                                                read_.documents.size(),
                                                fault_,
                                                faults_ > kFaultsNamedMax ? "\n  …" : ""));
        // On the server nothing counts as approved before somebody approves it there.
        std::erase_if(notices, [](const std::string& notice) {
            return notice.ends_with("counted as approved");
        });
        read_.notices = std::move(notices);
        if (is_approval_dropped_)
            read_.notices.emplace_back(
                "The file's approvals do not count here: the documents are drafts until a second "
                "person approves them.");
        if (renamed_ > 0)
            read_.notices.push_back(fmt::format("{} {} changed to be {}: {}{}",
                                                renamed_,
                                                renamed_ == 1 ? "id was" : "ids were",
                                                renamed_ == 1 ? "a name" : "names",
                                                example_,
                                                renamed_ == 1 ? " now" : " now, and so on"));
        return std::move(read_);
    }

private:
    UploadedDocuments read_;
    bool is_approval_dropped_ = false;
    std::size_t renamed_ = 0;
    std::string example_;
    std::size_t faults_ = 0;
    std::string fault_;
};

std::string file_name(const DocumentUpload& upload) {
    if (!upload.is_markdown) return fmt::format("{}.jsonl", kStem);
    if (upload.name.empty()) return fmt::format("{}.md", kStem);
    return upload.name.ends_with(".md") ? upload.name : upload.name + ".md";
}

}  // namespace

Result<UploadedDocuments> read_document_file(const DocumentUpload& upload) {
    auto file = TRY(ingest::read_documents(upload.bytes, file_name(upload), upload.as_of));
    Adoption adoption;
    for (Document& document : file.documents) adoption.add(std::move(document));
    return adoption.finish(std::move(file.notices));
}

}  // namespace cpo::pipeline
