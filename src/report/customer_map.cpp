#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

constexpr int kWidth = 1000;     ///< Of the drawing, in its own units.
constexpr int kHeightMin = 420;  ///< So that a flat cloud stays readable ...
constexpr int kHeightMax = 640;  ///< ... and a tall one stays on the screen.
constexpr double kMargin = 24;   ///< Between the dots and the frame.
constexpr double kTail = 0.001;  ///< Share of customers per side that may lie outside.
constexpr std::size_t kDotsMax = 5000;
constexpr int kBackgroundGrid = 6;  ///< Units; the dots behind a small map need no more detail.

struct Range {
    double low = 0;
    double high = 0;
    double size() const { return std::max(high - low, 1e-9); }
};

/// What all but a tail of `values` lies in; the full range when few customers make the tail empty.
Range range_of(std::vector<float> values) {
    const auto cut = static_cast<std::ptrdiff_t>(kTail * static_cast<double>(values.size()));
    std::nth_element(values.begin(), values.begin() + cut, values.end());
    const double low = values[static_cast<std::size_t>(cut)];
    std::nth_element(values.begin(), values.end() - 1 - cut, values.end());
    return {low, *(values.end() - 1 - cut)};
}

/// Turns map coordinates into units of the drawing, both axes by the same factor.
class Frame {
public:
    explicit Frame(const SegmentMap& map) : x_(range_of(map.x)), y_(range_of(map.y)) {
        const double ideal = kWidth * y_.size() / x_.size();
        height_ = static_cast<int>(std::clamp<double>(ideal, kHeightMin, kHeightMax));
        factor_ = std::min((kWidth - 2 * kMargin) / x_.size(), (height_ - 2 * kMargin) / y_.size());
    }
    int height() const { return height_; }
    /// Whole units; what lies outside is moved to the edge.
    std::pair<int, int> place(double x, double y) const {
        const double right = kWidth / 2.0 + (x - (x_.low + x_.high) / 2) * factor_;
        const double down = height_ / 2.0 - (y - (y_.low + y_.high) / 2) * factor_;
        return {static_cast<int>(std::lround(std::clamp(right, 8.0, kWidth - 8.0))),
                static_cast<int>(std::lround(std::clamp(down, 8.0, height_ - 8.0)))};
    }
    bool is_outside(double x, double y) const {
        return x < x_.low || x > x_.high || y < y_.low || y > y_.high;
    }

private:
    Range x_;
    Range y_;
    int height_ = kHeightMin;
    double factor_ = 1;
};

/// Dots as one path of points without length: round line ends draw them. Equal ones once.
std::string dots_path(const std::set<std::pair<int, int>>& dots) {
    std::string path;
    for (const auto& [x, y] : dots) path += fmt::format("M{} {}h0", x, y);
    return path;
}

/// Where the members of a segment lie, in map coordinates.
struct Cloud {
    std::size_t members = 0;
    double x = 0;
    double y = 0;
    double spread = 0;  ///< Root mean square distance from the centre.
    std::set<std::pair<int, int>> dots;
};

struct Clouds {
    std::vector<Cloud> segments;
    std::set<std::pair<int, int>> others;  ///< In no segment.
    std::set<std::pair<int, int>> background;
    std::size_t drawn = 0;
    std::size_t outside = 0;
};

void measure(const CampaignRun& run, std::vector<Cloud>& clouds) {
    const SegmentMap& map = run.segmentation.map;
    for (const bool is_second_pass : {false, true}) {
        for (std::size_t row = 0; row < map.x.size(); ++row) {
            const int segment = run.segmentation.segment_of[row];
            if (segment < 0) continue;
            Cloud& cloud = clouds[static_cast<std::size_t>(segment)];
            if (is_second_pass) {
                const double dx = map.x[row] - cloud.x;
                const double dy = map.y[row] - cloud.y;
                cloud.spread += dx * dx + dy * dy;
            } else {
                cloud.x += map.x[row];
                cloud.y += map.y[row];
                ++cloud.members;
            }
        }
        for (Cloud& cloud : clouds) {
            const double members = std::max(1.0, static_cast<double>(cloud.members));
            if (is_second_pass) {
                cloud.spread = std::sqrt(cloud.spread / members);
            } else {
                cloud.x /= members;
                cloud.y /= members;
            }
        }
    }
}

Clouds clouds_of(const CampaignRun& run, const Frame& frame) {
    Clouds clouds;
    clouds.segments.resize(run.segmentation.segments.size());
    measure(run, clouds.segments);
    const SegmentMap& map = run.segmentation.map;
    const std::size_t rows = map.x.size();
    clouds.drawn = std::min(rows, kDotsMax);
    for (std::size_t i = 0; i < clouds.drawn; ++i) {
        const std::size_t row = i * rows / clouds.drawn;  // evenly over the file when not all fit
        const auto dot = frame.place(map.x[row], map.y[row]);
        if (frame.is_outside(map.x[row], map.y[row])) ++clouds.outside;
        const int segment = run.segmentation.segment_of[row];
        if (segment < 0)
            clouds.others.insert(dot);
        else
            clouds.segments[static_cast<std::size_t>(segment)].dots.insert(dot);
        clouds.background.insert({dot.first / kBackgroundGrid * kBackgroundGrid,
                                  dot.second / kBackgroundGrid * kBackgroundGrid});
    }
    return clouds;
}

Html dot_definitions(const CampaignRun& run, const Clouds& clouds) {
    Html paths = html("<path id=\"dots-all\" vector-effect=\"non-scaling-stroke\" d=\"{}\"/>\n",
                      dots_path(clouds.background));
    for (const Segment& segment : run.segmentation.segments)
        paths += html("<path id=\"dots-{}\" vector-effect=\"non-scaling-stroke\" d=\"{}\"/>\n",
                      segment.number,
                      dots_path(clouds.segments[static_cast<std::size_t>(segment.number)].dots));
    return html("<defs>{}</defs>\n", paths);
}

/// The shape of each segment on its centre, so that colour is not the only sign.
Html centres(const CampaignRun& run, const Clouds& clouds, const Frame& frame) {
    Html marks;
    for (const Segment& segment : run.segmentation.segments) {
        const Cloud& cloud = clouds.segments[static_cast<std::size_t>(segment.number)];
        if (cloud.members == 0) continue;
        const auto [x, y] = frame.place(cloud.x, cloud.y);
        const std::size_t index = segment_mark_index(segment.number);
        marks += html(R"svg(<g transform="translate({} {})"><g class="centre {}{}">)svg"
                      R"svg(<circle class="halo" r="22"/><use href="#m-{}" x="-14" y="-14" )svg"
                      R"svg(width="28" height="28"/></g></g>)svg",
                      x,
                      y,
                      mark_class(index),
                      is_outlined(index) ? html(" outlined") : Html(),
                      index % kMarkCount);
    }
    return marks;
}

/// The finding: which two segments are hardest to tell apart, measured between their centres.
std::string finding(const CampaignRun& run, const Clouds& clouds) {
    const auto& segments = run.segmentation.segments;
    if (segments.size() < 3) return "";
    std::pair<std::size_t, std::size_t> nearest{0, 1};
    double least = -1;
    for (std::size_t i = 0; i < segments.size(); ++i)
        for (std::size_t k = i + 1; k < segments.size(); ++k) {
            const Cloud& a = clouds.segments[i];
            const Cloud& b = clouds.segments[k];
            const double distance = std::hypot(a.x - b.x, a.y - b.y);
            if (least >= 0 && distance >= least) continue;
            least = distance;
            nearest = {i, k};
        }
    return fmt::format("The centres of “{}” and “{}” lie closest together.",
                       segments[nearest.first].name,
                       segments[nearest.second].name);
}

std::string caption(const CampaignRun& run, const Clouds& clouds) {
    std::string text = fmt::format(
        "Each dot is a customer; who behaves alike lies close together. The two axes are the first "
        "principal components of the prepared features and keep {} of their variation, so groups "
        "that overlap here may still be apart. A large mark is the centre of its segment.",
        percent(run.segmentation.map.explained));
    if (clouds.drawn < run.customers.rows())
        text += fmt::format(" {} of {} customers are drawn, spread evenly over the file.",
                            grouped(clouds.drawn),
                            grouped(run.customers.rows()));
    if (clouds.outside > 0)
        text += fmt::format(" {} far outside {} drawn at the edge.",
                            counted(clouds.outside, "customer", "customers"),
                            clouds.outside == 1 ? "is" : "are");
    return text;
}

Html legend(const CampaignRun& run) {
    Html items;
    for (const Segment& segment : run.segmentation.segments)
        items += html("<li>{}</li>", named_segment(segment));
    return html("<ul class=\"legend\" aria-label=\"Legend\">{}</ul>\n", items);
}

Html numbers(const CampaignRun& run, const Clouds& clouds) {
    Table table(
        "Centre and spread of each segment on the map",
        {{"Segment"}, {"Customers", true}, {"Axis 1", true}, {"Axis 2", true}, {"Spread", true}});
    for (const Segment& segment : run.segmentation.segments) {
        const Cloud& cloud = clouds.segments[static_cast<std::size_t>(segment.number)];
        table.add({named_segment(segment),
                   plain(grouped(cloud.members)),
                   plain(fixed(cloud.x, 2)),
                   plain(fixed(cloud.y, 2)),
                   plain(fixed(cloud.spread, 2))});
    }
    return disclosure("View as table", table.scrolling());
}

bool has_map(const CampaignRun& run) {
    const SegmentMap& map = run.segmentation.map;
    return !map.x.empty() && map.x.size() == map.y.size() &&
           map.x.size() == run.segmentation.segment_of.size();
}

}  // namespace

Html customer_map(const CampaignRun& run) {
    if (!has_map(run)) return {};
    const Frame frame(run.segmentation.map);
    const Clouds clouds = clouds_of(run, frame);
    Html dots = html(R"(<path class="dots none" vector-effect="non-scaling-stroke" d="{}"/>)",
                     dots_path(clouds.others));
    for (const Segment& segment : run.segmentation.segments)
        dots += html(R"(<use class="dots {}" href="#dots-{}"/>)",
                     mark_class(segment_mark_index(segment.number)),
                     segment.number);
    const std::string found = finding(run, clouds);
    return html(
        R"(<figure class="map"><svg viewBox="0 0 {} {}" role="img" aria-label="Map of {} in {}. {}">
{}{}{}</svg>
<figcaption>{}{}
{}</figcaption></figure>
)",
        kWidth,
        frame.height(),
        counted(run.customers.rows(), "customer", "customers"),
        counted(run.segmentation.segments.size(), "segment", "segments"),
        found,
        dot_definitions(run, clouds),
        dots,
        centres(run, clouds, frame),
        legend(run),
        html("<p class=\"small dim\">{} {}</p>", found, caption(run, clouds)),
        numbers(run, clouds));
}

Html segment_map(const CampaignRun& run, const Segment& segment) {
    if (!has_map(run)) return {};
    const Frame frame(run.segmentation.map);
    return html(
        R"(<svg class="small-map" viewBox="0 0 {} {}" role="img" aria-label="Where it lies on the map: {} of {} customers, in front of all others"><use class="dots rest" href="#dots-all"/><use class="dots {}" href="#dots-{}"/></svg>
)",
        kWidth,
        frame.height(),
        grouped(segment.size),
        grouped(run.customers.rows()),
        mark_class(segment_mark_index(segment.number)),
        segment.number);
}

}  // namespace cpo::report
