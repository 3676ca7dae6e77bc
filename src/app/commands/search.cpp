#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "agents/retrieval/library.h"
#include "agents/retrieval/retrieval.h"
#include "app/commands/commands.h"
#include "app/content.h"
#include "app/files.h"
#include "app/wiring.h"
#include "backends/embedder/hashing_embedder.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "base/json.h"
#include "base/parallel.h"
#include "model/context_json.h"

namespace cpo::app {
namespace {

constexpr std::size_t kQueriesMax = 100'000;
constexpr std::size_t kSnippetCodePoints = 100;

struct SearchOptions {
    std::string content, query, queries;
    std::string mode = "hybrid";
    std::string format = "table";
    std::string as_of, language, type, audience, channel;
    int top = 10;
    int threads = 0;
};

struct Query {
    std::string id;
    std::string text;
};

Result<std::vector<Query>> read_queries(const SearchOptions& options) {
    if (options.query.empty() == options.queries.empty())
        return invalid_argument("give either --query TEXT or --queries FILE.jsonl");
    if (options.queries.empty()) return std::vector<Query>{{"1", options.query}};
    const std::string content = TRY(read_file(options.queries));
    std::vector<Query> queries;
    int line = 0;
    for (std::size_t start = 0; start < content.size();) {
        const auto end = std::min(content.find('\n', start), content.size());
        const auto text = std::string_view(content).substr(start, end - start);
        start = end + 1;
        ++line;
        if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const auto fault = [&](const Error& error) {
            return invalid_argument(
                fmt::format("{}, line {}: {}", options.queries, line, error.message));
        };
        const auto value = parse_json(text);
        if (!value) return fault(value.error());
        const auto reader = JsonReader::of(*value);
        if (!reader) return fault(reader.error());
        auto id = reader->has("id") && reader->raw().at("id").is_number()
                      ? Result<std::string>(write_json(reader->raw().at("id")))
                      : reader->string("id");
        if (!id) return fault(id.error());
        auto query = reader->string("text");
        if (!query) return fault(query.error());
        if (query->find_first_not_of(" \t\r\n") == std::string::npos)
            return fault(invalid_argument("/text: empty"));
        if (queries.size() == kQueriesMax)
            return fault(invalid_argument(fmt::format("more than {} queries", kQueriesMax)));
        queries.push_back({*std::move(id), *std::move(query)});
    }
    if (queries.empty()) return invalid_argument(fmt::format("{} holds no query", options.queries));
    return queries;
}

Result<Date> as_of_day(const SearchOptions& options) {
    if (options.as_of.empty())
        return Date(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    const auto day = parse_date(options.as_of);
    if (!day)
        return invalid_argument(fmt::format("--as-of {}: expected YYYY-MM-DD", options.as_of));
    return *day;
}

/// The request that all queries share; CLI11 has checked the names.
retrieval::SearchRequest request_of(const SearchOptions& options) {
    retrieval::SearchRequest request;
    request.mode = options.mode == "vector"    ? retrieval::SearchMode::kVector
                   : options.mode == "lexical" ? retrieval::SearchMode::kLexical
                                               : retrieval::SearchMode::kHybrid;
    request.count_max = static_cast<std::size_t>(options.top);
    request.is_by_document = true;
    request.filter.language = options.language;
    if (!options.type.empty()) request.filter.type = parse_document_type(options.type);
    if (!options.audience.empty()) request.filter.audience = options.audience;
    if (!options.channel.empty()) request.filter.channel = parse_channel(options.channel);
    return request;
}

using Hits = std::vector<Hit>;

/// Answers all queries, side by side; the answers are in the order of the queries.
Result<std::vector<Hits>> answer(const retrieval::RetrievalAgent& agent,
                                 const std::vector<Query>& queries,
                                 const retrieval::SearchRequest& shared,
                                 int threads) {
    std::vector<Hits> answers(queries.size());
    std::vector<std::optional<Error>> faults(queries.size());
    parallel_for(threads, queries.size(), [&](std::size_t i) {
        retrieval::SearchRequest request = shared;
        request.query = queries[i].text;
        auto hits = agent.search(request, Deadline::never());
        if (hits)
            answers[i] = *std::move(hits);
        else
            faults[i] = std::move(hits).error();
    });
    for (std::size_t i = 0; i < faults.size(); ++i)
        if (faults[i])
            return Error{faults[i]->code,
                         fmt::format("query {}: {}", queries[i].id, faults[i]->message),
                         faults[i]->detail};
    return answers;
}

/// The start of a passage on one line.
std::string snippet_of(const std::string& text) {
    std::string line;
    std::size_t code_points = 0;
    for (const char c : text) {
        const bool is_start = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        if (is_start && ++code_points > kSnippetCodePoints) return line + "…";
        const bool is_space = c == '\n' || c == '\t' || c == '\r';
        if (is_space && line.ends_with(' ')) continue;
        line += is_space ? ' ' : c;
    }
    return line;
}

void print_table(const std::vector<Query>& queries, const std::vector<Hits>& answers) {
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if (queries.size() > 1)
            std::cout << fmt::format(
                "{}{}: {}\n", i == 0 ? "" : "\n", queries[i].id, queries[i].text);
        if (answers[i].empty()) std::cout << "Nothing found.\n";
        int place = 0;
        for (const Hit& hit : answers[i])
            std::cout << fmt::format("{:>3}. {} [{}, {}]\n     {}\n     {:.4f}: {}\n",
                                     ++place,
                                     hit.title.empty() ? hit.document : hit.title,
                                     name_of(hit.type),
                                     hit.document,
                                     snippet_of(hit.text),
                                     hit.score,
                                     hit.reason);
    }
}

void print_trec(const std::string& mode,
                const std::vector<Query>& queries,
                const std::vector<Hits>& answers) {
    for (std::size_t i = 0; i < queries.size(); ++i) {
        int place = 0;
        for (const Hit& hit : answers[i])
            std::cout << fmt::format(
                "{} Q0 {} {} {} cpo-{}\n", queries[i].id, hit.document, ++place, hit.score, mode);
    }
}

void print_json(const SearchOptions& options,
                const std::vector<Query>& queries,
                const std::vector<Hits>& answers,
                const Library& library) {
    json::array results;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        json::array hits;
        for (const Hit& hit : answers[i]) hits.push_back(to_json(hit));
        results.push_back(
            {{"id", queries[i].id}, {"query", queries[i].text}, {"hits", std::move(hits)}});
    }
    json::array set_aside;
    for (const SetAsideDocument& document : library.set_aside)
        set_aside.push_back({{"document", document.document},
                             {"title", document.title},
                             {"reason", document.reason}});
    std::cout << write_json({{"mode", options.mode},
                             {"documents", library.documents.size()},
                             {"passages", library.passages.size()},
                             {"results", std::move(results)},
                             {"set_aside", std::move(set_aside)}})
              << '\n';
}

Result<void> search(const SearchOptions& options) {
    const auto queries = TRY(read_queries(options));
    const Date as_of = TRY(as_of_day(options));
    Content content = TRY(read_content(options.content, as_of));
    std::vector<std::string> notices = std::move(content.notices);
    const Library library = TRY(retrieval::make_library(std::move(content.documents), as_of));
    for (const SetAsideDocument& document : library.set_aside)
        notices.push_back(fmt::format("{} left out: {}", document.document, document.reason));

    const int threads = options.threads > 0 ? options.threads : hardware_threads();
    // Words alone need no model; the cheap embedder only fills its place.
    auto embedder = options.mode == "lexical" ? Result(make_hashing_embedder({.dimension = 1}))
                                              : make_embedder(threads, notices);
    if (!embedder) return std::move(embedder).error();
    const auto vectors = make_exact_vector_index((*embedder)->dimension());
    const auto words = TRY(make_fts5_lexical_index());
    retrieval::RetrievalAgent agent(library, **embedder, *vectors, *words);
    const auto indexed = agent.index(Deadline::never());
    if (!indexed) return indexed.error();
    const auto answers = TRY(answer(agent, queries, request_of(options), threads));

    for (const std::string& notice : notices) std::cerr << "Note: " << notice << '\n';
    if (options.format == "trec")
        print_trec(options.mode, queries, answers);
    else if (options.format == "json")
        print_json(options, queries, answers, library);
    else
        print_table(queries, answers);
    std::cout.flush();
    if (!std::cout) return Error{ErrorCode::kInternal, "cannot write to standard output", {}};
    return {};
}

}  // namespace

void add_search_command(Command root, ExitCode& exit) {
    Command verb =
        root.add_verb("search", "Find approved content by meaning, by words, or by both");
    auto options = std::make_shared<SearchOptions>();
    verb.option("--content", options->content, "folder or file of content documents").required();
    verb.option("--query", options->query, "what to look for, in plain words");
    verb.option("--queries", options->queries, "many queries: one {\"id\", \"text\"} a line");
    verb.option("--mode", options->mode, "hybrid, vector or lexical (hybrid)")
        .one_of({"hybrid", "vector", "lexical"});
    verb.option("--top", options->top, "documents per query (10)").in_range(1, 1000);
    verb.option("--format", options->format, "table, json or trec (table)")
        .one_of({"table", "json", "trec"});
    verb.option(
        "--as-of", options->as_of, "day on which documents must be valid, YYYY-MM-DD (today)");
    verb.option("--language", options->language, "only documents of this language");
    verb.option("--type", options->type, "only fact, offer, style or legal documents")
        .one_of({"fact", "offer", "style", "legal"});
    verb.option(
        "--audience", options->audience, "only documents for everybody or for this audience word");
    verb.option("--channel", options->channel, "only documents for email, sms, push or web")
        .one_of({"email", "sms", "push", "web"});
    verb.option("--threads", options->threads, "threads to use; all cores by default")
        .in_range(1, 256);
    verb.footer(
        "Example:\n  cpo search --content demo/gift-shop --query \"free delivery\" --top 5");
    verb.on_run([options, &exit] { exit.value = finish(search(*options)); });
}

}  // namespace cpo::app
