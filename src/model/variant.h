#pragma once

#include <string>
#include <vector>

#include "model/campaign.h"
#include "model/claim.h"

namespace cpo {

/// The words that would reach a person.
struct Message {
    Channel channel = Channel::kEmail;
    std::string language = "en";
    std::string subject;  ///< Email subject, push title; empty for sms and web.
    std::string text;
};

/// SHA-256 over channel, language, subject and text: identifies the exact words.
std::string hash_of(const Message& message);

/// Parts of a variant's confidence, each 0 ... 1; the confidence is their product.
struct ConfidenceParts {
    double retrieval_support = 0;  ///< How well the cited passages answer the segment's query.
    double completeness =
        0;  ///< Share of the template's wished-for slots that approved content could fill.
    double segment_fit = 0;  ///< How well strategy and offer audience suit the segment.
};

/// Result of the generation agent: one way to say it to one segment.
struct Variant {
    std::string id;  ///< "s<segment>-<strategy>", unique in a run: "s0-urgent", "s0-control".
    int segment = 0;
    std::string strategy;  ///< "informational", "urgent", "friendly", "social_proof", ...;
                           ///< "control" = plain, unpersonalised.
    std::string tone;
    Message message;
    std::vector<Claim> claims;
    double confidence = 0;  ///< 0 ... 1.
    ConfidenceParts confidence_parts;
    std::string writer;  ///< "composer" or the model's name.
    bool is_control = false;
};

/// Documents that the claims of a variant rest on, each once, in order of their first claim.
std::vector<std::string> cited_by(const Variant& variant);

}  // namespace cpo
