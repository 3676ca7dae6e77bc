#include "base/secret.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

namespace cpo {
namespace {

constexpr unsigned long long kPassesCount = 3;
constexpr std::size_t kMemoryBytes = std::size_t{64} << 20;
constexpr std::size_t kTokenBytes = 32;

/// libsodium finds its kernels once a process. Without it there is no safe way on.
void prepare_sodium() {
    static const bool is_ready = sodium_init() >= 0;
    if (!is_ready) std::abort();
}

}  // namespace

std::string new_token() {
    prepare_sodium();
    std::array<unsigned char, kTokenBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_ENCODED_LEN(kTokenBytes, kVariant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
    text.pop_back();  // The terminating NUL.
    sodium_memzero(bytes.data(), bytes.size());
    return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> hash_password(std::string_view password) {
    prepare_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    const int failed = crypto_pwhash_str(
        hash.data(), password.data(), password.size(), kPassesCount, kMemoryBytes);
    if (failed != 0)
        return Error{ErrorCode::kResourceExhausted,
                     "There is not enough memory to check the password; try again.",
                     "crypto_pwhash_str needs 64 MiB"};
    return std::string(hash.data());
}

bool verify_password(std::string_view password, const std::string& hash) {
    prepare_sodium();
    const bool is_hash =
        hash.find('\0') == std::string::npos && hash.size() < crypto_pwhash_STRBYTES &&
        crypto_pwhash_str_needs_rehash(hash.c_str(), kPassesCount, kMemoryBytes) >= 0;
    if (!is_hash) {
        // As slow as the real thing, so that time does not tell who has an account.
        static_cast<void>(hash_password(password));
        return false;
    }
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace cpo
