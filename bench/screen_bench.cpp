// Screening: promise p99 <= 1 ms of rules per 1 KB message on one core (design.md §8).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "agents/safety/safety.h"
#include "base/random.h"
#include "text/canonical.h"

namespace {

using cpo::Deadline;
using cpo::safety::SafetyAgent;
using cpo::safety::ScreeningRequest;

const SafetyAgent& agent() {
    static const auto instance = *SafetyAgent::make();
    return *instance;
}

// Sentences as campaigns have them; drawn anew for every message, because a rule engine looks much
// faster on a text that it has just seen.
constexpr const char* kSentences[] = {
    "We have kept something for you: our winter range is in the shop.",
    "Take 15% off everything with code COMEBACK15 until 20 December.",
    "Free delivery on orders over £30, and returns within 30 days.",
    "Our candles are poured by hand in small batches, here in Bristol.",
    "You bought four mugs last spring; these plates go with them.",
    "Questions? Write to hello@paperthread.example or call 0117 496 0123.",
    "Customers who love tea also like the new cast-iron pots.",
    "Unsubscribe at any time: https://paperthread.example/unsubscribe",
    "Paper & Thread Ltd, 12 Harbour Street, Bristol BS1 4RN",
    "It is cold outside, and the kettle is on: come in and have a look around."};

std::vector<std::string> messages(std::size_t count, std::size_t bytes) {
    cpo::Random random(7);
    std::vector<std::string> made(count);
    for (std::string& text : made)
        while (text.size() < bytes) {
            text += kSentences[random.below(std::size(kSentences))];
            text += random.below(4) == 0 ? "\n\n" : " ";
            // A word that no other message has.
            for (int i = 0; i < 8; ++i) text += static_cast<char>('a' + random.below(26));
            text += ". ";
        }
    return made;
}

std::vector<std::string> noise(std::size_t count, std::size_t bytes) {
    cpo::Random random(11);
    std::vector<std::string> made(count);
    for (std::string& text : made)
        while (text.size() < bytes) text += static_cast<char>(0x20 + random.below(0x5F));
    return made;
}

void screen_all(benchmark::State& state, const std::vector<std::string>& texts) {
    std::vector<double> times;
    std::size_t i = 0;
    std::size_t bytes = 0;
    agent();
    for (auto _ : state) {
        ScreeningRequest request;
        request.message.subject = "We miss you";
        request.message.text = texts[i++ % texts.size()];
        bytes += request.message.text.size();
        const auto start = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(agent().screen(request, Deadline::never()));
        times.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
                .count());
    }
    std::sort(times.begin(), times.end());
    state.counters["p50_us"] = times[times.size() / 2];
    state.counters["p99_us"] = times[times.size() * 99 / 100];
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void screen_messages(benchmark::State& state) {
    screen_all(state, messages(4096, static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(screen_messages)->Arg(160)->Arg(1024)->Arg(8192)->Unit(benchmark::kMicrosecond);

void screen_noise(benchmark::State& state) {
    screen_all(state, noise(4096, static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(screen_noise)->Arg(1024)->Unit(benchmark::kMicrosecond);

void canonicalise(benchmark::State& state) {
    const auto canonicaliser = *cpo::text::Canonicaliser::make();
    const auto texts = messages(256, 1024);
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(canonicaliser.canonicalise(texts[i++ % texts.size()]));
}
BENCHMARK(canonicalise)->Unit(benchmark::kMicrosecond);

void make_agent(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(SafetyAgent::make());
}
BENCHMARK(make_agent)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
