#include "agents/safety/rules.h"

#include <fmt/format.h>
#include <hs/hs.h>
#include <re2/re2.h>

#include <mutex>

namespace cpo::safety {
namespace {

struct CloseDatabase {
    void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct CloseScratch {
    void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, CloseDatabase>;
using Scratch = std::unique_ptr<hs_scratch_t, CloseScratch>;

/// Scratch space for scans, one a thread at a time.
class ScratchPool {
public:
    explicit ScratchPool(Scratch prototype) : prototype_(std::move(prototype)) {}

    /// Null when memory is exhausted.
    Scratch take() {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            Scratch scratch = std::move(idle_.back());
            idle_.pop_back();
            return scratch;
        }
        hs_scratch_t* scratch = nullptr;
        hs_clone_scratch(prototype_.get(), &scratch);
        return Scratch(scratch);
    }
    void give_back(Scratch scratch) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(scratch));
    }

private:
    std::mutex mutex_;
    Scratch prototype_;
    std::vector<Scratch> idle_;
};

int remember_hit(unsigned int id,
                 unsigned long long /*from*/,  // NOLINT(google-runtime-int): Hyperscan's type.
                 unsigned long long /*to*/,    // NOLINT(google-runtime-int)
                 unsigned int /*flags*/,
                 void* context) {
    (*static_cast<std::vector<bool>*>(context))[id] = true;
    return 0;
}

RE2::Options options_of(const Rule& rule) {
    RE2::Options options;
    options.set_case_sensitive(rule.is_case_sensitive);
    // Bytes, like Hyperscan's; a match that begins inside a character still maps back to all of it.
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return options;
}

Error rule_error(const Rule& rule, std::string_view reason) {
    return {ErrorCode::kInternal,
            fmt::format("safety rule {} does not compile: {}", rule.id, reason),
            {}};
}

Result<Database> compile_prefilter(std::span<const Rule> rules) {
    std::vector<const char*> patterns;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const Rule& rule : rules) {
        patterns.push_back(rule.prefilter != nullptr ? rule.prefilter : rule.pattern);
        flags.push_back(HS_FLAG_SINGLEMATCH | (rule.is_case_sensitive ? 0U : HS_FLAG_CASELESS));
        ids.push_back(static_cast<unsigned>(ids.size()));
    }
    hs_database_t* database = nullptr;
    hs_compile_error_t* failure = nullptr;
    if (hs_compile_multi(patterns.data(),
                         flags.data(),
                         ids.data(),
                         static_cast<unsigned>(ids.size()),
                         HS_MODE_BLOCK,
                         nullptr,
                         &database,
                         &failure) == HS_SUCCESS)
        return Database(database);
    const bool has_rule =
        failure->expression >= 0 && static_cast<std::size_t>(failure->expression) < rules.size();
    Error error = has_rule ? rule_error(rules[static_cast<std::size_t>(failure->expression)],
                                        failure->message)
                           : Error{ErrorCode::kInternal,
                                   fmt::format("safety rules do not compile: {}", failure->message),
                                   {}};
    hs_free_compile_error(failure);
    return error;
}

}  // namespace

struct RuleSet::Compiled {
    std::vector<Rule> rules;
    std::vector<std::unique_ptr<RE2>> expressions;  ///< [rules].
    Database database;
    std::unique_ptr<ScratchPool> scratch;

    /// Appends the matches of rule `number`.
    void locate(std::size_t number, std::string_view text, std::vector<Finding>& findings) const {
        const Rule& rule = rules[number];
        const RE2& expression = *expressions[number];
        std::array<re2::StringPiece, 2> groups;
        const int group_count = expression.NumberOfCapturingGroups() > 0 ? 2 : 1;
        std::size_t from = 0;
        while (from <= text.size() &&
               expression.Match(
                   text, from, text.size(), RE2::UNANCHORED, groups.data(), group_count)) {
            const re2::StringPiece& part =
                group_count == 2 && groups[1].data() != nullptr ? groups[1] : groups[0];
            Match match{text,
                        static_cast<std::size_t>(part.data() - text.data()),
                        static_cast<std::size_t>(part.data() - text.data()) + part.size()};
            const int severity = rule.grade != nullptr ? rule.grade(match) : rule.severity;
            if (severity > 0 && match.end > match.start)
                findings.push_back({&rule, match.start, match.end, severity});
            // A rejected candidate may hide a true one that starts inside it.
            from = severity > 0 ? std::max(match.end, match.start + 1) : match.start + 1;
            while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
                ++from;
        }
    }
};

RuleSet::RuleSet(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

Result<RuleSet> RuleSet::make(std::vector<Rule> rules) {
    if (hs_valid_platform() != HS_SUCCESS)
        return Error{
            ErrorCode::kInternal, "this processor lacks SSSE3, which the safety rules need", {}};
    auto compiled = std::make_unique<Compiled>();
    compiled->rules = std::move(rules);
    for (const Rule& rule : compiled->rules) {
        compiled->expressions.push_back(std::make_unique<RE2>(rule.pattern, options_of(rule)));
        if (!compiled->expressions.back()->ok())
            return rule_error(rule, compiled->expressions.back()->error());
    }
    compiled->database = TRY(compile_prefilter(compiled->rules));
    hs_scratch_t* scratch = nullptr;
    if (hs_alloc_scratch(compiled->database.get(), &scratch) != HS_SUCCESS)
        return Error{ErrorCode::kInternal, "no memory for the safety rules", {}};
    compiled->scratch = std::make_unique<ScratchPool>(Scratch(scratch));
    return RuleSet(std::move(compiled));
}

Result<std::vector<Finding>> RuleSet::find(std::string_view text) const {
    std::vector<Finding> findings;
    if (text.empty()) return findings;
    std::vector<bool> is_hit(compiled_->rules.size());
    Scratch scratch = compiled_->scratch->take();
    if (!scratch) return Error{ErrorCode::kInternal, "no memory for a scan", {}};
    const hs_error_t outcome = hs_scan(compiled_->database.get(),
                                       text.data(),
                                       static_cast<unsigned>(text.size()),
                                       0,
                                       scratch.get(),
                                       remember_hit,
                                       &is_hit);
    compiled_->scratch->give_back(std::move(scratch));
    if (outcome != HS_SUCCESS)
        return Error{ErrorCode::kInternal, fmt::format("the rule scan failed ({})", outcome), {}};
    for (std::size_t i = 0; i < is_hit.size(); ++i)
        if (is_hit[i]) compiled_->locate(i, text, findings);
    return findings;
}

}  // namespace cpo::safety
