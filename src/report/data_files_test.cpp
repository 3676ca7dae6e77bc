#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/digest.h"
#include "base/json.h"
#include "report/invented_run.h"
#include "report/report.h"

namespace cpo::report {
namespace {

using ::testing::ElementsAre;

const RunFile& file_of(const std::vector<RunFile>& files, const std::string& name) {
    for (const RunFile& file : files)
        if (file.name == name) return file;
    std::abort();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

json::value json_file(const std::string& path) {
    std::ifstream stream(std::string(CPO_SOURCE_DIR) + "/" + path);
    std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    return *parse_json(text);
}

/// Every object of `value` has exactly the fields that its schema names (all of them when
/// required).
void expect_fields(const json::value& value, const json::object& schema, const std::string& place) {
    if (const auto* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i)
            expect_fields(
                (*array)[i], schema.at("items").as_object(), fmt::format("{}/{}", place, i));
        return;
    }
    const auto* object = value.if_object();
    if (object == nullptr || schema.contains("additionalProperties")) return;
    const json::object& named = schema.at("properties").as_object();
    for (const auto& [key, field] : *object) {
        const std::string at = fmt::format("{}/{}", place, std::string_view(key));
        ASSERT_TRUE(named.contains(key)) << at << " is not in the schema";
        expect_fields(field, named.at(key).as_object(), at);
    }
    for (const json::value& key : schema.at("required").as_array())
        EXPECT_TRUE(object->contains(key.as_string())) << place << " lacks " << key.as_string();
}

TEST(DataFiles, ComeInFlowOrderWithTheirRows) {
    const CampaignRun run = invented_run();
    const auto files = data_files(run);
    std::vector<std::string> names;
    names.reserve(files.size());
    for (const RunFile& file : files) names.push_back(file.name);
    EXPECT_THAT(names,
                ElementsAre("customers.csv",
                            "segments.csv",
                            "segments.json",
                            "context.jsonl",
                            "variants.jsonl",
                            "verdicts.jsonl",
                            "experiments.json",
                            "assignments.csv"));
    EXPECT_EQ(file_of(files, "customers.csv").rows, 900U);
    EXPECT_EQ(file_of(files, "variants.jsonl").rows, 15U);
    for (const RunFile& file : files) {
        if (file.name.ends_with(".jsonl")) {
            EXPECT_EQ(lines_of(file.content).size(), file.rows) << file.name;
        } else if (file.name.ends_with(".csv")) {
            EXPECT_EQ(lines_of(file.content).size(), file.rows + 1) << file.name;
        }
    }
}

TEST(DataFiles, WriteTablesThatReadBackExactly) {
    CampaignRun run = invented_run();
    run.customers.ids[0] = "a,\"b\"";
    run.customers.values[0] = 0.1;
    run.customers.values[1] = 17850;
    const auto files = data_files(run);
    const auto customers = lines_of(file_of(files, "customers.csv").content);
    EXPECT_EQ(customers[0], "id,recency_days,frequency,monetary,average_order,returns_share");
    EXPECT_TRUE(customers[1].starts_with("\"a,\"\"b\"\"\",0.1,17850,")) << customers[1];
    const auto row = lines_of(file_of(files, "customers.csv").content)[5];
    EXPECT_EQ(std::strtod(row.substr(row.find(',') + 1).c_str(), nullptr), run.customers.at(4, 0));
    EXPECT_EQ(lines_of(file_of(files, "segments.csv").content)[0], "id,segment");
    EXPECT_EQ(lines_of(file_of(files, "segments.csv").content)[2],
              fmt::format("{},{}", run.customers.ids[1], run.segmentation.segment_of[1]));
    EXPECT_EQ(lines_of(file_of(files, "assignments.csv").content)[0], "unit,experiment,arm");
}

TEST(DataFiles, HaveExactlyTheFieldsOfTheirSchemas) {
    const auto files = data_files(invented_run());
    for (const auto& [name, schema] :
         {std::pair<std::string, std::string>{"segments.json", "segments"},
          {"context.jsonl", "context"},
          {"variants.jsonl", "variant"},
          {"verdicts.jsonl", "verdict"},
          {"experiments.json", "experiments"}}) {
        const auto rules = json_file(fmt::format("api/{}.schema.json", schema));
        const std::string& content = file_of(files, name).content;
        const auto texts =
            name.ends_with(".jsonl") ? lines_of(content) : std::vector<std::string>{content};
        for (const std::string& text : texts)
            expect_fields(*parse_json(text), rules.as_object(), name);
    }
}

TEST(DataFiles, AreTheSameForTheSameRun) {
    const auto first = data_files(invented_run());
    const auto second = data_files(invented_run());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].content, second[i].content);
}

TEST(RunManifest, HasExactlyTheFieldsOfItsSchemaAndTheHashesOfTheFiles) {
    const CampaignRun run = invented_run();
    const auto files = data_files(run);
    const auto manifest = *parse_json(run_manifest(run, files).content);
    expect_fields(manifest, json_file("api/run.schema.json").as_object(), "run.json");
    const auto& listed = manifest.as_object().at("files").as_array();
    ASSERT_EQ(listed.size(), files.size());
    for (std::size_t i = 0; i < files.size(); ++i)
        EXPECT_EQ(listed[i].as_object().at("sha256").as_string(), sha256_hex(files[i].content));
    const auto& counts = manifest.as_object().at("counts").as_object();
    EXPECT_EQ(counts.at("verdicts").as_object().at("pass").to_number<int>(), 13);
    EXPECT_EQ(counts.at("verdicts").as_object().at("review").to_number<int>(), 1);
    EXPECT_EQ(counts.at("verdicts").as_object().at("block").to_number<int>(), 1);
}

TEST(RunManifest, IsValidJsonForValuesCutInsideACharacter) {
    CampaignRun run = invented_run();
    run.input->rejected[0].value = "caf\xC3";
    const auto manifest = parse_json(run_manifest(run, data_files(run)).content);
    ASSERT_TRUE(manifest) << manifest.error().message;
}

TEST(RunManifest, SaysNullWithoutInput) {
    CampaignRun run = invented_run();
    run.input.reset();
    run.totals.reset();
    const auto manifest = *parse_json(run_manifest(run, {}).content);
    EXPECT_TRUE(manifest.as_object().at("input").is_null());
    EXPECT_TRUE(manifest.as_object().at("totals").is_null());
}

}  // namespace
}  // namespace cpo::report
