#include "store/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace cpo::store {
namespace {

class AuditTest : public StoreTest {
public:
    void record(const std::string& action, const std::string& object) {
        const auto done = store().change(
            workspace(),
            actor(),
            [&](Change& change) -> Result<void> {
                return change.record({action, "thing", object, {{"note", "x"}}});
            },
            soon());
        ASSERT_TRUE(done) << done.error().message << done.error().detail;
    }
    Result<AuditCheck> verify() {
        return store().read([&](Session& session) { return verify_audit(session, workspace()); },
                            soon());
    }
};

TEST_P(AuditTest, NumbersEntriesWithoutGapsAndChainsThem) {
    for (int i = 0; i < 5; ++i) record("thing.make", std::to_string(i));
    const auto check = verify();
    ASSERT_TRUE(check) << check.error().message << check.error().detail;
    EXPECT_TRUE(check->is_intact) << check->reason;
    EXPECT_EQ(check->lines, 5);
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
