#include <fmt/format.h>

#include <algorithm>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

constexpr std::size_t kRejectedShownMax = 50;

Html fact(std::string_view term, const Html& value) {
    return html("<dt>{}</dt><dd>{}</dd>\n", term, value);
}

std::string file_name(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

Html read_facts(const ReadSummary& input, std::size_t customers) {
    Html facts = fact("Read",
                      html("{} of <code>{}</code>: {}",
                           counted(input.lines, "line", "lines"),
                           file_name(input.file),
                           counted(customers, "customer", "customers")));
    Html reasons;
    for (const auto& [reason, count] : input.set_aside)
        reasons += html("<li>{}: {}</li>", counted(count, "line", "lines"), reason);
    if (!reasons.is_empty())
        facts += fact("Set aside", html(R"(<ul class="plain">{}</ul>)", reasons));
    else
        facts += fact("Set aside", plain("No line"));
    const std::string unreadable =
        input.rejected_count == 0 ? "None" : counted(input.rejected_count, "line", "lines");
    return facts + fact("Unreadable",
                        input.rejected_count == 0
                            ? plain(unreadable)
                            : html(R"(<a href="#rejected">{}</a>, listed below)", unreadable));
}

Html totals_facts(const TransactionTotals& totals) {
    const std::string returns =
        totals.return_lines == 0
            ? "The file has no returns."
            : fmt::format(
                  "{} worth {}: they lower a customer's monetary value, are counted apart as "
                  "the share of returns, and never count as an order.",
                  counted(totals.return_lines, "return line", "return lines"),
                  fixed(totals.return_revenue, 2));
    return fact("Bought",
                plain(fmt::format(
                    "{} by {} of {}, worth {}; last on {}",
                    counted(totals.purchase_orders, "order", "orders"),
                    grouped(totals.customers_with_purchase),
                    counted(totals.customers_known, "known customer", "known customers"),
                    fixed(totals.purchase_revenue, 2),
                    date_words(std::chrono::floor<std::chrono::days>(totals.last_time))))) +
           fact("Returns", plain(returns));
}

Html content_fact(const CampaignRun& run) {
    const std::size_t used = run.library.documents.size();
    const std::size_t left_out = run.library.set_aside.size();
    const Html rest = left_out == 0 ? plain("; none was left out")
                                    : html(R"(; <a href="#left-out">{} left out</a> and not used)",
                                           grouped(left_out));
    return fact("Content",
                html("{}: {} approved, in date and without contradiction{}",
                     counted(used + left_out, "document", "documents"),
                     grouped(used),
                     rest));
}

Html timing_fact(const CampaignRun& run) {
    double total = 0;
    std::vector<std::string> stages;
    for (const StageTiming& timing : run.timings) {
        total += timing.elapsed_ms;
        stages.push_back(fmt::format("{} {}", timing.stage, duration(timing.elapsed_ms)));
    }
    return fact("Took", plain(fmt::format("{}: {}", duration(total), fmt::join(stages, ", "))));
}

Html model_facts(const CampaignRun& run) {
    const std::string writer = run.writer == "composer"
                                   ? "the composer (templates and approved facts, no model)"
                                   : run.writer;
    Html facts = fact("Written by", plain(writer)) +
                 fact("Searched with", plain(run.embedder + " embeddings and full text"));
    if (!run.verdicts.empty() && !run.verdicts.front().policy_version.empty())
        facts += fact("Screened by", plain("rules version " + run.verdicts.front().policy_version));
    return facts + fact("Seed", plain(std::to_string(run.campaign.seed)));
}

Html notices(const CampaignRun& run) {
    std::vector<std::string> sentences = run.notices;
    for (const std::string& notice : run.library.notices)
        if (std::find(sentences.begin(), sentences.end(), notice) == sentences.end())
            sentences.push_back(notice);
    if (sentences.empty()) return {};
    Html list;
    for (const std::string& sentence : sentences) list += html("<li>{}</li>\n", sentence);
    return html("<h3 class=\"gap\">Good to know</h3>\n<ul class=\"bullets\">\n{}</ul>\n", list);
}

Html rejected_lines(const CampaignRun& run) {
    if (!run.input || run.input->rejected_count == 0) return {};
    Table table("Unreadable lines", {{"Line", true}, {"Column"}, {"Value"}, {"Reason"}});
    const std::size_t shown = std::min(kRejectedShownMax, run.input->rejected.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const RejectedLine& line = run.input->rejected[i];
        table.add({plain(grouped(line.line)),
                   plain(line.column),
                   html("<code>{}</code>", line.value),
                   plain(line.reason)});
    }
    const Html rest =
        run.input->rejected_count > shown
            ? html(
                  "<p class=\"note\">The first {} of {}; <code>run.json</code> lists up to {}.</p>",
                  shown,
                  grouped(run.input->rejected_count),
                  grouped(kRejectedLinesMax))
            : Html();
    return html("<div id=\"rejected\" class=\"gap\">{}</div>\n",
                disclosure(fmt::format("Unreadable lines ({})", grouped(run.input->rejected_count)),
                           table.scrolling() + rest));
}

}  // namespace

Html run_section(const CampaignRun& run) {
    Html facts;
    if (run.input) facts += read_facts(*run.input, run.customers.rows());
    if (run.totals) facts += totals_facts(*run.totals);
    facts += content_fact(run) + timing_fact(run) + model_facts(run);
    const Html sent = run.writer == "composer"
                          ? plain("Nothing was sent to anybody, and no step left this machine.")
                          : plain(
                                "Nothing was sent to customers. Writing asked a model; no other "
                                "step left this machine.");
    return html(
        R"(<section id="run" aria-labelledby="run-title">
<h2 id="run-title">Run</h2>
<pre class="command" tabindex="0" role="region" aria-label="Command"><code>{}</code></pre>
<dl class="facts">
{}</dl>
<p class="note">{}</p>
{}{}</section>
)",
        run.command,
        facts,
        sent,
        notices(run),
        rejected_lines(run));
}

}  // namespace cpo::report
