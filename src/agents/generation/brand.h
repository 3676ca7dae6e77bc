#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/campaign.h"
#include "model/run.h"

namespace cpo::generation {

/// Words taken from a document.
struct Sourced {
    std::string text;      ///< Empty when no document has it.
    std::string document;  ///< Document::id.
};

/// How a message begins, ends and what it must carry: from the library's style and legal documents.
/// docs/generation.md lists the fact names that are read (sender_name, greeting, opt_out_email,
/// ...).
struct Brand {
    Sourced name;
    std::string greeting = "Hello,";
    std::string sign_off = "Kind regards,";
    std::string signature;  ///< The sender's name when no document gives another.
    Sourced website;
    std::vector<std::string> banned_words;  ///< Lower case.
    int exclamation_marks_max = 1;
    Sourced opt_out;         ///< For the channel; needed by email and sms.
    Sourced postal_address;  ///< Needed by email.
    Sourced offer_terms;
};

/// Reads it from the documents of `language` that are for `channel`. Where no document has the
/// named fact, an opt-out sentence or a line with a postcode in a legal document is taken; what is
/// not there stays empty, never invented.
Brand read_brand(const Library& library, Channel channel, std::string_view language);

/// Whether `document` is written in `language` and meant for `channel`.
bool is_for(const Document& document, Channel channel, std::string_view language);

/// The text in lower case (ASCII).
std::string lower_case(std::string_view text);

/// False when `text` has a banned word or more exclamation marks than the brand allows.
bool is_in_voice(std::string_view text, const Brand& brand);

}  // namespace cpo::generation
