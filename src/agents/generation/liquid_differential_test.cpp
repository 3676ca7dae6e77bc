#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "agents/generation/liquid.h"

namespace cpo::generation {
namespace {

// Expected texts: npm liquidjs 10.30.1, run by tests/liquid_differential.mjs.
TEST(LiquidDifferential, RendersEveryCaseAsLiquidjsDoes) {
    const std::ifstream file(CPO_SOURCE_DIR "/tests/data/liquid_cases.json");
    ASSERT_TRUE(file);
    std::stringstream content;
    content << file.rdbuf();
    const auto recorded = parse_json(content.str());
    ASSERT_TRUE(recorded) << recorded.error().message;
    const auto& variables = recorded->at("variables").as_object();
    const auto& cases = recorded->at("cases").as_array();
    EXPECT_GE(cases.size(), 300U);
    for (const auto& entry : cases) {
        const std::string source(entry.at(0).as_string());
        SCOPED_TRACE(source);
        const auto parsed = LiquidTemplate::parse(source);
        const auto rendered =
            parsed ? parsed->render(variables) : Result<std::string>(parsed.error());
        if (entry.at(1).is_null()) {
            EXPECT_FALSE(rendered) << "liquidjs refuses it; we wrote: " << *rendered;
            continue;
        }
        EXPECT_TRUE(rendered) << rendered.error().message;
        if (!rendered) continue;
        EXPECT_EQ(*rendered, std::string(entry.at(1).as_string()));
    }
}

}  // namespace
}  // namespace cpo::generation
