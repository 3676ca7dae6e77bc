#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "agents/retrieval/library.h"
#include "agents/safety/safety.h"
#include "agents/safety/sender_contacts.h"
#include "app/commands/commands.h"
#include "app/content.h"
#include "app/files.h"
#include "base/json.h"
#include "base/parallel.h"
#include "model/verdict_json.h"

namespace cpo::app {
namespace {

struct ScreenOptions {
    std::string input;
    std::string output;
    std::string channel;
    std::string content;
    std::string as_of;
    std::vector<std::string> senders;
    int threads = hardware_threads();
};

/// What every message is screened against.
struct Ground {
    std::optional<Channel> channel;  ///< Of --channel.
    std::optional<claims::FactBook> facts;
    std::vector<std::string> sender_contacts;
};

/// One line of the output, and what was wrong with the line it answers.
struct ScreenedLine {
    std::string json;
    std::string fault;
};

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// {id, text, subject?, language?, channel?}; further fields are ignored.
Result<safety::ScreeningRequest> read_request(const json::value& value, const Ground& ground) {
    const auto reader = TRY(JsonReader::of(value));
    safety::ScreeningRequest request;
    request.id = TRY(reader.string("id"));
    request.message.text = TRY(reader.string("text"));
    request.message.subject = TRY(reader.string_or("subject", ""));
    request.message.language = TRY(reader.string_or("language", "en"));
    const auto name = TRY(reader.string_or("channel", ""));
    std::optional<Channel> channel = ground.channel;
    if (!name.empty()) {
        channel = parse_channel(name);
        if (!channel)
            return invalid_argument(
                fmt::format("/channel: \"{}\" is not email, sms, push or web", name));
    }
    request.is_channel_checked = channel.has_value();
    request.message.channel = channel.value_or(Channel::kEmail);
    request.facts = ground.facts ? &*ground.facts : nullptr;
    request.sender_contacts = ground.sender_contacts;
    return request;
}

/// The answer to a line that is no request: blocked, never dropped.
ScreenedLine refuse(const json::value& value, std::size_t number, const Error& reason) {
    Verdict verdict;
    verdict.decision = Decision::kBlock;
    const auto* object = value.if_object();
    const auto* id = object != nullptr ? object->if_contains("id") : nullptr;
    verdict.id = id != nullptr && id->is_string() ? std::string(id->as_string())
                                                  : fmt::format("line {}", number);
    Issue issue;
    issue.category = "input";
    issue.type = "unreadable";
    issue.rule = "input.unreadable";
    issue.severity = 6;
    issue.explanation = fmt::format("Line {} is not a message: {}.", number, reason.message);
    issue.suggestion = R"(Write one JSON object a line: {"id": "...", "text": "..."}.)";
    verdict.issues.push_back(std::move(issue));
    return {write_json(to_json(verdict)), fmt::format("line {}: {}", number, reason.message)};
}

ScreenedLine screen_line(const safety::SafetyAgent& agent,
                         const Ground& ground,
                         std::string_view line,
                         std::size_t number) {
    const auto value = parse_json(line);
    if (!value) return refuse({}, number, value.error());
    const auto request = read_request(*value, ground);
    if (!request) return refuse(*value, number, request.error());
    const auto screening = agent.screen(*request, Deadline::never());
    const bool has_subject = value->as_object().contains("subject");
    return {write_json(to_json(screening.verdict, has_subject)), ""};
}

Result<Date> day_of(const std::string& as_of) {
    if (as_of.empty())
        return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto date = parse_date(as_of);
    if (!date) return invalid_argument(fmt::format("--as-of: {} is not YYYY-MM-DD", as_of));
    return *date;
}

Result<Ground> read_ground(const ScreenOptions& options) {
    Ground ground;
    ground.sender_contacts = options.senders;
    if (!options.channel.empty()) {
        ground.channel = parse_channel(options.channel);
        if (!ground.channel)
            return invalid_argument(
                fmt::format("--channel: \"{}\" is not email, sms, push or web", options.channel));
    }
    const Date as_of = TRY(day_of(options.as_of));
    if (options.content.empty()) {
        std::cerr << "cpo screen: without --content no claim can be checked; offers, dates and "
                     "prices stay unverified.\n";
        return ground;
    }
    auto content = TRY(read_content(options.content, as_of));
    for (const std::string& notice : content.notices) std::cerr << "Note: " << notice << '\n';
    const Library library = TRY(retrieval::make_library(std::move(content.documents), as_of));
    for (const std::string& contact : safety::contacts_in(library))
        ground.sender_contacts.push_back(contact);
    ground.facts.emplace(library, "en", as_of);
    return ground;
}

/// Screens every line and writes every answer; an unreadable line then still fails the verb.
Result<void> screen_file(const ScreenOptions& options) {
    const Ground ground = TRY(read_ground(options));
    const std::string input = TRY(read_file(options.input));
    const auto agent = TRY(safety::SafetyAgent::make());
    const auto lines = lines_of(input);
    std::vector<ScreenedLine> answers(lines.size());
    parallel_for(options.threads, lines.size(), [&](std::size_t i) {
        if (!is_blank(lines[i])) answers[i] = screen_line(*agent, ground, lines[i], i + 1);
    });
    std::string output;
    std::size_t count = 0;
    std::size_t faults = 0;
    std::string first_fault;
    for (const ScreenedLine& answer : answers) {
        if (answer.json.empty()) continue;
        ++count;
        output += answer.json;
        output += '\n';
        if (answer.fault.empty()) continue;
        if (faults++ == 0) first_fault = answer.fault;
    }
    const auto written = write_file(options.output, output);
    if (!written) return written.error();
    if (faults == 0) return {};
    return invalid_argument(
        fmt::format("{} of {} lines could not be read and are blocked in {}; {}",
                    faults,
                    count,
                    options.output,
                    first_fault));
}

}  // namespace

void add_screen_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb(
        "screen", "Checks messages: personal data, toxicity, placeholders, channel rules, claims");
    auto options = std::make_shared<ScreenOptions>();
    verb.option("--input",
                options->input,
                "messages, one JSON object a line: {id, text, subject?, language?, channel?}; "
                "- is standard input")
        .required();
    verb.option(
            "--output", options->output, "verdicts, one a line, same order; - is standard output")
        .required();
    verb.option("--channel",
                options->channel,
                "email, sms, push or web; without it (and without a channel in the line) "
                "opt-out, sender and length are not checked");
    verb.option("--content",
                options->content,
                "folder or file of approved documents; without it claims are not checked");
    verb.option("--as-of", options->as_of, "day on which offers must be valid, YYYY-MM-DD (today)");
    verb.option("--sender",
                options->senders,
                "the sender's own e-mail address, phone, host or name; may be repeated");
    verb.option("--threads", options->threads, "threads to use; all cores by default")
        .in_range(1, 256);
    verb.footer(
        "Exit code: 0 when every line was screened, whatever the verdicts; 1 when a line could "
        "not\n"
        "be read (it is answered with a block).\n\n"
        "Example:\n  cpo screen --input messages.jsonl --channel email --content content/ \\\n"
        "    --output verdicts.jsonl");
    verb.on_run([options, &exit] { exit.value = finish(screen_file(*options)); });
}

}  // namespace cpo::app
