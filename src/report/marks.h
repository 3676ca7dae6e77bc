#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "model/run.h"
#include "report/html.h"

namespace cpo::report {

// Small parts that all sections use. Colour never stands alone: every mark has a shape and a name,
// every state an icon and a word.

enum class Icon { kPass, kHold, kBlock, kUnknown, kPrint, kWarning };

/// A line icon from the sprite of the page; decoration only, a word stands beside it.
Html icon(Icon icon);

inline constexpr std::size_t kMarkCount = 7;

/// Shape and colour number `index`: 0 is a grey circle, 1 ... 6 have their own colour and shape,
/// from 7 on they repeat as outlines.
Html mark(std::size_t index);
/// The colour class of that mark, for drawings: "a3".
std::string mark_class(std::size_t index);
/// True when the mark is drawn as an outline, because the filled ones are used up.
bool is_outlined(std::size_t index);

/// Index of the mark of a segment; the grey circle comes last.
std::size_t segment_mark_index(int segment);
/// Mark and name of a segment.
Html named_segment(const Segment& segment);

/// Marks of the strategies of a run, control first, in order of appearance.
class StrategyMarks {
public:
    explicit StrategyMarks(const std::vector<Variant>& variants);
    /// Mark and name of a strategy or arm ("control" is the grey circle).
    Html named(const std::string& strategy) const;
    /// Control first.
    const std::vector<std::string>& strategies() const { return strategies_; }

private:
    std::vector<std::string> strategies_;
};

/// "control" for a control variant, otherwise its strategy.
std::string arm_of(const Variant& variant);

/// What became of a message. Not screened (screening ran out of time or failed) is held as well,
/// but says nothing about the message.
enum class Outcome { kPassed, kHeld, kBlocked, kNotScreened };
inline constexpr std::array<Outcome, 4> kOutcomes{
    Outcome::kPassed, Outcome::kHeld, Outcome::kBlocked, Outcome::kNotScreened};
Outcome outcome_of(const Verdict& verdict);
std::string_view word_of(Outcome outcome);
/// Its icon and word.
Html outcome_state(Outcome outcome);

/// A bar of `share` (0 ... 1) of its track, for a table cell; the number stands beside it.
Html share_bar(double share, std::string_view css_class);

struct Column {
    std::string_view title;
    bool is_number = false;
};

/// A table that turns into a list of cards on phones (two real elements, of which the style sheet
/// shows one), with the first cell of each row as its heading.
class Table {
public:
    Table(std::string caption, std::vector<Column> columns);
    /// REQUIRES: one cell per column.
    void add(const std::vector<Html>& cells);
    bool is_empty() const { return rows_.is_empty(); }
    Html with_cards() const;
    /// The table alone, in a region of its own that scrolls; for the numbers behind a chart.
    Html scrolling() const;

private:
    Html table(std::string_view css_class) const;

    std::string caption_;
    std::vector<Column> columns_;
    Html rows_;
    Html cards_;
};

/// <details> with the numbers behind a chart, or a long list.
Html disclosure(std::string_view summary, const Html& content);

/// Text as Html.
Html plain(std::string_view text);

/// "a, b and c".
std::string joined(const std::vector<std::string>& words);

}  // namespace cpo::report
