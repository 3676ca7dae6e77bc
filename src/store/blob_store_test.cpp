#include "store/blob_store.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "store_fixture.h"

namespace cpo::store {
namespace {

class BlobStoreTest : public StoreTest {
public:
    Result<std::string> write(const std::string& bytes) {
        return store().change(
            workspace(),
            actor(),
            [&](Change& change) -> Result<std::string> {
                const auto id = TRY(write_blob(change, bytes, "text/csv"));
                TRY(change.record({"file.add", "file", id, {}}));
                return id;
            },
            soon());
    }
    Result<Blob> read(const std::string& workspace, const std::string& id) {
        return store().read([&](Session& session) { return read_blob(session, workspace, id); },
                            soon());
    }
    Result<void> maintain(const std::function<Result<void>(Session&)>& work) {
        return store().maintain(work, soon());
    }
};

TEST_P(BlobStoreTest, GivesBytesOfEverySizeBack) {
    constexpr std::size_t kChunk = std::size_t{1} << 20;
    Random random(7);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk + 17}) {
        std::string bytes(size, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random.below(256));
        const auto id = write(bytes);
        ASSERT_TRUE(id) << id.error().detail;
        const auto blob = read(workspace(), *id);
        ASSERT_TRUE(blob) << blob.error().detail;
        EXPECT_EQ(blob->media_type, "text/csv");
        EXPECT_TRUE(blob->bytes == bytes) << size;
    }
}

TEST_P(BlobStoreTest, HidesTheFilesOfOtherWorkspaces) {
    const auto id = write("secret");
    ASSERT_TRUE(id);
    const std::string other = make_workspace("Other");
    const auto blob = read(other, *id);
    ASSERT_FALSE(blob);
    EXPECT_EQ(blob.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(maintain([&](Session& session) { return delete_blob(session, other, *id); }));
    EXPECT_TRUE(read(workspace(), *id));
}

TEST_P(BlobStoreTest, DeletesAllPieces) {
    const auto id = write(std::string(3'000'000, 'x'));
    ASSERT_TRUE(id);
    EXPECT_TRUE(maintain([&](Session& session) { return delete_blob(session, workspace(), *id); }));
    EXPECT_EQ(read(workspace(), *id).error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(maintain([&](Session& session) -> Result<void> {
        const auto left = TRY(session.execute("SELECT COUNT(*) AS c FROM blob_chunks"));
        EXPECT_EQ(left.front().integer("c"), 0);
        return {};
    }));
    const auto again =
        maintain([&](Session& session) { return delete_blob(session, workspace(), *id); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
}

TEST_P(BlobStoreTest, NoticesDamagedAndMissingPieces) {
    const auto id = write(std::string(2'000'000, 'x'));
    ASSERT_TRUE(id);
    const auto damaged = [&](std::string_view sql) {
        EXPECT_TRUE(maintain([&](Session& session) -> Result<void> {
            TRY(session.execute(sql, {Bytes{"y"}}));
            return {};
        }));
        const auto blob = read(workspace(), *id);
        return !blob && blob.error().code == ErrorCode::kInternal;
    };
    EXPECT_TRUE(damaged("UPDATE blob_chunks SET bytes = $1 WHERE number = 0"));
    EXPECT_TRUE(damaged("DELETE FROM blob_chunks WHERE number = 1 AND bytes <> $1"));
}

TEST_P(BlobStoreTest, RefusesMoreThanTheLimit) {
    const auto id = write(std::string(kBlobBytesMax + 1, '\0'));
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error().code, ErrorCode::kResourceExhausted);
}

INSTANTIATE_TEST_SUITE_P(Engines, BlobStoreTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::store
