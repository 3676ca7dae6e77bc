#include "http/remote_address.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"

namespace cpo::http {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

constexpr unsigned short kNetworkBits = 64;

/// ::ffff:10.0.0.1 is 10.0.0.1 to everybody but the socket.
ip::address plain(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

}  // namespace

std::string network_of(const std::string& address) {
    error_code failure;
    const ip::address parsed = ip::make_address(address, failure);
    if (failure || parsed.is_v4()) return address;
    return ip::network_v6(parsed.to_v6(), kNetworkBits).canonical().to_string();
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
    TrustedProxies proxies;
    for (const std::string& text : texts) {
        const bool is_network = text.find('/') != std::string::npos;
        error_code failure;
        if (text.find(':') == std::string::npos) {
            proxies.networks_v4_.push_back(
                ip::make_network_v4(is_network ? text : text + "/32", failure));
        } else {
            proxies.networks_v6_.push_back(
                ip::make_network_v6(is_network ? text : text + "/128", failure));
        }
        if (failure)
            return invalid_argument(fmt::format(
                "trusted proxy \"{}\": expected an address or a network such as 10.0.0.0/8", text));
    }
    return proxies;
}

bool TrustedProxies::contains(const ip::address& address) const {
    if (address.is_v4())
        return std::any_of(networks_v4_.begin(), networks_v4_.end(), [&](const auto& network) {
            return network.canonical() ==
                   ip::network_v4(address.to_v4(), network.prefix_length()).canonical();
        });
    return std::any_of(networks_v6_.begin(), networks_v6_.end(), [&](const auto& network) {
        return network.canonical() ==
               ip::network_v6(address.to_v6(), network.prefix_length()).canonical();
    });
}

std::string TrustedProxies::remote_of(const ip::address& peer,
                                      std::string_view forwarded_for) const {
    ip::address remote = plain(peer);
    while (contains(remote) && !forwarded_for.empty()) {
        const auto comma = forwarded_for.rfind(',');
        const std::string_view last = trimmed(
            comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
        forwarded_for =
            comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
        error_code failure;
        const ip::address next = ip::make_address(std::string(last), failure);
        if (failure) break;
        remote = plain(next);
    }
    return remote.to_string();
}

}  // namespace cpo::http
