#pragma once

// An invented shop's run, for the tests of this folder: five overlapping segments, messages in all
// three decisions, an experiment that has enough people, one that has not, and a segment without.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "model/run.h"
#include "text/utf8.h"

namespace cpo::safety {

/// Stands in for the agent of the safety room (which this room may not link): the only class that
/// may make a ScreenedMessage.
class SafetyAgent {
public:
    static ScreenedMessage pass(const Message& message, const Verdict& verdict) {
        return {message, verdict};
    }
};

}  // namespace cpo::safety

namespace cpo::report {

/// A claim on the words `words` of the text.
inline Claim claim_on(const Message& message,
                      const std::string& words,
                      ClaimKind kind,
                      const std::string& document,
                      int passage) {
    const std::size_t byte = message.text.find(words);
    const std::size_t start = text::code_point_of_byte(message.text, byte);
    return {.field = MessageField::kText,
            .start = start,
            .end = start + text::code_point_count(words),
            .kind = kind,
            .value = words,
            .document = document,
            .passage = passage};
}

inline std::vector<FeatureDefinition> invented_features() {
    return {{"recency_days", "Days since last purchase", "days", "Days since the last purchase."},
            {"frequency", "Orders", "orders", "Number of orders."},
            {"monetary", "Net revenue", "", "Revenue less returns."},
            {"average_order", "Average order", "", "Revenue per order."},
            {"returns_share", "Share returned", "share 0-1", "Returned value by bought value."}};
}

inline std::vector<std::string> invented_segment_names() {
    return {"Occasional buyers with small orders, quiet for about four months",
            "Bought once, long ago",
            "Frequent buyers, bought in the last 3 weeks",
            "Large orders, few times a year",
            "Frequent big spenders who also return a lot"};
}

inline void add_customers(CampaignRun& run, std::size_t customers) {
    // Recency, orders, revenue, average order, returned; then the centre on the map.
    const std::vector<std::vector<double>> centres{{118, 2.4, 520, 210, 0.01, -0.6, 0.2},
                                                   {254, 1.1, 240, 215, 0.02, -2.1, -0.7},
                                                   {16, 9.8, 3150, 330, 0.03, 2.2, 0.6},
                                                   {71, 2.9, 3400, 1180, 0.01, 0.9, -1.4},
                                                   {12, 24.5, 14200, 590, 0.09, 4.1, 1.9}};
    const std::vector<double> shares{0.36, 0.27, 0.2, 0.11, 0.06};
    Random random(7);
    run.customers.definitions = invented_features();
    Segmentation& found = run.segmentation;
    for (std::size_t row = 0; row < customers; ++row) {
        double left = random.uniform();
        std::size_t segment = 0;
        while (segment + 1 < shares.size() && left >= shares[segment]) left -= shares[segment++];
        run.customers.ids.push_back(fmt::format("{}", 12346 + 3 * row));
        for (std::size_t k = 0; k < 5; ++k)
            run.customers.values.push_back(centres[segment][k] *
                                           std::exp(0.3 * random.normal() - 0.045));
        found.segment_of.push_back(static_cast<int>(segment));
        found.map.x.push_back(static_cast<float>(centres[segment][5] + 0.9 * random.normal()));
        found.map.y.push_back(static_cast<float>(centres[segment][6] + 0.8 * random.normal()));
    }
    found.map.explained = 0.64;
}

inline void describe_segments(CampaignRun& run) {
    Segmentation& found = run.segmentation;
    const auto names = invented_segment_names();
    const std::size_t columns = run.customers.columns();
    for (std::size_t i = 0; i < names.size(); ++i) {
        Segment segment;
        segment.number = static_cast<int>(i);
        segment.name = names[i];
        std::vector<double> sums(columns, 0);
        std::vector<double> overall(columns, 0);
        for (std::size_t row = 0; row < run.customers.rows(); ++row)
            for (std::size_t k = 0; k < columns; ++k) {
                overall[k] += run.customers.at(row, k) / static_cast<double>(run.customers.rows());
                if (found.segment_of[row] == segment.number) sums[k] += run.customers.at(row, k);
            }
        for (std::size_t row = 0; row < run.customers.rows(); ++row)
            if (found.segment_of[row] == segment.number && ++segment.size <= 5)
                segment.representatives.push_back(run.customers.ids[row]);
        segment.borderline = {{segment.representatives.back(), i == 0 ? 1 : 0, 0.02}};
        segment.rule = SegmentRule{{{run.customers.definitions[0].name, false, 21}},
                                   0.94,
                                   0.97,
                                   fmt::format("{} below 21: catches 94 % of the segment, 3 % "
                                               "strangers.",
                                               run.customers.definitions[0].label)};
        segment.share =
            static_cast<double>(segment.size) / static_cast<double>(run.customers.rows());
        segment.silhouette = 0.41 - 0.05 * static_cast<double>(i);
        for (std::size_t k = 0; k < columns; ++k) {
            segment.feature_means.push_back(sums[k] / static_cast<double>(segment.size));
            const double effect = std::log(segment.feature_means[k] / overall[k]) * 1.3;
            segment.drivers.push_back(
                {run.customers.definitions[k].name,
                 effect,
                 segment.feature_means[k],
                 overall[k],
                 fmt::format("{} is {:.1f} on average; for all customers {:.1f}.",
                             run.customers.definitions[k].label,
                             segment.feature_means[k],
                             overall[k])});
        }
        std::sort(segment.drivers.begin(), segment.drivers.end(), [](const auto& a, const auto& b) {
            return std::abs(a.effect_size) > std::abs(b.effect_size);
        });
        found.segments.push_back(std::move(segment));
    }
    found.algorithm = "kmeans";
    found.clusters = static_cast<int>(names.size());
    found.seed = 1;
    found.starts = 10;
    for (const FeatureDefinition& definition : run.customers.definitions)
        found.scaling.push_back({definition.name,
                                 definition.unit != "share 0-1",
                                 3.5,
                                 1.2,
                                 true,
                                 "skewed to the right"});
    found.quality.silhouette = 0.34;
    found.quality.silhouette_rows = run.customers.rows();
    found.quality.inertia = 5120.5;
    found.quality.criterion =
        "The best silhouette among 4 to 8 groups that each hold at least 2 % of the customers.";
    for (int clusters = 2; clusters <= 12; ++clusters)
        found.quality.trials.push_back(
            {clusters,
             12000.0 / clusters,
             0.34 - 0.02 * std::abs(clusters - 5) + (clusters == 2 ? 0.2 : 0)});
}

inline Document document_of(const std::string& id, const std::string& title, DocumentType type) {
    Document document;
    document.id = id;
    document.title = title;
    document.type = type;
    return document;
}

inline void add_content(CampaignRun& run) {
    Library& library = run.library;
    Document wrap = document_of("gift-wrap", "Gift wrap", DocumentType::kFact);
    wrap.text = "Gift wrap in recycled paper is free on orders over £30. Ask for it at the till.";
    wrap.approved_by = "Ife Okoro";
    wrap.approved_on = parse_date("2011-10-02");
    Document delivery = document_of("delivery", "Delivery", DocumentType::kFact);
    delivery.text = "Orders placed by 18 December arrive before Christmas in the United Kingdom.";
    delivery.approved_by = "Ife Okoro";
    delivery.approved_on = parse_date("2011-11-09");
    delivery.valid_until = parse_date("2011-12-24");
    delivery.facts = {{"delivery_time", "3 working days"}};
    Document offer = document_of("come-back-15", "Come back offer", DocumentType::kOffer);
    offer.text = "From 1 to 20 December, customers who have not ordered for a while save 15%.";
    offer.approved_by = "Ife Okoro";
    offer.offer.emplace();
    offer.offer->percent = 15;
    offer.offer->applies_to = "everything";
    offer.offer->code = "COMEBACK15";
    offer.offer->ends = parse_date("2011-12-20");
    offer.offer->minimum = Money{3000, "GBP"};
    offer.offer->audience = "lapsed";
    Document voice = document_of("voice", "How we write", DocumentType::kStyle);
    voice.text = "Warm, short, no exclamation marks.";
    voice.is_approval_waived = true;
    library.documents = {wrap, delivery, offer, voice};
    for (const Document& document : library.documents)
        library.passages.push_back({document.id, 1, document.text, 0, document.text.size()});
    library.set_aside = {
        {"summer-sale", "Summer sale", "expired on 2011-08-31"},
        {"draft-loyalty", "Loyalty card", "not approved"},
        {"returns-2010", "Returns (old)", "contradicts returns: return_days is 14 there, 30 here"}};
    run.content_folder = "demo/gift-shop";
    run.content_sha256 = std::string(64, 'c');
}

inline Variant written(int segment, const std::string& strategy, const std::string& text) {
    Variant variant;
    variant.id = fmt::format("s{}-{}", segment, strategy);
    variant.segment = segment;
    variant.strategy = strategy;
    variant.tone = strategy == "urgent" ? "direct" : "warm";
    variant.is_control = strategy == "control";
    variant.message = {Channel::kEmail, "en", "It has been a while", text};
    variant.confidence_parts = {0.81, 1, 0.77};
    variant.confidence = 0.81 * 0.77;
    variant.writer = "composer";
    return variant;
}

/// Messages of one segment, with claims after an emoji and a pound sign so that bytes and code
/// points differ.
inline void add_messages(CampaignRun& run, int segment) {
    const std::string opening = "Hello again 🎁,\n\n";
    const std::string ending = "\n\nMaple & Finch, 4 Mill Lane, York\nUnsubscribe: reply STOP";
    Variant urgent = written(
        segment,
        "urgent",
        opening + "Save 15% on orders over £30 with code COMEBACK15 until 20 December." + ending);
    Variant friendly =
        written(segment,
                "friendly",
                opening + "Gift wrap is free on orders over £30, and parcels take 3 working days." +
                    ending);
    Variant control = written(segment, "control", "Our shop has news. Have a look." + ending);
    const Message& urgent_words = urgent.message;
    urgent.claims = {claim_on(urgent_words, "15%", ClaimKind::kPercent, "come-back-15", 0),
                     claim_on(urgent_words, "£30", ClaimKind::kMoney, "come-back-15", 0),
                     claim_on(urgent_words, "COMEBACK15", ClaimKind::kCode, "come-back-15", 0),
                     claim_on(urgent_words, "20 December", ClaimKind::kDate, "come-back-15", 0)};
    friendly.claims = {
        claim_on(friendly.message, "£30", ClaimKind::kMoney, "gift-wrap", 1),
        claim_on(friendly.message, "3 working days", ClaimKind::kDuration, "delivery", 0)};
    for (Variant& variant : std::vector{urgent, friendly, control}) {
        Verdict verdict;
        verdict.id = variant.id;
        verdict.decision = Decision::kPass;
        verdict.scores = {{"pii", 0}, {"grounding", 0}};
        verdict.masked_subject = variant.message.subject;
        verdict.masked_text = variant.message.text;
        verdict.is_grounding_checked = true;
        verdict.policy_version = "1";
        verdict.elapsed_us = 87.5;
        run.variants.push_back(variant);
        run.verdicts.push_back(verdict);
    }
}

/// One message blocked for a wrong claim, one held because it holds a phone number.
inline void break_two_messages(CampaignRun& run) {
    const Claim wrong = run.variants[3].claims[0];
    run.verdicts[3].decision = Decision::kBlock;
    run.verdicts[3].issues = {{"grounding",
                               "percent",
                               "grounding.percent",
                               MessageField::kText,
                               wrong.start,
                               wrong.end,
                               4,
                               "The text says 15%, come-back-15 says 10%.",
                               "Use “10%”."}};
    Variant& held = run.variants[7];
    held.message.text += "\nCall 020 7946 0018";
    run.verdicts[7].decision = Decision::kReview;
    run.verdicts[7].masked_text += "\nCall [PHONE]";
    run.verdicts[7].issues = {{"pii",
                               "phone",
                               "pii.phone",
                               MessageField::kText,
                               text::code_point_count(held.message.text) - 13,
                               text::code_point_count(held.message.text),
                               2,
                               "A telephone number stands in the message.",
                               "Remove it, or name it as a contact of the sender."}};
}

inline void add_experiments(CampaignRun& run) {
    for (const Segment& segment : run.segmentation.segments) {
        Experiment experiment;
        experiment.segment = segment.number;
        experiment.assignment.key = fmt::format("win-back-s{}", segment.number);
        experiment.assignment.seed = experiment.assignment.key;
        experiment.control = "control";
        for (std::size_t i = 0; i < run.variants.size(); ++i) {
            const Variant& variant = run.variants[i];
            if (variant.segment != segment.number || run.verdicts[i].decision != Decision::kPass)
                continue;
            const std::string key = variant.is_control ? "control" : variant.strategy;
            experiment.assignment.arms.push_back(key);
            experiment.arms.push_back(
                {key, variant.id, safety::SafetyAgent::pass(variant.message, run.verdicts[i])});
        }
        const auto arms = static_cast<double>(experiment.arms.size());
        experiment.assignment.weights.assign(experiment.arms.size(), 1 / arms);
        for (double arm = 0; arm < arms; ++arm)
            experiment.assignment.ranges.emplace_back(arm / arms, (arm + 1) / arms);
        ExperimentPlan& plan = experiment.plan;
        plan.assumptions = run.campaign.plan;
        plan.comparisons = static_cast<int>(experiment.arms.size()) - 1;
        plan.needed_per_arm = segment.number == 0 ? 90 : 9340;
        plan.needed_total = plan.needed_per_arm * static_cast<std::int64_t>(experiment.arms.size());
        plan.available = static_cast<std::int64_t>(segment.size);
        plan.days = plan.needed_total / 500 + 8;
        plan.detectable_lift = 0.61;
        plan.is_feasible = plan.available >= plan.needed_total;
        plan.sentence = fmt::format(
            "To find a lift of 20 % from 5.0 % to 6.0 %, {} people are needed; {} are there.",
            plan.needed_total,
            plan.available);
        if (segment.number == 4)
            run.skipped.push_back({4, "no message beside control passed screening"});
        else
            run.experiments.push_back(experiment);
    }
    for (std::size_t row = 0; row < run.customers.rows(); ++row)
        for (const Experiment& experiment : run.experiments)
            if (experiment.segment == run.segmentation.segment_of[row])
                run.assignments.push_back(
                    {run.customers.ids[row],
                     experiment.assignment.key,
                     experiment.assignment.arms[row % experiment.assignment.arms.size()]});
}

inline CampaignRun invented_run(std::size_t customers = 900) {
    CampaignRun run;
    run.version = "0.1.0";
    run.command =
        "cpo run --transactions orders.csv.gz --content demo/gift-shop --goal 'win back "
        "lapsed customers' --output out";
    run.campaign.goal = "win back lapsed customers";
    run.campaign.as_of = *parse_date("2011-12-09");
    run.input.emplace();
    run.input->file = "data/orders.csv.gz";
    run.input->sha256 = std::string(64, 'a');
    run.input->encoding = "UTF-8";
    run.input->lines = 541909;
    run.input->bytes = 45'580'638;
    run.input->set_aside = {{"no customer id", 135080}, {"price of zero", 40}};
    run.input->rejected = {{77, "InvoiceDate", "31/02/2011", "not a date"},
                           {912, "Quantity", "many", "not a number"}};
    run.input->rejected_count = 2;
    run.totals.emplace();
    run.totals->customers_known = 4372;
    run.totals->customers_with_purchase = 4338;
    run.totals->lines_without_customer = 135080;
    run.totals->purchase_orders = 18532;
    run.totals->return_lines = 8905;
    run.totals->purchase_revenue = 8911407.90;
    run.totals->return_revenue = -611342.09;
    run.totals->last_time = *parse_time("2011-12-09T12:50:00Z");
    run.embedder = "minilm";
    run.writer = "composer";
    add_customers(run, customers);
    describe_segments(run);
    add_content(run);
    for (const Segment& segment : run.segmentation.segments) {
        add_messages(run, segment.number);
        Context context;
        context.segment = segment.number;
        context.query = "win back lapsed customers " + segment.name;
        context.audience = {"lapsed"};
        Hit hit;
        hit.document = "come-back-15";
        hit.title = "Come back offer";
        hit.type = DocumentType::kOffer;
        hit.score = 0.0325;
        hit.vector_rank = 1;
        hit.lexical_rank = 2;
        hit.cosine = 0.61;
        hit.text = run.library.documents[2].text;
        hit.reason = "close in meaning (rank 1) and shares the words customers";
        context.hits = {hit};
        run.contexts.push_back(context);
    }
    break_two_messages(run);
    add_experiments(run);
    run.timings = {{"read", 812.4}, {"segments", 903.1}, {"content", 4.2}, {"context", 310.5}};
    run.notices = {"The newest day in the file, 2011-12-09, is taken as today."};
    return run;
}

}  // namespace cpo::report
