#include <fstream>

#include "report/invented_run.h"
#include "report/report.h"

namespace cpo::report {
namespace {

std::string page_of(const CampaignRun& run) { return report_page(run, data_files(run)).content; }

TEST(ReportPage, WritesItselfForTheEye) {
    const char* path = std::getenv("CPO_REPORT_PAGE");
    if (path == nullptr) GTEST_SKIP() << "set CPO_REPORT_PAGE to a file to look at the page";
    std::ofstream(path) << page_of(invented_run());
}

}  // namespace
}  // namespace cpo::report
