#include "report/marked_text.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/utf8.h"

namespace cpo::report {
namespace {

constexpr std::size_t kUnbrokenWordMax = 24;  ///< Bytes a word may have to be kept with its number.

const std::string& text_of(const Message& message, MessageField field) {
    return field == MessageField::kSubject ? message.subject : message.text;
}

bool overlaps(std::size_t start, std::size_t end, std::size_t other_start, std::size_t other_end) {
    return start < other_end && other_start < end;
}

/// The claims and findings of one field, and its text cut wherever one of them starts or ends.
class FieldMarks {
public:
    FieldMarks(const Variant& variant, const Verdict& verdict, MessageField field)
        : verdict_(verdict), text_(text_of(variant.message, field)), index_(text_) {
        for (const Claim& claim : variant.claims)
            if (claim.field == field && claim.start < claim.end) claims_.push_back(&claim);
        for (const Issue& issue : verdict.issues)
            if (issue.field == field && issue.start < issue.end && issue.category != "grounding")
                issues_.push_back(&issue);
        cuts_ = {0, index_.size()};
        for (const Claim* claim : claims_) add_cuts(claim->start, claim->end);
        for (const Issue* issue : issues_) add_cuts(issue->start, issue->end);
        std::sort(cuts_.begin(), cuts_.end());
        cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
    }

    Html html_with(const Citations& citations) const {
        Html result;
        for (std::size_t i = 0; i + 1 < cuts_.size(); ++i)
            result += piece(cuts_[i], cuts_[i + 1], citations);
        return result;
    }

private:
    void add_cuts(std::size_t start, std::size_t end) {
        cuts_.push_back(std::min(start, index_.size()));
        cuts_.push_back(std::min(end, index_.size()));
    }

    Html piece(std::size_t start, std::size_t end, const Citations& citations) const {
        const std::size_t from = index_.byte_of(start);
        const std::string_view words = text_.substr(from, index_.byte_of(end) - from);
        Html marked = html("{}", words);
        for (const Claim* claim : claims_)
            if (overlaps(start, end, claim->start, claim->end)) {
                marked = claim_piece(*claim, words, end >= claim->end, citations);
                break;
            }
        for (const Issue* issue : issues_)
            if (overlaps(start, end, issue->start, issue->end)) {
                const Html label = end >= issue->end
                                       ? html(R"(<span class="lab">{}</span>)", issue->rule)
                                       : Html();
                return html(R"(<span class="found">{}{}</span>)", marked, label);
            }
        return marked;
    }

    Html claim_piece(const Claim& claim,
                     std::string_view words,
                     bool is_last,
                     const Citations& citations) const {
        const bool broken = is_broken(claim, verdict_);
        const Html kind = broken ? html(" broken") : Html();
        if (!is_last) return html(R"(<span class="claim{}">{}</span>)", kind, words);
        const std::size_t space = words.rfind(' ');
        const std::size_t last = space == std::string_view::npos ? 0 : space + 1;
        Html ending = html("{}{}", words.substr(last), reference(claim, broken, citations));
        if (words.size() - last <= kUnbrokenWordMax)
            ending = html(R"(<span class="nowrap">{}</span>)", ending);
        return html(R"(<span class="claim{}">{}{}</span>)", kind, words.substr(0, last), ending);
    }

    static Html reference(const Claim& claim, bool is_broken, const Citations& citations) {
        const std::size_t number = citations.number_of(claim);
        if (number == 0) return html(R"(<span class="lab bad">no source</span>)");
        return html(
            R"(<a class="ref{}" href="#source-{}"><span class="sr">{} source </span><span>{}</span></a>)",
            is_broken ? html(" bad") : Html(),
            number,
            is_broken ? "disagrees with" : "rests on",
            number);
    }

    const Verdict& verdict_;
    std::string_view text_;
    text::CodePointIndex index_;
    std::vector<const Claim*> claims_;
    std::vector<const Issue*> issues_;
    std::vector<std::size_t> cuts_;
};

}  // namespace

bool is_masked(const Variant& variant, const Verdict& verdict, MessageField field) {
    const std::string& masked =
        field == MessageField::kSubject ? verdict.masked_subject : verdict.masked_text;
    return !masked.empty() && masked != text_of(variant.message, field);
}

bool is_broken(const Claim& claim, const Verdict& verdict) {
    if (claim.document.empty()) return true;
    return std::any_of(verdict.issues.begin(), verdict.issues.end(), [&](const Issue& issue) {
        return issue.category == "grounding" && issue.field == claim.field &&
               overlaps(claim.start, claim.end, issue.start, issue.end);
    });
}

Html marked_text(const Variant& variant,
                 const Verdict& verdict,
                 MessageField field,
                 const Citations& citations) {
    if (is_masked(variant, verdict, field))
        return html("{}",
                    field == MessageField::kSubject ? verdict.masked_subject : verdict.masked_text);
    const std::string& words = text_of(variant.message, field);
    if (!is_utf8(words)) return html("{}", words);
    return FieldMarks(variant, verdict, field).html_with(citations);
}

}  // namespace cpo::report
