#include "report/marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "report/display.h"

namespace cpo::report {
Html icon(Icon icon) {
    switch (icon) {
        case Icon::kPass:
            return html(R"(<svg class="icon" aria-hidden="true"><use href="#i-pass"/></svg>)");
        case Icon::kHold:
            return html(R"(<svg class="icon" aria-hidden="true"><use href="#i-hold"/></svg>)");
        case Icon::kBlock:
            return html(R"(<svg class="icon" aria-hidden="true"><use href="#i-block"/></svg>)");
        case Icon::kUnknown:
            return html(R"(<svg class="icon" aria-hidden="true"><use href="#i-unknown"/></svg>)");
        case Icon::kPrint:
            return html(R"(<svg class="icon" aria-hidden="true"><use href="#i-print"/></svg>)");
        case Icon::kWarning:
            return html(R"(<svg class="icon" aria-hidden="true"><use href="#i-warning"/></svg>)");
    }
    std::abort();
}

bool is_outlined(std::size_t index) { return (index / kMarkCount) % 2 == 1; }

std::string mark_class(std::size_t index) { return fmt::format("a{}", index % kMarkCount); }

Html mark(std::size_t index) {
    return html(
        R"(<svg class="shape {}{}" viewBox="0 0 14 14" aria-hidden="true"><use href="#m-{}"/></svg>)",
        mark_class(index),
        is_outlined(index) ? html(" outlined") : Html(),
        index % kMarkCount);
}

std::size_t segment_mark_index(int segment) {
    const auto number = static_cast<std::size_t>(std::max(0, segment));
    const std::size_t round = number / kMarkCount;
    return round * kMarkCount + (number + 1) % kMarkCount;
}

Html named_segment(const Segment& segment) {
    return html(R"(<span class="named">{}<span>{}</span></span>)",
                mark(segment_mark_index(segment.number)),
                segment.name);
}

std::string arm_of(const Variant& variant) {
    return variant.is_control ? "control" : variant.strategy;
}

StrategyMarks::StrategyMarks(const std::vector<Variant>& variants) : strategies_{"control"} {
    for (const Variant& variant : variants)
        if (std::find(strategies_.begin(), strategies_.end(), arm_of(variant)) == strategies_.end())
            strategies_.push_back(arm_of(variant));
}

Html StrategyMarks::named(const std::string& strategy) const {
    const auto place = std::find(strategies_.begin(), strategies_.end(), strategy);
    return html(R"(<span class="named">{}<span>{}</span></span>)",
                mark(static_cast<std::size_t>(place - strategies_.begin())),
                words_of(strategy));
}

Outcome outcome_of(const Verdict& verdict) {
    if (verdict.decision == Decision::kPass) return Outcome::kPassed;
    for (const Issue& issue : verdict.issues)
        if (issue.rule == "input.deadline" || issue.rule == "input.failure")
            return Outcome::kNotScreened;
    return verdict.decision == Decision::kBlock ? Outcome::kBlocked : Outcome::kHeld;
}

std::string_view word_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::kPassed:
            return "Passed";
        case Outcome::kHeld:
            return "Held for review";
        case Outcome::kBlocked:
            return "Blocked";
        case Outcome::kNotScreened:
            return "Not screened";
    }
    std::abort();
}

Html outcome_state(Outcome outcome) {
    const auto state = [&](std::string_view css_class, Icon sign) {
        return html(
            R"(<span class="state {}">{}{}</span>)", css_class, icon(sign), word_of(outcome));
    };
    switch (outcome) {
        case Outcome::kPassed:
            return state("good", Icon::kPass);
        case Outcome::kHeld:
            return state("warn", Icon::kHold);
        case Outcome::kBlocked:
            return state("bad", Icon::kBlock);
        case Outcome::kNotScreened:
            return state("warn", Icon::kUnknown);
    }
    std::abort();
}

Html share_bar(double share, std::string_view css_class) {
    const double width = std::clamp(share, 0.0, 1.0) * 100;
    return html(R"(<svg class="bar {}" aria-hidden="true"><rect class="track" width="100%" )"
                R"(height="100%"/><rect class="fill" width="{}%" height="100%"/></svg>)",
                css_class,
                fmt::format("{:.1f}", width));
}

Table::Table(std::string caption, std::vector<Column> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

void Table::add(const std::vector<Html>& cells) {
    assert(cells.size() == columns_.size());
    Html row = html(R"(<th scope="row">{}</th>)", cells[0]);
    Html terms;
    for (std::size_t i = 1; i < cells.size(); ++i) {
        row += columns_[i].is_number ? html(R"(<td class="num">{}</td>)", cells[i])
                                     : html("<td>{}</td>", cells[i]);
        terms += html("<div><dt>{}</dt><dd>{}</dd></div>", columns_[i].title, cells[i]);
    }
    rows_ += html("<tr>{}</tr>\n", row);
    cards_ += html("<li><p class=\"strong\">{}</p><dl>{}</dl></li>\n", cells[0], terms);
}

Html Table::table(std::string_view css_class) const {
    Html head;
    for (const Column& column : columns_)
        head += column.is_number ? html(R"(<th scope="col" class="num">{}</th>)", column.title)
                                 : html(R"(<th scope="col">{}</th>)", column.title);
    return html(
        "<table class=\"{}\"><caption class=\"sr\">{}</caption><thead><tr>{}</tr></thead>\n"
        "<tbody>{}</tbody></table>\n",
        css_class,
        caption_,
        head,
        rows_);
}

Html Table::with_cards() const {
    return table("table has-cards") +
           html("<ul class=\"cards\" aria-label=\"{}\">{}</ul>\n", caption_, cards_);
}

Html Table::scrolling() const {
    return html("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{}</div>\n",
                caption_,
                table("table tight"));
}

Html disclosure(std::string_view summary, const Html& content) {
    return html("<details class=\"data\"><summary>{}</summary>\n{}</details>\n", summary, content);
}

Html plain(std::string_view text) { return html("{}", text); }

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace cpo::report
