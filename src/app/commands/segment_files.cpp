#include "app/commands/segment_files.h"

#include <fmt/format.h>

#include "base/csv_field.h"

namespace cpo::app {

std::string segments_csv(const FeatureTable& customers, const Segmentation& result) {
    std::string csv = "id,segment\n";
    for (std::size_t row = 0; row < customers.rows(); ++row)
        csv += fmt::format("{},{}\n", csv_field(customers.ids[row]), result.segment_of[row]);
    return csv;
}

std::string strengths_csv(const FeatureTable& customers, const Segmentation& result) {
    std::string csv = "id,strength\n";
    for (std::size_t row = 0; row < result.strength_of.size(); ++row)
        csv += fmt::format("{},{}\n", csv_field(customers.ids[row]), result.strength_of[row]);
    return csv;
}

std::string map_csv(const FeatureTable& customers, const SegmentMap& map) {
    std::string csv = "id,x,y\n";
    for (std::size_t row = 0; row < map.x.size(); ++row)
        csv += fmt::format("{},{},{}\n", csv_field(customers.ids[row]), map.x[row], map.y[row]);
    return csv;
}

std::string tree_csv(const SegmentTree& tree) {
    std::string csv = "left,right,height,size\n";
    for (const TreeMerge& merge : tree.merges)
        csv += fmt::format("{},{},{},{}\n", merge.left, merge.right, merge.height, merge.size);
    return csv;
}

}  // namespace cpo::app
