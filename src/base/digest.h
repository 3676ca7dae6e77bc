#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cpo {

/// SHA-256 of `bytes` as 64 lower-case hex digits (OpenSSL).
std::string sha256_hex(std::string_view bytes);

/// SHA-256 of a stream of pieces. Not thread-safe.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(std::string_view bytes);
    /// Hex of everything so far. Call once, last.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cpo
