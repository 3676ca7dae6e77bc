#include "model/verdict_json.h"

namespace cpo {

json::object to_json(const Issue& issue) {
    return {{"category", issue.category},
            {"type", issue.type},
            {"rule", issue.rule},
            {"field", name_of(issue.field)},
            {"start", issue.start},
            {"end", issue.end},
            {"severity", issue.severity},
            {"explanation", issue.explanation},
            {"suggestion", issue.suggestion}};
}

json::object to_json(const Verdict& verdict, bool has_subject) {
    json::object scores;
    for (const auto& [category, score] : verdict.scores) scores[category] = score;
    json::array issues;
    for (const Issue& issue : verdict.issues) issues.push_back(to_json(issue));
    json::object line{{"id", verdict.id},
                      {"decision", name_of(verdict.decision)},
                      {"scores", std::move(scores)},
                      {"issues", std::move(issues)}};
    if (has_subject) line["masked_subject"] = verdict.masked_subject;
    line["masked_text"] = verdict.masked_text;
    line["elapsed_us"] = verdict.elapsed_us;
    return line;
}

}  // namespace cpo
