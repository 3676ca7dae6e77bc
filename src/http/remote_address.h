#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cpo::http {

/// Whom to count `address` with: an IPv4 address alone, an IPv6 one with its network of 64 bits,
/// which one household or machine has for itself. A text that is no address stays as it is.
std::string network_of(const std::string& address);

/// The proxies whose X-Forwarded-For is believed.
class TrustedProxies {
public:
    TrustedProxies() = default;
    /// Addresses or networks. Errors: kInvalidArgument naming the one that is neither.
    static Result<TrustedProxies> parse(const std::vector<std::string>& texts);

    /// The address that the request comes from: the peer, or, when the peer is a trusted proxy, the
    /// last address in `forwarded_for` that is not one.
    std::string remote_of(const boost::asio::ip::address& peer,
                          std::string_view forwarded_for) const;

private:
    bool contains(const boost::asio::ip::address& address) const;
    std::vector<boost::asio::ip::network_v4> networks_v4_;
    std::vector<boost::asio::ip::network_v6> networks_v6_;
};

}  // namespace cpo::http
