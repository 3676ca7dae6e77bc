#include "base/cpu.h"

#include <cpuid.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace cpo {
namespace {

/// CPUID leaf 1, ECX bit 29: __builtin_cpu_supports has no name for F16C.
bool has_f16c() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & (1U << 29U)) != 0;
}

SimdLevel detect() {
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    SimdLevel level = SimdLevel::kScalar;
    if (avx2) level = SimdLevel::kAvx2;
    if (avx512) level = SimdLevel::kAvx512;
    if (avx512 && __builtin_cpu_supports("avx512vnni")) level = SimdLevel::kAvx512Vnni;
    const char* wish =
        std::getenv("CPO_SIMD");  // NOLINT(concurrency-mt-unsafe): read once, at first use
    if (wish == nullptr) return level;
    for (const auto candidate :
         {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512, SimdLevel::kAvx512Vnni})
        if (std::string_view(wish) == name_of(candidate)) return std::min(level, candidate);
    return level;
}

}  // namespace

SimdLevel simd_level() {
    static const SimdLevel level = detect();
    return level;
}

const char* name_of(SimdLevel level) {
    switch (level) {
        case SimdLevel::kScalar:
            return "scalar";
        case SimdLevel::kAvx2:
            return "avx2";
        case SimdLevel::kAvx512:
            return "avx512";
        case SimdLevel::kAvx512Vnni:
            return "vnni";
    }
    std::abort();
}

}  // namespace cpo
