#pragma once

#include <cstdint>
#include <string>

namespace cpo {

/// Bytes that this process may use.
struct MemoryRoom {
    std::uint64_t total = 0;      ///< Were nobody else there; the largest it can ever have.
    std::uint64_t available = 0;  ///< Now, beside what it holds already; at most `total`.
};

/// The machine's memory (MemTotal, MemAvailable), or less where a control group (version 1 or 2,
/// this process's or one above it) or the limit of the address space (`ulimit -v`) allows less.
/// What a control group keeps of files only counts as available. Reads a few files below /proc and
/// /sys. What cannot be read limits nothing. Thread-safe. `root` stands before the paths, for
/// tests, which then see no address-space limit.
MemoryRoom memory_room(const std::string& root = "");

/// "37 GB", "1.6 GB", "850 MB": two digits, decimal units, "1 MB" at least.
std::string memory_words(std::uint64_t bytes);

}  // namespace cpo
