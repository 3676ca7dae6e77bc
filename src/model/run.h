#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/campaign.h"
#include "model/context.h"
#include "model/customer.h"
#include "model/experiment.h"
#include "model/segment.h"
#include "model/variant.h"
#include "model/verdict.h"

namespace cpo {

/// The content library a run worked with.
struct Library {
    std::vector<Document> documents;          ///< Usable ones: approved, in date, not contradicted.
    std::vector<Passage> passages;            ///< Of the usable documents.
    std::vector<SetAsideDocument> set_aside;  ///< The others, with reasons.
    std::vector<std::string> notices;
};

struct StageTiming {
    std::string stage;
    double elapsed_ms = 0;
};

/// Everything one run produced; report/ turns it into files and a page.
struct CampaignRun {
    std::string version;  ///< Of CPO.
    std::string command;  ///< As typed, for "check it".
    Campaign campaign;
    std::optional<ReadSummary> input;         ///< Customer or transaction file.
    std::optional<TransactionTotals> totals;  ///< Only with transactions.
    std::string content_folder;
    std::string content_sha256;
    std::string embedder;  ///< "minilm" or "hashing".
    std::string writer;    ///< "composer" or the model's name.
    FeatureTable customers;
    Segmentation segmentation;
    Library library;
    std::vector<Context> contexts;  ///< One a segment.
    std::vector<Variant> variants;  ///< By segment; control last in each.
    std::vector<Verdict> verdicts;  ///< [variants].
    std::vector<Experiment> experiments;
    std::vector<SkippedExperiment> skipped;
    std::vector<UnitAssignment> assignments;  ///< In customer order.
    std::vector<StageTiming> timings;
    std::vector<std::string> notices;  ///< Sentences for people.
};

}  // namespace cpo
