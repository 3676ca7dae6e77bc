#include "agents/segmentation/rule_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "agents/segmentation/rules.h"

namespace cpo::segmentation {
namespace {

constexpr std::size_t kBeamWidth = 5;
/// Stretches of a column between which the beam looks for cuts; their exact place is found later.
constexpr std::size_t kStretchesMax = 256;
/// F1 that a further bound must bring, and that a round threshold may cost.
constexpr double kBoundGainMin = 0.02, kRoundingCostMax = 0.005;
constexpr int kSettlePassesMax = 3;
/// Decades below the largest value of a column in which a round number is sought.
constexpr int kDecadesMax = 12;

/// Rows with a code below `code`, or from it on.
struct Cut {
    std::size_t column = 0;
    bool is_at_least = false;
    std::uint32_t code = 0;  ///< 1 ... different values - 1: both sides have rows.

    friend auto operator<=>(const Cut& a, const Cut& b) {
        return std::tuple(a.column, !a.is_at_least, a.code) <=>
               std::tuple(b.column, !b.is_at_least, b.code);
    }
    friend bool operator==(const Cut&, const Cut&) = default;
    bool is_same_kind(const Cut& other) const {
        return column == other.column && is_at_least == other.is_at_least;
    }
};

struct Rule {
    std::vector<Cut> cuts;  ///< By column, "at least" before "below".
    double quality = 0;     ///< F1 less the handicaps of the columns.
};

/// Customers, and those of the segment among them.
struct Tally {
    double all = 0, own = 0;
};

struct Tallies {
    int shift = 0;
    std::vector<Tally> below;  ///< Entry k has what lies below code k << shift; the last has all.
};

class RuleSearch {
public:
    RuleSearch(const RuleSample& sample, int segment) : sample_(sample), segment_(segment) {
        for (std::size_t row = 0; row < sample.rows.size(); ++row)
            if (sample.segment_of[row] == segment) own_ += sample.weights[row];
    }

    std::vector<RuleCut> run() const {
        const auto is_own = [&](int segment) { return segment == segment_; };
        if (std::all_of(sample_.segment_of.begin(), sample_.segment_of.end(), is_own)) return {};
        Rule best;
        std::vector<Rule> beam(1);
        for (std::size_t bounds = 0; bounds < kBoundsMax; ++bounds) {
            beam = widened(beam);
            if (beam.empty()) break;
            Rule settled = settle(beam.front());
            if (best.cuts.empty() || settled.quality >= best.quality + kBoundGainMin)
                best = std::move(settled);
        }
        return rounded(best);
    }

private:
    using Rows = std::vector<std::uint32_t>;

    /// van Rijsbergen's F1: the harmonic mean of precision and recall.
    double f1(Tally caught) const { return 2 * caught.own / (own_ + caught.all); }

    /// Of the rows within all cuts but the one numbered `left_out`.
    Rows caught_by(const std::vector<Cut>& cuts, std::size_t left_out) const {
        Rows rows(sample_.rows.size());
        std::iota(rows.begin(), rows.end(), 0U);
        for (std::size_t i = 0; i < cuts.size(); ++i) {
            if (i == left_out) continue;
            const auto& codes = sample_.columns[cuts[i].column].codes;
            std::erase_if(rows, [&](std::uint32_t row) {
                return (codes[row] >= cuts[i].code) != cuts[i].is_at_least;
            });
        }
        return rows;
    }

    /// Over all codes, or over stretches of 2^shift of them.
    Tallies tally(const Rows& rows, std::size_t column, int shift) const {
        const SampleColumn& feature = sample_.columns[column];
        Tallies sums{shift, std::vector<Tally>(((feature.values.size() - 1) >> shift) + 2)};
        for (const std::uint32_t row : rows) {
            Tally& at = sums.below[(feature.codes[row] >> shift) + 1];
            at.all += sample_.weights[row];
            at.own += sample_.segment_of[row] == segment_ ? sample_.weights[row] : 0;
        }
        for (std::size_t k = 1; k < sums.below.size(); ++k) {
            sums.below[k].all += sums.below[k - 1].all;
            sums.below[k].own += sums.below[k - 1].own;
        }
        return sums;
    }

    int shift_of(std::size_t column) const {
        int shift = 0;
        while (sample_.columns[column].values.size() >> shift > kStretchesMax) ++shift;
        return shift;
    }

    /// 0 for a cut that has nothing on one side.
    double f1_of(const Tallies& sums, const Cut& cut) const {
        const std::size_t at = cut.code >> sums.shift;
        if (at == 0 || at + 1 >= sums.below.size()) return 0;
        const Tally& low = sums.below[at];
        if (!cut.is_at_least) return f1(low);
        const Tally& all = sums.below.back();
        return f1({all.all - low.all, all.own - low.own});
    }

    /// With the code that is best; 0 when the column does not vary.
    Cut best_place(Cut cut, const Tallies& sums) const {
        double best = -1;
        Cut at = cut;
        cut.code = 0;
        for (std::size_t k = 1; k + 1 < sums.below.size(); ++k) {
            at.code = static_cast<std::uint32_t>(k << sums.shift);
            const double quality = f1_of(sums, at);
            if (quality <= best) continue;
            best = quality;
            cut.code = at.code;
        }
        return cut;
    }

    double handicap(const std::vector<Cut>& cuts) const {
        double sum = 0;
        for (const Cut& cut : cuts) sum += sample_.columns[cut.column].handicap;
        return sum;
    }

    /// The best different rules that have one cut more than those of `beam`.
    std::vector<Rule> widened(const std::vector<Rule>& beam) const {
        std::vector<Rule> wider;
        for (const Rule& rule : beam) {
            const Rows rows = caught_by(rule.cuts, rule.cuts.size());
            for (std::size_t column = 0; column < sample_.columns.size(); ++column) {
                const auto sums = tally(rows, column, shift_of(column));
                for (const bool is_at_least : {true, false}) {
                    const Cut cut = best_place({column, is_at_least}, sums);
                    if (cut.code > 0) add_cut(rule, cut, f1_of(sums, cut), wider);
                }
            }
        }
        std::stable_sort(wider.begin(), wider.end(), [](const Rule& a, const Rule& b) {
            return a.quality > b.quality;
        });
        if (wider.size() > kBeamWidth) wider.resize(kBeamWidth);
        return wider;
    }

    /// Adds `rule` with one more cut to `wider`, unless it has one of that kind or is there
    /// already.
    void add_cut(const Rule& rule, const Cut& cut, double f1, std::vector<Rule>& wider) const {
        Rule longer = rule;
        const auto place = std::lower_bound(longer.cuts.begin(), longer.cuts.end(), cut);
        if (place != longer.cuts.end() && place->is_same_kind(cut)) return;
        if (place != longer.cuts.begin() && std::prev(place)->is_same_kind(cut)) return;
        longer.cuts.insert(place, cut);
        longer.quality = f1 - handicap(longer.cuts);
        if (std::none_of(wider.begin(), wider.end(), [&](const Rule& other) {
                return other.cuts == longer.cuts;
            }))
            wider.push_back(std::move(longer));
    }

    /// Moves each cut to where it is best beside the others, until none moves.
    Rule settle(Rule rule) const {
        for (int pass = 0; pass < kSettlePassesMax; ++pass) {
            const double before = rule.quality;
            for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
                const auto sums = tally(caught_by(rule.cuts, i), rule.cuts[i].column, 0);
                const Cut moved = best_place(rule.cuts[i], sums);
                const double quality = f1_of(sums, moved) - handicap(rule.cuts);
                if (quality <= rule.quality) continue;
                rule.cuts[i] = moved;
                rule.quality = quality;
            }
            if (rule.quality == before) break;
        }
        return rule;
    }

    std::vector<RuleCut> rounded(Rule rule) const {
        std::vector<RuleCut> result;
        for (std::size_t i = 0; i < rule.cuts.size(); ++i) {
            Cut& cut = rule.cuts[i];
            const auto sums = tally(caught_by(rule.cuts, i), cut.column, 0);
            const double value = roundest(cut, sums);
            cut = at_value(cut, value);
            result.push_back({cut.column, cut.is_at_least, value});
        }
        return result;
    }

    /// The same cut at `value`.
    Cut at_value(Cut cut, double value) const {
        const auto& values = sample_.columns[cut.column].values;
        cut.code = static_cast<std::uint32_t>(
            std::lower_bound(values.begin(), values.end(), value) - values.begin());
        return cut;
    }

    /// The multiple of the largest 10^k, or 5 x 10^k, that serves nearly as well as the cut.
    double roundest(const Cut& cut, const Tallies& sums) const {
        const SampleColumn& feature = sample_.columns[cut.column];
        const double wanted = f1_of(sums, cut);
        Cut end = cut;
        while (f1_of(sums, end) == wanted) ++end.code;
        const double middle = (feature.values[cut.code - 1] + feature.values[end.code - 1]) / 2;
        const auto serves = [&](double value) {
            return f1_of(sums, at_value(cut, value)) >= wanted - kRoundingCostMax;
        };
        const double size =
            std::max(std::abs(feature.values.front()), std::abs(feature.values.back()));
        const int largest = static_cast<int>(std::floor(std::log10(size)));
        for (int decade = largest; decade > largest - kDecadesMax; --decade)
            for (const double digit : {5.0, 1.0}) {
                if (feature.is_whole && decade < 0) continue;
                const double power = std::pow(10, std::abs(decade));
                const double place = decade < 0 ? middle * power / digit : middle / power / digit;
                const double nearest = std::round(place);
                const double other = nearest > place ? nearest - 1 : nearest + 1;
                for (const double count : {nearest, other}) {
                    // Divided, so that it is the nearest number to its decimal digits.
                    const double value = decade < 0 ? count * digit / power : count * digit * power;
                    if (serves(value)) return value;
                }
            }
        return feature.values[cut.code];
    }

    const RuleSample& sample_;
    const int segment_;
    double own_ = 0;  ///< Customers of the segment.
};

}  // namespace

std::vector<RuleCut> search_rule(const RuleSample& sample, int segment) {
    return RuleSearch(sample, segment).run();
}

}  // namespace cpo::segmentation
