#include "store/recent_reads.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace cpo::store {
namespace {

class RecentReadsTest : public StoreTest {
public:
    void SetUp() override {
        StoreTest::SetUp();
        if (!IsSkipped()) reads_.emplace(store());
    }
    /// How many reads there were, as the last one saw it; kept under `key`.
    int read(const std::string& key) {
        const auto kept = reads_->get(key, [this]() -> Result<int> { return ++count_; });
        return kept ? **kept : -1;
    }
    RecentReads<int>& reads() { return *reads_; }

    static Result<void> audited(Change& change) {
        return change.record({"workspace.touch", "workspace", change.workspace(), {}});
    }

private:
    int count_ = 0;
    std::optional<RecentReads<int>> reads_;
};

TEST_P(RecentReadsTest, ReadsAgainAfterATenthOfASecondAndWhenTheClockIsPutBack) {
    EXPECT_EQ(read("a"), 1);
    clock().advance(kRecent - std::chrono::milliseconds(1));
    EXPECT_EQ(read("a"), 1);
    EXPECT_EQ(read("b"), 2) << "another key";
    clock().advance(std::chrono::milliseconds(1));
    EXPECT_EQ(read("a"), 3);
    clock().advance(std::chrono::hours(-1));
    EXPECT_EQ(read("a"), 4);
}

TEST_P(RecentReadsTest, SeesAChangeOfThisProcessAtOnceAndOneOfAnotherSoon) {
    EXPECT_EQ(read("a"), 1);
    Store other(database(), clock());
    ASSERT_TRUE(other.change(workspace(), actor(), audited, soon()));
    EXPECT_EQ(read("a"), 1);
    clock().advance(kRecent);
    EXPECT_EQ(read("a"), 2);
    ASSERT_TRUE(store().change(workspace(), actor(), audited, soon()));
    EXPECT_EQ(read("a"), 3);
}

TEST_P(RecentReadsTest, DoesNotKeepWhatAChangeOvertook) {
    const auto kept = reads().get("a", [this]() -> Result<int> {
        TRY(store().change(workspace(), actor(), audited, soon()));
        return 100;
    });
    ASSERT_TRUE(kept);
    EXPECT_EQ(**kept, 100);
    EXPECT_EQ(read("a"), 1);
}

TEST_P(RecentReadsTest, KeepsNoErrorAndNotTooMany) {
    const auto failed = reads().get("a", []() -> Result<int> {
        return Error{ErrorCode::kNotFound, "no such key", {}};
    });
    EXPECT_EQ(failed.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(read("a"), 1);
    for (int i = 0; i < 1'000; ++i) read(fmt::format("b{}", i));
    EXPECT_EQ(read("b999"), 1'001) << "one of the last";
    EXPECT_EQ(read("a"), 1'002) << "made room";
}

INSTANTIATE_TEST_SUITE_P(Engines, RecentReadsTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
