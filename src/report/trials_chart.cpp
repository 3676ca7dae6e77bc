#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

constexpr double kWidth = 340;
constexpr double kHeight = 150;
constexpr double kLeft = 34;
constexpr double kRight = 12;
constexpr double kTop = 22;
constexpr double kBottom = 24;

/// Places the trials: number of clusters to the right, silhouette upwards from a zero line.
struct TrialAxes {
    int least = 0;
    int most = 0;
    double low = 0;
    double high = 0;

    explicit TrialAxes(const std::vector<ClusterCountTrial>& trials)
        : least(trials.front().clusters), most(trials.front().clusters) {
        for (const ClusterCountTrial& trial : trials) {
            least = std::min(least, trial.clusters);
            most = std::max(most, trial.clusters);
            low = std::min(low, trial.silhouette);
            high = std::max(high, trial.silhouette);
        }
        high = std::max(0.1, std::ceil(high * 10) / 10);
        low = std::floor(low * 10) / 10;
    }
    double x(int clusters) const {
        const double steps = std::max(1, most - least);
        return kLeft + (kWidth - kLeft - kRight) * (clusters - least) / steps;
    }
    double y(double silhouette) const {
        return kTop + (kHeight - kTop - kBottom) * (high - silhouette) / (high - low);
    }
};

std::string place(double coordinate) { return fmt::format("{:.1f}", coordinate); }

Html grid(const TrialAxes& axes) {
    Html lines;
    for (const double value : {0.0, axes.high}) {
        lines += html(R"(<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>)",
                      place(kLeft),
                      place(kWidth - kRight),
                      place(axes.y(value)),
                      place(axes.y(value)));
        lines += html(R"(<text x="{}" y="{}" text-anchor="end">{}</text>)",
                      place(kLeft - 6),
                      place(axes.y(value) + 4),
                      fixed(value, 1));
    }
    return lines;
}

Html points(const Segmentation& segmentation, const TrialAxes& axes) {
    std::string path;
    Html dots;
    double before = 0;  // the label of a point stands below it when the line falls towards it
    for (const ClusterCountTrial& trial : segmentation.quality.trials) {
        const double x = axes.x(trial.clusters);
        const double y = axes.y(trial.silhouette);
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
        const bool is_chosen = trial.clusters == segmentation.clusters;
        dots += html(R"(<circle class="{}" cx="{}" cy="{}" r="{}"/>)",
                     is_chosen ? "chosen" : "dot",
                     place(x),
                     place(y),
                     is_chosen ? 5 : 3);
        if (is_chosen)
            dots += html(R"(<text class="key" x="{}" y="{}" text-anchor="middle">{}</text>)",
                         place(std::clamp(x, kLeft + 14, kWidth - kRight - 14)),
                         place(trial.silhouette < before ? y + 20 : y - 10),
                         fixed(trial.silhouette, 2));
        before = trial.silhouette;
        dots += html(R"(<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>)",
                     is_chosen ? "key" : "tick",
                     place(x),
                     place(kHeight - 6),
                     trial.clusters);
    }
    return html(R"(<path class="ink" d="{}"/>)", path) + dots;
}

}  // namespace

Html trials_chart(const Segmentation& segmentation, const Html& more) {
    const SegmentationQuality& quality = segmentation.quality;
    if (quality.trials.empty()) {
        return html("<div class=\"gap\"><p>{}</p>{}</div>\n", quality.criterion, more);
    }
    const TrialAxes axes(quality.trials);
    Table table("Numbers of segments that were tried",
                {{"Segments", true}, {"Silhouette", true}, {"Inertia", true}});
    for (const ClusterCountTrial& trial : quality.trials)
        table.add({html("{}{}",
                        trial.clusters,
                        trial.clusters == segmentation.clusters ? " (chosen)" : ""),
                   plain(fixed(trial.silhouette, 3)),
                   plain(fixed(trial.inertia, 0))});
    return html(
        R"(<figure class="trials"><figcaption><p><b>How the number was chosen.</b> {}</p>{}{}</figcaption>
<svg class="chart" viewBox="0 0 340 150" role="img" aria-label="Silhouette by number of segments from {} to {}; {} was chosen."><text x="0" y="12">Silhouette by number of segments</text>{}{}</svg></figure>
)",
        quality.criterion,
        disclosure("View as table", table.scrolling()),
        more,
        axes.least,
        axes.most,
        segmentation.clusters,
        grid(axes),
        points(segmentation, axes));
}

}  // namespace cpo::report
