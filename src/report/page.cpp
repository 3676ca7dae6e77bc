#include <fmt/format.h>

#include "base/digest.h"
#include "embedded/report_icons.h"
#include "embedded/report_mono_font.h"
#include "embedded/report_script.h"
#include "embedded/report_style.h"
#include "embedded/report_text_font.h"
#include "embedded/report_tokens.h"
#include "report/base64.h"
#include "report/display.h"
#include "report/html.h"
#include "report/report.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

std::string font_face(std::string_view family, std::string_view weights, std::string_view woff2) {
    return fmt::format(
        "@font-face{{font-family:\"{}\";font-weight:{};font-display:swap;"
        "src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n",
        family,
        weights,
        base64(woff2));
}

/// Fonts, tokens and style sheet as one text.
std::string style() {
    return font_face("Atkinson Hyperlegible Next", "200 800", embedded::report_text_font()) +
           font_face("Geist Mono", "100 900", embedded::report_mono_font()) +
           std::string(embedded::report_tokens()) + std::string(embedded::report_style());
}

/// A browser runs and applies only what has these hashes and loads nothing: even if a value slipped
/// through unescaped, it could not act.
std::string content_policy(const std::string& style, std::string_view script) {
    return fmt::format(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        base64_of_hex(sha256_hex(style)),
        base64_of_hex(sha256_hex(script)));
}

Html document_head(const CampaignRun& run) {
    const std::string css = style();
    const std::string_view script = embedded::report_script();
    return html(
        R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{} · CPO run report</title>
<link rel="icon" href="data:,">
<style>{}</style>
<script>{}</script>
</head>
)",
        content_policy(css, script),
        capitalised(run.campaign.goal),
        Html::from_program(css),
        Html::from_program(script));
}

}  // namespace

RunFile report_page(const CampaignRun& run, const std::vector<RunFile>& files) {
    const Citations citations(run.variants);
    Html page = document_head(run);
    page += html(
        R"(<body>
<a class="skip" href="#main">Skip to content</a>
{}<div class="report">
{}<main id="main" tabindex="-1">
{}{}{}{}{}{}{}</main>
<footer class="small faint"><p>Written by CPO {}. This page loads nothing and sends nothing.</p></footer>
</div>
</body>
</html>
)",
        Html::from_program(embedded::report_icons()),
        head_section(run),
        run_section(run),
        segments_section(run),
        variants_section(run, citations),
        sources_section(run, citations),
        verdicts_section(run),
        plan_section(run),
        check_section(run, files),
        run.version);
    return {"report.html", std::move(page).markup(), 1};
}

}  // namespace cpo::report
