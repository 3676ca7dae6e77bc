#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/verdict.h"

namespace cpo::safety {

/// A place where a rule matched a view of the text, in bytes of that view. A grading function may
/// narrow it to the part that counts.
struct Match {
    std::string_view text;  ///< The whole view.
    std::size_t start = 0;
    std::size_t end = 0;

    std::string_view value() const { return text.substr(start, end - start); }
    std::string_view before(std::size_t bytes) const {
        const std::size_t first = start > bytes ? start - bytes : 0;
        return text.substr(first, start - first);
    }
    std::string_view after(std::size_t bytes) const { return text.substr(end, bytes); }
};

/// One pattern with its meaning. Hyperscan looks for all prefilters at once; the few rules that hit
/// are located by RE2; `grade` has the last word.
struct Rule {
    const char* id;        ///< "pii.card"; stable.
    const char* category;  ///< Issue::category.
    const char* type;      ///< Issue::type.
    const char* pattern;   ///< RE2; its group 1, where it has one, is the part that counts.
    int severity = 0;      ///< Issue::severity unless `grade` says otherwise.
    const char* explanation = "";
    const char* suggestion = "";
    const char* mask = nullptr;       ///< "[CARD]"; null: nothing to mask.
    const char* prefilter = nullptr;  ///< Hyperscan; null: `pattern` itself. Must match wherever
                                      ///< `pattern` does.
    int (*grade)(Match& match) = nullptr;  ///< Severity of this match, 0 = none after all.
    bool is_case_sensitive = false;
};

/// A located finding: the issue (offsets not filled in) and where it is in the view.
struct Finding {
    const Rule* rule = nullptr;
    std::size_t start = 0;  ///< Bytes of the view.
    std::size_t end = 0;
    int severity = 0;
};

/// Finds all matches of many rules in one pass. Immutable; safe from many threads: scratch space
/// comes from a pool. Linear in the text: Hyperscan in block mode without match starts, then RE2.
/// Figures behind the choice: docs/safety.md.
class RuleSet {
public:
    /// The texts of the rules must outlive the set (they are tables in static memory). Errors:
    /// kInternal naming the rule that does not compile, or a processor Hyperscan does not support.
    static Result<RuleSet> make(std::vector<Rule> rules);
    ~RuleSet();
    RuleSet(RuleSet&&) noexcept;
    RuleSet& operator=(RuleSet&&) noexcept;

    /// Findings by rule, then start; they point to rules that live as long as this set. Errors:
    /// kInternal when the scan fails (the text counts as unchecked then).
    Result<std::vector<Finding>> find(std::string_view text) const;

private:
    struct Compiled;
    explicit RuleSet(std::unique_ptr<Compiled> compiled);
    std::unique_ptr<Compiled> compiled_;
};

// The tables, by file.

/// Personal data, on the plain view.
std::span<const Rule> personal_data_rules();
/// Keys, tokens and passwords, on the plain view.
std::span<const Rule> secret_rules();
/// Placeholders, residue of prompts and self-talk of models, on the plain view.
std::span<const Rule> residue_rules();
/// Insults, threats, hate and self-harm as phrases, on the words view.
std::span<const Rule> phrase_rules();

}  // namespace cpo::safety
