#pragma once

#include <cstdint>

namespace cpo {

/// Reproducible random numbers: SplitMix64 (Steele, Lea & Flood, "Fast Splittable Pseudorandom
/// Number Generators", OOPSLA 2014). std::*_distribution differs between libraries, so we own the
/// few we use. Not for secrets. Not thread-safe; give each task its own, seeded by `fork`.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// Uniform in [0, 1), 53 bits.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    /// Uniform in [0, bound); bound >= 1. Lemire's multiply-shift; bias below 2^-32 for bounds up
    /// to 2^32.
    std::uint64_t below(std::uint64_t bound) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
    }
    /// Standard normal (Box-Muller, one of the pair).
    double normal();
    /// An independent generator for sub-task `number`.
    Random fork(std::uint64_t number) const {
        return Random(Random(state_ ^ (number * 0xD1342543DE82EF95ULL + 1)).next());
    }

private:
    std::uint64_t state_;
};

}  // namespace cpo
