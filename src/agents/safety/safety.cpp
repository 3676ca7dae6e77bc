#include "agents/safety/safety.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <tuple>

#include "agents/safety/canaries.h"
#include "agents/safety/channel_rules.h"
#include "agents/safety/grounding.h"
#include "agents/safety/language.h"
#include "agents/safety/lexicon.h"
#include "agents/safety/masking.h"
#include "agents/safety/policy.h"
#include "agents/safety/rules.h"
#include "agents/safety/scoring.h"
#include "agents/safety/sender.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "embedded/cuss_words.h"
#include "embedded/policy_words_en.h"
#include "text/canonical.h"
#include "text/utf8.h"

namespace cpo::safety {
namespace {

constexpr std::size_t kCodePointsMax = 20000;  // Of subject and text together.

Issue input_issue(std::string type, int severity, std::string explanation, std::string suggestion) {
    Issue issue;
    issue.category = "input";
    issue.rule = "input." + type;
    issue.type = std::move(type);
    issue.severity = severity;
    issue.explanation = std::move(explanation);
    issue.suggestion = std::move(suggestion);
    return issue;
}

/// Order of Verdict::issues.
void sort_issues(std::vector<Issue>& issues) {
    std::stable_sort(issues.begin(), issues.end(), [](const Issue& a, const Issue& b) {
        return std::tie(a.field, a.start, a.rule) < std::tie(b.field, b.start, b.rule);
    });
}

/// Weaker readings of the same characters: a card number is not also a telephone number.
void drop_shadowed(std::vector<Issue>& issues) {
    const auto is_spanning = [](const Issue& issue) {
        return issue.category == "pii" || issue.category == "secret" ||
               issue.category == "placeholder";
    };
    const auto is_shadowed = [&](const Issue& weak) {
        if (!is_spanning(weak)) return false;
        return std::any_of(issues.begin(), issues.end(), [&](const Issue& strong) {
            if (!is_spanning(strong) || strong.field != weak.field) return false;
            if (strong.start >= weak.end || weak.start >= strong.end) return false;
            const auto rank = [](const Issue& issue) {
                return std::tuple(issue.severity, issue.end - issue.start);
            };
            return strong.start <= weak.start && strong.end >= weak.end &&
                   rank(strong) > rank(weak);
        });
    };
    std::vector<Issue> kept;
    for (const Issue& issue : issues)
        if (!is_shadowed(issue)) kept.push_back(issue);
    issues = std::move(kept);
}

/// "You are not stupid": the word is there, the insult is not.
bool is_negated(std::string_view words, const WordHit& hit) {
    if (hit.kind != WordKind::kInsult) return false;
    const std::size_t from = hit.start > 14 ? hit.start - 14 : 0;
    const std::string_view before = words.substr(from, hit.start - from);
    return before.find("not ") != std::string_view::npos ||
           before.find("n't ") != std::string_view::npos;
}

Issue word_issue(const WordHit& hit) {
    Issue issue;
    const bool is_toxic = hit.kind == WordKind::kSlur || hit.kind == WordKind::kInsult;
    issue.category = is_toxic ? "toxicity" : "profanity";
    issue.type = hit.kind == WordKind::kSlur     ? "slur"
                 : hit.kind == WordKind::kInsult ? "insult"
                 : hit.kind == WordKind::kSexual ? "sexual"
                                                 : "profanity";
    issue.rule = is_toxic ? "toxicity.word" : "profanity.word";
    issue.severity = hit.severity;
    issue.explanation = hit.kind == WordKind::kSlur     ? "A word that demeans a group of people."
                        : hit.kind == WordKind::kInsult ? "A word that demeans people."
                        : hit.kind == WordKind::kSexual ? "A sexually explicit word."
                                                        : "A swear word or vulgar word.";
    issue.suggestion = "Choose another word.";
    return issue;
}

}  // namespace

struct SafetyAgent::Rules {
    text::Canonicaliser canonicaliser;
    RuleSet plain;    ///< Personal data, secrets, residue.
    RuleSet phrases;  ///< Toxicity.
    Lexicon lexicon;
    std::string version;

    /// What was found in one field.
    struct FieldResult {
        std::vector<Issue> issues;
        std::vector<Mask> masks;
        std::vector<WordHit> words;
        text::CanonicalViews views;
    };
    Result<FieldResult> screen_field(MessageField field,
                                     std::string_view text,
                                     const Sender& sender) const;
    Result<void> add_plain(const Sender& sender, MessageField field, FieldResult& result) const;
    Result<void> add_toxicity(MessageField field, FieldResult& result) const;
    /// Fills issues, scores and masked fields. Errors: kDeadlineExceeded, kInternal: then the
    /// verdict is not complete.
    Result<void> screen(const ScreeningRequest& request, Deadline deadline, Verdict& verdict) const;
};

namespace {

Issue issue_of(const Finding& finding, MessageField field, const text::CanonicalText& view) {
    const text::Span span = view.original(finding.start, finding.end);
    Issue issue;
    issue.category = finding.rule->category;
    issue.type = finding.rule->type;
    issue.rule = finding.rule->id;
    issue.field = field;
    issue.start = span.start;
    issue.end = span.end;
    issue.severity = finding.severity;
    issue.explanation = finding.rule->explanation;
    issue.suggestion = finding.rule->suggestion;
    return issue;
}

/// Text of another language than English cannot be judged by these rules.
void add_language(const ScreeningRequest& request, std::string_view words, Verdict& verdict) {
    const LanguageGuess guess = guess_language(words);
    const std::string& declared = request.message.language;
    const bool is_declared = declared == "en" || declared.starts_with("en-") || declared.empty();
    if (is_declared && guess.is_supported()) return;
    Issue issue;
    issue.category = "language";
    issue.type = "unsupported";
    issue.rule = is_declared ? "language.detected" : "language.declared";
    issue.severity = 2;
    issue.explanation = is_declared
                            ? "The text does not seem to be English; the rules are."
                            : "The message is declared to be in another language than English; the "
                              "rules are English.";
    issue.suggestion = "Have a person who speaks the language check it.";
    verdict.issues.push_back(std::move(issue));
}

/// What keeps a message from being screened at all.
std::optional<Issue> check_input(const Message& message) {
    if (!is_utf8(message.text) || !is_utf8(message.subject))
        return input_issue(
            "invalid_utf8", 6, "The message is not valid UTF-8.", "Save or send it as UTF-8.");
    const std::size_t size =
        text::code_point_count(message.text) + text::code_point_count(message.subject);
    if (size > kCodePointsMax)
        return input_issue(
            "too_long",
            2,
            fmt::format(
                "The message has {} characters; at most {} can be screened.", size, kCodePointsMax),
            "Shorten it or split it.");
    if (std::all_of(message.text.begin(), message.text.end(), [](char c) {
            return c == ' ' || c == '\n' || c == '\t' || c == '\r';
        }))
        return input_issue("empty", 2, "The message has no text.", "Write one.");
    return std::nullopt;
}

/// Holds a message whose screening did not come to its end. What was found stays; nothing that was
/// not fully checked is shown as masked.
void hold(Verdict& verdict, const Error& reason) {
    verdict.issues.push_back(
        input_issue(reason.code == ErrorCode::kDeadlineExceeded ? "deadline" : "failure",
                    2,
                    fmt::format("The message was not fully screened: {}.", reason.message),
                    "Screen it again."));
    sort_issues(verdict.issues);
    verdict.masked_subject.clear();
    verdict.masked_text.clear();
    verdict.scores.clear();
    verdict.is_grounding_checked = false;
}

/// Names the rules in force: the same name, the same verdicts.
std::string fingerprint_of(const std::vector<Rule>& plain, const std::vector<Rule>& phrases) {
    constexpr std::string_view kRevision = "1";  // Of the code around the patterns.
    Sha256 hash;
    for (const auto* rules : {&plain, &phrases})
        for (const Rule& rule : *rules)
            hash.update(fmt::format("{}\n{}\n{}\n", rule.id, rule.pattern, rule.severity));
    hash.update(embedded::cuss_words());
    hash.update(embedded::policy_words_en());
    hash.update(describe_policy());
    return fmt::format("en-{}-{}", kRevision, hash.finish().substr(0, 12));
}

Error out_of_time() { return {ErrorCode::kDeadlineExceeded, "the time for screening ran out", {}}; }

}  // namespace

Result<void> SafetyAgent::Rules::add_plain(const Sender& sender,
                                           MessageField field,
                                           FieldResult& result) const {
    const text::CanonicalText& view = result.views.plain;
    for (const Finding& finding : TRY(plain.find(view.text))) {
        const std::string_view value =
            std::string_view(view.text).substr(finding.start, finding.end - finding.start);
        if (sender.owns(finding.rule->id, value)) continue;
        result.issues.push_back(issue_of(finding, field, view));
        if (finding.rule->mask != nullptr) {
            const Issue& issue = result.issues.back();
            result.masks.push_back({issue.start, issue.end, finding.rule->mask, finding.severity});
        }
    }
    return {};
}

Result<void> SafetyAgent::Rules::add_toxicity(MessageField field, FieldResult& result) const {
    const text::CanonicalText& view = result.views.words;
    for (const Finding& finding : TRY(phrases.find(view.text)))
        result.issues.push_back(issue_of(finding, field, view));
    result.words = lexicon.find(view.text);
    for (const WordHit& hit : result.words) {
        if (hit.severity == 0 || is_negated(view.text, hit)) continue;
        Issue issue = word_issue(hit);
        const text::Span span = view.original(hit.start, hit.end);
        issue.field = field;
        issue.start = span.start;
        issue.end = span.end;
        result.issues.push_back(std::move(issue));
    }
    return {};
}

Result<SafetyAgent::Rules::FieldResult> SafetyAgent::Rules::screen_field(
    MessageField field, std::string_view text, const Sender& sender) const {
    FieldResult result;
    result.views = canonicaliser.canonicalise(text);
    const auto plain_done = add_plain(sender, field, result);
    if (!plain_done) return plain_done.error();
    const auto toxicity_done = add_toxicity(field, result);
    if (!toxicity_done) return toxicity_done.error();
    for (const text::Span& span : result.views.hidden) {
        Issue issue = input_issue("disguised_text",
                                  2,
                                  "Invisible characters or look-alike letters of another script "
                                  "stand inside a word, or turn its direction.",
                                  "Type the word again in plain letters.");
        issue.field = field;
        issue.start = span.start;
        issue.end = span.end;
        result.issues.push_back(std::move(issue));
    }
    drop_shadowed(result.issues);
    return result;
}

Result<void> SafetyAgent::Rules::screen(const ScreeningRequest& request,
                                        Deadline deadline,
                                        Verdict& verdict) const {
    const Message& message = request.message;
    const Sender sender(request.sender_contacts);
    if (deadline.has_passed()) return out_of_time();
    FieldResult subject = TRY(screen_field(MessageField::kSubject, message.subject, sender));
    FieldResult text = TRY(screen_field(MessageField::kText, message.text, sender));
    verdict.masked_subject = mask_text(message.subject, std::move(subject.masks));
    verdict.masked_text = mask_text(message.text, std::move(text.masks));
    std::move(subject.issues.begin(), subject.issues.end(), std::back_inserter(verdict.issues));
    std::move(text.issues.begin(), text.issues.end(), std::back_inserter(verdict.issues));
    add_language(request, subject.views.words.text + "\n" + text.views.words.text, verdict);

    std::vector<std::string> checked = {"pii", "secret", "placeholder", "profanity", "toxicity"};
    if (request.is_channel_checked) {
        checked.emplace_back("channel");
        auto missing = check_channel({.channel = message.channel,
                                      .subject = subject.views.plain.text,
                                      .text = text.views.plain.text,
                                      .raw_text = message.text,
                                      .subject_size = text::code_point_count(message.subject),
                                      .text_size = text::code_point_count(message.text)},
                                     sender);
        std::move(missing.begin(), missing.end(), std::back_inserter(verdict.issues));
    }
    if (deadline.has_passed()) return out_of_time();
    if (request.facts != nullptr) {
        checked.emplace_back("grounding");
        auto unsupported = check_grounding(
            {request, subject.views.plain, text.views.plain}, sender, verdict.issues);
        std::move(unsupported.begin(), unsupported.end(), std::back_inserter(verdict.issues));
        verdict.is_grounding_checked = true;
    }
    if (deadline.has_passed()) return out_of_time();
    sort_issues(verdict.issues);
    verdict.scores = category_scores(verdict.issues, checked);
    std::move(subject.words.begin(), subject.words.end(), std::back_inserter(text.words));
    verdict.scores["toxicity"] = toxicity_score(text.words, verdict.issues);
    return {};
}

SafetyAgent::SafetyAgent(std::unique_ptr<const Rules> rules) : rules_(std::move(rules)) {}
SafetyAgent::~SafetyAgent() = default;

Result<std::unique_ptr<SafetyAgent>> SafetyAgent::make() {
    std::vector<Rule> plain_rules;
    for (const auto table : {personal_data_rules(), secret_rules(), residue_rules()})
        plain_rules.insert(plain_rules.end(), table.begin(), table.end());
    const auto phrase_table = phrase_rules();
    std::vector<Rule> phrases(phrase_table.begin(), phrase_table.end());
    std::string version = fingerprint_of(plain_rules, phrases);
    auto canonicaliser = TRY(text::Canonicaliser::make());
    auto plain_set = TRY(RuleSet::make(std::move(plain_rules)));
    auto phrase_set = TRY(RuleSet::make(std::move(phrases)));
    auto lexicon = TRY(Lexicon::make());
    std::unique_ptr<const Rules> rules(new Rules{std::move(canonicaliser),
                                                 std::move(plain_set),
                                                 std::move(phrase_set),
                                                 std::move(lexicon),
                                                 std::move(version)});
    std::unique_ptr<SafetyAgent> agent(new SafetyAgent(std::move(rules)));
    const auto tested = self_test(*agent);
    if (!tested) return tested.error();
    return agent;
}

std::string SafetyAgent::policy_version() const { return rules_->version; }

Screening SafetyAgent::screen(const ScreeningRequest& request, Deadline deadline) const {
    const auto start = std::chrono::steady_clock::now();
    Screening screening;
    Verdict& verdict = screening.verdict;
    verdict.id = request.id;
    verdict.policy_version = rules_->version;
    if (auto unfit = check_input(request.message)) {
        verdict.issues.push_back(*std::move(unfit));
    } else {
        // A failure inside a library must not become a pass, nor end the caller.
        try {
            const auto screened = rules_->screen(request, deadline, verdict);
            if (!screened) hold(verdict, screened.error());
        } catch (const std::exception& failure) {
            hold(verdict, {ErrorCode::kInternal, "the screening failed", failure.what()});
        }
    }
    verdict.decision = decide(verdict.issues, request.message.channel);
    if (verdict.decision == Decision::kPass && verdict.is_grounding_checked)
        screening.message = ScreenedMessage(request.message, verdict);
    verdict.elapsed_us =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
    return screening;
}

Result<ScreenedMessage> SafetyAgent::restore(Message message,
                                             Verdict verdict,
                                             std::string_view text_hash,
                                             std::optional<Release> release) {
    if (hash_of(message) != text_hash)
        return Error{ErrorCode::kInternal,
                     "a stored message is not the one that was screened",
                     fmt::format("verdict {}", verdict.id)};
    // A release is of a review; anything else stands by itself.
    const bool is_review = verdict.decision == Decision::kReview;
    const bool is_checked = is_review || verdict.is_grounding_checked;
    ScreenedMessage restored(
        std::move(message), std::move(verdict), is_review ? std::move(release) : std::nullopt);
    if (is_checked && restored.is_intact()) return restored;
    return Error{ErrorCode::kFailedPrecondition,
                 fmt::format("the verdict {} does not let this message out",
                             cpo::name_of(restored.verdict().decision)),
                 {}};
}

}  // namespace cpo::safety
