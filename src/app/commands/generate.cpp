#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "agents/generation/generation.h"
#include "agents/retrieval/library.h"
#include "agents/retrieval/retrieval.h"
#include "app/commands/commands.h"
#include "app/content.h"
#include "app/files.h"
#include "app/wiring.h"
#include "backends/lexical_index/fts5_lexical_index.h"
#include "backends/vector_index/exact_vector_index.h"
#include "base/parallel.h"
#include "claims/claims.h"
#include "model/variant_json.h"

namespace cpo::app {
namespace {

struct GenerateOptions {
    std::string content, goal, segment_name, as_of;
    std::string channel = "email", language = "en", output = "-";
    std::vector<std::string> audience;
    int variants = 3;
    std::uint64_t seed = 1;
    int threads = 0;
};

Result<Campaign> campaign_of(const GenerateOptions& options) {
    Campaign campaign;
    campaign.goal = options.goal;
    const auto channel = parse_channel(options.channel);
    if (!channel)
        return invalid_argument(
            fmt::format("--channel {}: expected email, sms, push or web", options.channel));
    campaign.channel = *channel;
    campaign.language = options.language;
    campaign.variants = options.variants;
    campaign.seed = options.seed;
    campaign.as_of = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    if (options.as_of.empty()) return campaign;
    const auto day = parse_date(options.as_of);
    if (!day)
        return invalid_argument(fmt::format("--as-of {}: expected YYYY-MM-DD", options.as_of));
    campaign.as_of = *day;
    return campaign;
}

/// The one segment the words describe; there are no customers, so it has no drivers and no size.
Segment segment_of(const GenerateOptions& options) {
    Segment segment;
    segment.name = options.segment_name;
    if (!segment.name.empty()) return segment;
    for (std::string word : options.audience) {
        std::replace(word.begin(), word.end(), '_', ' ');
        segment.name += (segment.name.empty() ? "" : ", ") + word;
    }
    segment.name += segment.name.empty() ? "All customers" : " customers";
    return segment;
}

void tell(const Library& library, const std::vector<std::string>& notices) {
    for (const std::string& notice : notices) std::cerr << "Note: " << notice << '\n';
    for (const std::string& notice : library.notices) std::cerr << "Note: " << notice << '\n';
    for (const SetAsideDocument& document : library.set_aside)
        std::cerr << fmt::format("Left out: {} ({})\n", document.document, document.reason);
}

Result<std::vector<Variant>> write_variants(const GenerateOptions& options,
                                            const Campaign& campaign) {
    auto content = TRY(read_content(options.content, campaign.as_of));
    const auto library = TRY(retrieval::make_library(std::move(content.documents), campaign.as_of));
    const int threads = options.threads > 0 ? options.threads : hardware_threads();
    std::vector<std::string> notices = std::move(content.notices);
    const auto embedder = TRY(make_embedder(threads, notices));
    tell(library, notices);

    const auto vectors = make_exact_vector_index(embedder->dimension());
    const auto words = TRY(make_fts5_lexical_index());
    retrieval::RetrievalAgent retrieval(library, *embedder, *vectors, *words);
    const auto indexed = retrieval.index(Deadline::never());
    if (!indexed) return indexed.error();
    const Segment segment = segment_of(options);
    const auto context =
        TRY(retrieval.retrieve(segment, options.audience, campaign, Deadline::never()));

    const auto http = make_curl_http_client({});
    const auto llm = TRY(make_llm(*http));
    const generation::GenerationAgent generation(llm.get());
    const claims::FactBook facts(library, campaign.language, campaign.as_of);
    return generation.generate({.campaign = campaign,
                                .segment = segment,
                                .context = context,
                                .library = library,
                                .facts = facts},
                               Deadline::never());
}

/// "segment_name" says for whom it is written; the number of the one segment is always 0.
json::object line_of(const Variant& variant, const Segment& segment) {
    json::object line = to_json(variant);
    line["segment_name"] = segment.name;
    return line;
}

Result<void> generate(const GenerateOptions& options) {
    const auto campaign = TRY(campaign_of(options));
    const auto variants = TRY(write_variants(options, campaign));
    const Segment segment = segment_of(options);
    std::string lines;
    for (const Variant& variant : variants) lines += write_json(line_of(variant, segment)) + "\n";
    return write_file(options.output, lines);
}

}  // namespace

void add_generate_command(Command root, ExitCode& exit) {
    Command verb =
        root.add_verb("generate", "Write message variants for one segment from approved content");
    auto options = std::make_shared<GenerateOptions>();
    verb.option("--content", options->content, "folder or file of content documents").required();
    verb.option("--goal", options->goal, "what the message is for, in plain words").required();
    verb.option("--segment-name", options->segment_name, "who it is for, in plain words");
    verb.option("--audience",
                options->audience,
                "audience words, separated by commas: lapsed, new, loyal, big_spender, ... "
                "(docs/content.md)")
        .separated_by(',');
    verb.option("--channel", options->channel, "email, sms, push or web (email)");
    verb.option("--variants", options->variants, "personalised variants (3)").in_range(1, 8);
    verb.option("--language", options->language, "language of the messages (en)");
    verb.option("--seed", options->seed, "same inputs and seed, same messages (1)");
    verb.option("--as-of", options->as_of, "day of the run, YYYY-MM-DD (today)");
    verb.option("--threads", options->threads, "threads to use; all cores by default")
        .in_range(1, 256);
    verb.option(
        "--output", options->output, "file for the variants, one JSON object a line (- = screen)");
    verb.footer(
        "Example:\n  cpo generate --content demo/gift-shop --goal \"win back lapsed customers\" "
        "\\\n"
        "    --audience lapsed --variants 4 --output variants.jsonl");
    verb.on_run([options, &exit] { exit.value = finish(generate(*options)); });
}

}  // namespace cpo::app
