#include "model/verdict_json.h"

#include "model/json_fields.h"

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

json::object to_full_json(const Verdict& verdict) {
    json::object object = to_json(verdict, true);
    object["is_grounding_checked"] = verdict.is_grounding_checked;
    object["policy_version"] = verdict.policy_version;
    return object;
}

Result<Issue> read_issue(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Issue issue;
    issue.category = TRY(reader.string("category"));
    issue.type = TRY(reader.string("type"));
    issue.rule = TRY(reader.string("rule"));
    issue.field = TRY(read_name(reader, "field", parse_message_field));
    issue.start = TRY(read_count<std::size_t>(reader, "start"));
    issue.end = TRY(read_count<std::size_t>(reader, "end"));
    issue.severity = TRY(read_count<int>(reader, "severity"));
    issue.explanation = TRY(reader.string("explanation"));
    issue.suggestion = TRY(reader.string("suggestion"));
    return issue;
}

Result<Verdict> read_verdict(const json::value& value, const std::string& pointer) {
    const auto reader = TRY(JsonReader::of(value, pointer));
    Verdict verdict;
    verdict.id = TRY(reader.string("id"));
    verdict.decision = TRY(read_name(reader, "decision", parse_decision));
    const auto scores = TRY(reader.object("scores"));
    for (const auto& score : scores.raw()) {
        const std::string category(score.key());
        verdict.scores[category] = TRY(scores.number(category));
    }
    verdict.issues = TRY(read_array(reader, "issues", read_issue));
    verdict.masked_subject = TRY(reader.string("masked_subject"));
    verdict.masked_text = TRY(reader.string("masked_text"));
    verdict.is_grounding_checked = TRY(reader.boolean("is_grounding_checked"));
    verdict.policy_version = TRY(reader.string("policy_version"));
    verdict.elapsed_us = TRY(reader.number("elapsed_us"));
    return verdict;
}

}  // namespace cpo
