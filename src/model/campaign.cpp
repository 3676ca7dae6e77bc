#include "model/campaign.h"

#include <cstdlib>

namespace cpo {

const char* name_of(Channel channel) {
    switch (channel) {
        case Channel::kEmail:
            return "email";
        case Channel::kSms:
            return "sms";
        case Channel::kPush:
            return "push";
        case Channel::kWeb:
            return "web";
    }
    std::abort();
}

std::optional<Channel> parse_channel(std::string_view name) {
    for (const auto channel : {Channel::kEmail, Channel::kSms, Channel::kPush, Channel::kWeb})
        if (name == name_of(channel)) return channel;
    return std::nullopt;
}

}  // namespace cpo
