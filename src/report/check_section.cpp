#include "base/digest.h"
#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {

Html check_section(const CampaignRun& run, const std::vector<RunFile>& files) {
    Table table("Files of the run", {{"File"}, {"Rows", true}, {"SHA-256, first 12 digits"}});
    for (const RunFile& file : files)
        table.add({html("<code>{}</code>", file.name),
                   plain(grouped(file.rows)),
                   html("<code class=\"faint\">{}</code>", short_hash(sha256_hex(file.content)))});
    Html inputs;
    if (run.input)
        inputs += html("<dt>Customers</dt><dd><code>{}</code></dd>", short_hash(run.input->sha256));
    if (!run.content_sha256.empty())
        inputs += html("<dt>Content</dt><dd><code>{}</code></dd>", short_hash(run.content_sha256));
    const Html written =
        run.writer == "composer"
            ? Html()
            : html(
                  " Text that a model wrote may differ from run to run; its claims are checked "
                  "every time.");
    return html(
        R"(<section id="check" aria-labelledby="check-title">
<h2 id="check-title">Check it</h2>
<p>The same inputs and seed give the same files, byte for byte, on any number of threads; only timings differ (in <code>run.json</code>, <code>verdicts.jsonl</code> and on this page).{} Run the command above again and compare.</p>
{}<h3 class="gap">Inputs</h3>
<dl class="facts">{}</dl>
<p class="note small">SHA-256, first 12 digits. <code>run.json</code> has them in full, with every count on this page.</p>
</section>
)",
        written,
        table.scrolling(),
        inputs);
}

}  // namespace cpo::report
