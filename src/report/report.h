#pragma once

#include <string>
#include <vector>

#include "model/run.h"

namespace cpo::report {

/// One output file of a run.
struct RunFile {
    std::string name;  ///< "segments.csv".
    std::string content;
    std::size_t rows = 0;  ///< Data rows or objects.
};

/// customers.csv, segments.csv, segments.json, context.jsonl, variants.jsonl, verdicts.jsonl,
/// experiments.json and assignments.csv, as docs/run-output.md describes them. Pure; the same run
/// gives the same bytes (only verdicts.jsonl holds a timing, elapsed_us).
std::vector<RunFile> data_files(const CampaignRun& run);

/// run.json: inputs' hashes, versions, timings per stage, counts, and name, rows and SHA-256 of
/// each data file.
RunFile run_manifest(const CampaignRun& run, const std::vector<RunFile>& files);

/// report.html: one self-contained page a marketer can read (styles, fonts and drawings inside, no
/// script from elsewhere, nothing loaded). `files` are listed under "Check it".
RunFile report_page(const CampaignRun& run, const std::vector<RunFile>& files);

}  // namespace cpo::report
