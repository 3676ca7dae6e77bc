#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cpo {

/// 256 random bits from the system as 43 characters of base64url: sessions, XSRF and API keys.
std::string new_token();

/// Compares without telling by its time where the texts differ (their lengths may show).
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// argon2id with a random salt in the PHC string format (libsodium, "moderate" memory lowered to
/// 64 MiB, 3 passes). About 0.1 s and 64 MiB. Errors: kResourceExhausted when memory is short.
Result<std::string> hash_password(std::string_view password);

/// False for a wrong password and for a text that is no hash. As slow as hash_password.
bool verify_password(std::string_view password, const std::string& hash);

}  // namespace cpo
