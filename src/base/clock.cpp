#include "base/clock.h"

#include <fmt/format.h>

namespace cpo {
namespace {

class SystemClock final : public Clock {
public:
    MilliTime now() override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

}  // namespace

std::string format_time(MilliTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    std::string text = format_time(Time(seconds));
    text.pop_back();  // The Z.
    return fmt::format("{}.{:03}Z", text, (time - seconds).count());
}

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

}  // namespace cpo
