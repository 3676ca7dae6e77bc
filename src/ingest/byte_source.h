#pragma once

#include <cstddef>
#include <istream>
#include <memory>
#include <string>

#include "base/result.h"

namespace cpo::ingest {

/// The bytes of a file as they were before compression: gzip (RFC 1952, any number of members) is
/// recognised by its first two bytes and unpacked as it streams, anything else passes through.
/// Memory is constant. Not thread-safe. Borrows `input`.
class ByteSource {
public:
    /// `name` is only used in messages.
    ByteSource(std::istream& input, std::string name);
    ~ByteSource();
    ByteSource(ByteSource&&) noexcept;
    ByteSource& operator=(ByteSource&&) noexcept;

    /// Fills up to `size` bytes of `out` and says how many; 0 = the end. Errors: kInvalidArgument
    /// for damaged or truncated gzip, with the offset in the file; kUnavailable when the stream
    /// cannot be read.
    Result<std::size_t> read(char* out, std::size_t size);
    bool is_gzip() const;
    /// SHA-256 of the file's own (packed) bytes. Call once, after read() said 0.
    std::string finish_sha256();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cpo::ingest
