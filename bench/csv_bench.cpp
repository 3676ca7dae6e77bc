// Reading order lines: the CSV layer alone, read_transactions, and everything up to the features.
// Promise: at least 150 MB/s of uncompressed CSV on one core (bytes_per_second below).

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <fstream>
#include <istream>
#include <sstream>
#include <streambuf>
#include <string>

#include "agents/segmentation/features.h"
#include "base/random.h"
#include "ingest/byte_source.h"
#include "ingest/csv.h"
#include "ingest/transactions.h"

namespace {

constexpr const char* kMap =
    "customer=CustomerID,order=InvoiceNo,time=InvoiceDate,quantity=Quantity,price=UnitPrice,"
    "product=StockCode";

/// A stream over bytes in memory, without a copy of them.
class MemoryBuffer : public std::streambuf {
public:
    explicit MemoryBuffer(const std::string& bytes) {
        char* const begin = const_cast<char*>(bytes.data());  // Only read from.
        setg(begin, begin, begin + bytes.size());
    }
};

/// The packed file of the data set, empty where it is not.
const std::string& packed_online_retail() {
    static const std::string kBytes = [] {
        std::ifstream file(CPO_SHARED_DIR "/data/online-retail/online_retail.csv.gz",
                           std::ios::binary);
        std::ostringstream bytes;
        if (file.is_open()) bytes << file.rdbuf();
        return bytes.str();
    }();
    return kBytes;
}

const std::string& online_retail() {
    static const std::string kBytes = [] {
        std::string bytes;
        if (packed_online_retail().empty()) return bytes;
        MemoryBuffer buffer(packed_online_retail());
        std::istream input(&buffer);
        cpo::ingest::ByteSource source(input, "online_retail.csv.gz");
        std::string block(1 << 16, '\0');
        for (;;) {
            const auto count = source.read(block.data(), block.size());
            if (!count || *count == 0) return bytes;
            bytes.append(block, 0, *count);
        }
    }();
    return kBytes;
}

/// 500,000 invented order lines of the same columns, so that the figure exists without the data.
const std::string& synthetic() {
    static const std::string kBytes = [] {
        std::string bytes =
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
        cpo::Random random(7);
        for (int i = 0; i < 500'000; ++i) {
            const auto order = 500'000 + i / 20;
            const auto customer =
                10'000 + cpo::Random(static_cast<std::uint64_t>(order)).below(5000);
            bytes += fmt::format(
                "{},{},\"ARTICLE \"\"{}\"\" OF TIN\",{},2011-{:02}-{:02} "
                "{:02}:15:00,{}.{:02},{},UK\n",
                order,
                20'000 + random.below(4000),
                random.below(4000),
                1 + random.below(12),
                1 + i * 12 / 500'000,
                1 + (i / 1000) % 28,
                8 + (i / 20) % 10,
                random.below(20),
                1 + random.below(99),
                customer);
        }
        return bytes;
    }();
    return kBytes;
}

using Bytes = const std::string& (*)();

void report_speed(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) *
                            static_cast<std::int64_t>(state.iterations()));
}

void split_records(benchmark::State& state, Bytes bytes) {
    if (bytes().empty()) return state.SkipWithError("the data set is not here");
    for (auto _ : state) {
        MemoryBuffer buffer(bytes());
        std::istream input(&buffer);
        auto csv = cpo::ingest::CsvReader::open(input, "bench", {});
        cpo::ingest::CsvRecord record;
        std::size_t records = 0;
        for (auto more = csv->next(record); more && *more; more = csv->next(record)) ++records;
        state.counters["records"] = static_cast<double>(records);
    }
    report_speed(state, bytes().size());
}

void read_lines(benchmark::State& state, Bytes bytes) {
    if (bytes().empty()) return state.SkipWithError("the data set is not here");
    for (auto _ : state) {
        MemoryBuffer buffer(bytes());
        std::istream input(&buffer);
        double revenue = 0;
        const auto summary = cpo::ingest::read_transactions(
            input,
            "bench",
            *cpo::ingest::parse_mapping(kMap),
            {},
            [&](const cpo::Transaction& line) { revenue += line.quantity * line.unit_price; });
        if (!summary) return state.SkipWithError(summary.error().message.c_str());
        state.counters["lines"] = static_cast<double>(summary->lines);
        benchmark::DoNotOptimize(revenue);
    }
    report_speed(state, bytes().size());
}

void make_features(benchmark::State& state, Bytes bytes) {
    if (bytes().empty()) return state.SkipWithError("the data set is not here");
    std::size_t unpacked_bytes = 0;
    for (auto _ : state) {
        MemoryBuffer buffer(bytes());
        std::istream input(&buffer);
        cpo::segmentation::FeatureBuilder builder;
        const auto summary = cpo::ingest::read_transactions(
            input, "bench", *cpo::ingest::parse_mapping(kMap), {}, [&](const auto& line) {
                builder.add(line);
            });
        const auto table = builder.build(std::nullopt);
        if (!summary || !table) return state.SkipWithError("cannot be read");
        state.counters["customers"] = static_cast<double>(table->rows());
        unpacked_bytes = summary->bytes;
    }
    report_speed(state, unpacked_bytes);
}

BENCHMARK_CAPTURE(split_records, online_retail, online_retail)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(split_records, synthetic, synthetic)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, online_retail, online_retail)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, synthetic, synthetic)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make_features, online_retail_gzip, packed_online_retail)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(make_features, synthetic, synthetic)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
