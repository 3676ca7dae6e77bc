// Rendering one message of 150 bytes; bench/liquid_bench.mjs does the same with npm liquidjs.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "agents/generation/liquid.h"
#include "base/json.h"

namespace {

using cpo::generation::LiquidTemplate;

constexpr std::string_view kSource =
    "Hi {{ customer.first_name | default: \"there\" }}, {% if offer.percent > 0 %}take "
    "{{ offer.percent }}% off {{ offer.applies_to | downcase }} with {{ offer.code }} until "
    "{{ offer.ends | date: \"%-d %B\" }}.{% else %}see what is new.{% endif %}"
    "{% for tag in tags limit: 2 %} #{{ tag }}{% endfor %}";
constexpr std::string_view kVariables =
    R"({"customer":{"first_name":"Ada"},"offer":{"percent":15,"applies_to":"All Candles",)"
    R"("code":"COMEBACK15","ends":"2011-12-20"},"tags":["gift","home","tea"]})";

void render_message(benchmark::State& state) {
    const auto parsed = LiquidTemplate::parse(kSource);
    const auto variables = cpo::parse_json(kVariables);
    if (!parsed || !variables) std::abort();
    std::size_t bytes = 0;
    for (auto _ : state) {
        const auto text = parsed->render(variables->get_object());
        if (!text) std::abort();
        bytes += text->size();
        benchmark::DoNotOptimize(text->data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(render_message);

void render_plain_names(benchmark::State& state) {
    const auto parsed = LiquidTemplate::parse(
        "Hi {{ customer.first_name }}, take {{ offer.percent }}% off {{ offer.applies_to }} with "
        "{{ offer.code }} until {{ offer.ends }}. We would love to see you again soon.");
    const auto variables = cpo::parse_json(kVariables);
    if (!parsed || !variables) std::abort();
    for (auto _ : state) {
        const auto text = parsed->render(variables->get_object());
        if (!text) std::abort();
        benchmark::DoNotOptimize(text->data());
    }
}
BENCHMARK(render_plain_names);

void parse_message(benchmark::State& state) {
    for (auto _ : state) {
        const auto parsed = LiquidTemplate::parse(kSource);
        if (!parsed) std::abort();
        benchmark::DoNotOptimize(&*parsed);
    }
}
BENCHMARK(parse_message);

}  // namespace

BENCHMARK_MAIN();
