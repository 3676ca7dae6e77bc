#pragma once

#include <string_view>
#include <vector>

#include "agents/safety/sender.h"
#include "model/verdict.h"

namespace cpo::safety {

/// How many parts a text message takes: GSM 03.38 (160 septets, 153 in parts) where every character
/// is in its alphabet, else UCS-2 (70, 67). REQUIRES: valid UTF-8.
struct SmsLength {
    bool is_gsm7 = true;
    std::size_t units = 0;     ///< Septets or UTF-16 units.
    std::size_t segments = 0;  ///< 0 for an empty text.
};
SmsLength sms_length(std::string_view text);

/// The parts of a message that channel rules look at: plain views, and sizes of the originals.
struct ChannelInput {
    Channel channel = Channel::kEmail;
    std::string_view subject;  ///< Plain view.
    std::string_view text;     ///< Plain view.
    std::string_view raw_text;
    std::size_t subject_size = 0;  ///< Code points of the original.
    std::size_t text_size = 0;     ///< Code points of the original.
};

/// What the channel requires and the message lacks (docs/safety.md lists it with the reasons):
/// opt-out, sender, postal address, honest subject, length. Thread-safe.
std::vector<Issue> check_channel(const ChannelInput& input, const Sender& sender);

/// Postal addresses of the footer in a plain view, bytes [start, end): their numbers are no claims.
std::vector<std::pair<std::size_t, std::size_t>> postal_addresses(std::string_view text);

}  // namespace cpo::safety
