#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/display.h"
#include "report/marks.h"
#include "report/sections.h"

namespace cpo::report {
namespace {

constexpr std::size_t kDriversShownMax = 5;
constexpr std::size_t kShownCustomersMax = 5;
constexpr std::size_t kShownColumns = 4;

const FeatureDefinition* definition_of(const CampaignRun& run, const std::string& feature) {
    const int column = run.customers.find(feature);
    return column < 0 ? nullptr : &run.customers.definitions[static_cast<std::size_t>(column)];
}

/// End of the axis all driver bars share: the strongest shown effect, rounded up to a half.
double effect_axis(const Segmentation& segmentation) {
    double strongest = 0.5;
    for (const Segment& segment : segmentation.segments)
        for (std::size_t i = 0; i < std::min(kDriversShownMax, segment.drivers.size()); ++i)
            strongest = std::max(strongest, std::abs(segment.drivers[i].effect_size));
    return std::ceil(strongest * 2) / 2;
}

Html effect_bar(double effect, double axis) {
    const double half = std::min(1.0, std::abs(effect) / axis) * 50;
    return html(
        R"(<svg class="effect-bar" aria-hidden="true"><line class="track" x1="0" x2="100%" y1="50%" y2="50%"/>)"
        R"(<rect class="{}" x="{}%" width="{}%" y="0" height="100%"/>)"
        R"(<line class="zero" x1="50%" x2="50%" y1="-3" y2="13"/></svg>)",
        effect < 0 ? "low" : "high",
        fmt::format("{:.2f}", effect < 0 ? 50 - half : 50),
        fmt::format("{:.2f}", half));
}

Html driver_item(const CampaignRun& run, const SegmentDriver& driver, double axis) {
    const FeatureDefinition* definition = definition_of(run, driver.feature);
    const std::string label = definition != nullptr && !definition->label.empty()
                                  ? definition->label
                                  : words_of(driver.feature);
    return html(
        "<li><p class=\"label\">{}</p><p class=\"effect\">{}</p>{}<p "
        "class=\"sentence\">{}</p></li>\n",
        label,
        with_sign(driver.effect_size, 2),
        effect_bar(driver.effect_size, axis),
        driver.sentence);
}

struct ShownCustomer {
    std::string id;
    const Segment* nearest_other = nullptr;  ///< Of a borderline customer.
};

/// Customers with the features that set the segment apart, to unfold.
Html customers_table(const CampaignRun& run,
                     const Segment& segment,
                     const std::string& title,
                     const std::vector<ShownCustomer>& customers) {
    if (customers.empty()) return {};
    const bool is_borderline = customers.front().nearest_other != nullptr;
    std::vector<Column> columns{{"Customer"}};
    if (is_borderline) columns.push_back({"Nearest other segment"});
    std::vector<std::size_t> shown;
    for (const SegmentDriver& driver : segment.drivers) {
        const int column = run.customers.find(driver.feature);
        if (column < 0 || shown.size() == kShownColumns) continue;
        shown.push_back(static_cast<std::size_t>(column));
        columns.push_back({run.customers.definitions[shown.back()].label, true});
    }
    Table table(fmt::format("{} of {}", title, segment.name), columns);
    for (std::size_t i = 0; i < std::min(kShownCustomersMax, customers.size()); ++i) {
        const auto place =
            std::find(run.customers.ids.begin(), run.customers.ids.end(), customers[i].id);
        if (place == run.customers.ids.end()) continue;
        const auto row = static_cast<std::size_t>(place - run.customers.ids.begin());
        std::vector<Html> cells{html("<code>{}</code>", customers[i].id)};
        if (is_borderline) cells.push_back(named_segment(*customers[i].nearest_other));
        for (const std::size_t column : shown)
            cells.push_back(plain(
                feature_value(run.customers.at(row, column), run.customers.definitions[column])));
        table.add(cells);
    }
    return disclosure(title, table.scrolling());
}

Html shown_customers(const CampaignRun& run, const Segment& segment) {
    std::vector<ShownCustomer> typical, borderline;
    for (const std::string& id : segment.representatives) typical.push_back({id});
    for (const BorderlineCustomer& customer : segment.borderline)
        borderline.push_back(
            {customer.id, &run.segmentation.segments[static_cast<std::size_t>(customer.other)]});
    Html tables = customers_table(run, segment, "Typical customers", typical);
    tables += customers_table(run, segment, "Borderline customers", borderline);
    return tables;
}

Html rule_line(const Segment& segment) {
    return segment.rule ? html("<p class=\"small\">In a rule: {}</p>\n", segment.rule->sentence)
                        : Html();
}

Html segment_article(const CampaignRun& run, const Segment& segment, double axis) {
    Html drivers;
    for (std::size_t i = 0; i < std::min(kDriversShownMax, segment.drivers.size()); ++i)
        drivers += driver_item(run, segment.drivers[i], axis);
    return html(
        R"(<article class="segment" aria-labelledby="segment-{}">
<header><h3 id="segment-{}">{}</h3>
<p class="small dim">{}, {} of all · silhouette {}</p>
{}</header>
<div class="halves"><div class="map-side">{}{}</div>
<ul class="drivers" aria-label="What sets it apart">{}</ul></div>
</article>
)",
        segment.number,
        segment.number,
        named_segment(segment),
        counted(segment.size, "customer", "customers"),
        percent(segment.share),
        fixed(segment.silhouette, 2),
        rule_line(segment),
        segment_map(run, segment),
        shown_customers(run, segment),
        drivers);
}

Html overview_table(const CampaignRun& run) {
    double largest = 0;
    for (const Segment& segment : run.segmentation.segments)
        largest = std::max(largest, segment.share);
    Table table("Segments", {{"Segment"}, {"Customers", true}, {"Share"}, {"Silhouette", true}});
    for (const Segment& segment : run.segmentation.segments) {
        const std::string colour = mark_class(segment_mark_index(segment.number));
        table.add({named_segment(segment),
                   plain(grouped(segment.size)),
                   html(R"(<span class="bar-cell">{}<span class="num">{}</span></span>)",
                        share_bar(largest > 0 ? segment.share / largest : 0, colour),
                        percent(segment.share)),
                   plain(fixed(segment.silhouette, 2))});
    }
    return table.with_cards();
}

std::string algorithm_words(const Segmentation& segmentation) {
    const std::string groups = counted(segmentation.segments.size(), "group", "groups");
    if (segmentation.algorithm == "hdbscan") return fmt::format("HDBSCAN with {}.", groups);
    if (segmentation.mixture)
        return fmt::format(
            "Gaussian mixture ({} covariance) with {}.", segmentation.mixture->covariance, groups);
    if (segmentation.tree)
        return fmt::format("Hierarchy ({} linkage) with {}.", segmentation.tree->linkage, groups);
    if (segmentation.algorithm != "kmeans")
        return fmt::format("{} with {}.", words_of(segmentation.algorithm), groups);
    return fmt::format(
        "k-means with {} and {}.",
        groups,
        counted(static_cast<std::size_t>(std::max(0, segmentation.starts)), "start", "starts"));
}

std::string quality_words(const Segmentation& segmentation) {
    const SegmentationQuality& quality = segmentation.quality;
    if (quality.silhouette_rows == 0) return "One segment has no other to compare with.";
    const std::string_view verdict = quality.silhouette >= 0.5    ? "well apart"
                                     : quality.silhouette >= 0.25 ? "apart, with overlap"
                                                                  : "overlapping";
    return fmt::format(
        "Mean silhouette {} over {}: the groups are {} (1 is fully apart, 0 is touching).",
        fixed(quality.silhouette, 2),
        counted(quality.silhouette_rows, "customer", "customers"),
        verdict);
}

Html scaling_table(const Segmentation& segmentation, const FeatureTable& customers) {
    Table table("How each feature was prepared", {{"Feature"}, {"Used"}, {"Scale"}, {"Why"}});
    for (const FeatureScaling& column : segmentation.scaling) {
        const int place = customers.find(column.feature);
        const std::string label =
            place < 0 ? column.feature
                      : customers.definitions[static_cast<std::size_t>(place)].label;
        table.add({plain(label.empty() ? column.feature : label),
                   plain(column.is_used ? "yes" : "no"),
                   plain(!column.is_used ? ""
                         : column.is_log ? "logarithm"
                                         : "as it is"),
                   plain(column.reason)});
    }
    return table.is_empty() ? Html()
                            : disclosure("How each feature was prepared", table.scrolling());
}

}  // namespace

Html segments_section(const CampaignRun& run) {
    const Segmentation& segmentation = run.segmentation;
    const double axis = effect_axis(segmentation);
    Html articles;
    for (const Segment& segment : segmentation.segments)
        articles += segment_article(run, segment, axis);
    return html(
        R"(<section id="segments" aria-labelledby="segments-title">
<h2 id="segments-title">Segments</h2>
<p>{} {}</p>
<p class="small dim">{}</p>
{}{}{}<h3 class="gap">What sets each segment apart</h3>
<p>Each bar compares the segment's mean with all customers, in standard deviations of the prepared feature. All bars share one axis from {} to {}; right and petrol is above the mean of all, left and rust below.</p>
{}</section>
)",
        algorithm_words(segmentation),
        quality_words(segmentation),
        fmt::format("{}", fmt::join(segmentation.reasons, " ")),
        overview_table(run),
        customer_map(run),
        trials_chart(segmentation, scaling_table(segmentation, run.customers)),
        fixed(-axis, 1),
        with_sign(axis, 1),
        articles);
}

}  // namespace cpo::report
