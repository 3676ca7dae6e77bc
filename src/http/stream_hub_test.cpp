#include "http/stream_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "store_fixture.h"

namespace cpo::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class StreamHubTest : public StoreTest {
public:
    void SetUp() override {
        StoreTest::SetUp();
        if (!IsSkipped()) hub_ = std::make_unique<StreamHub>(store(), std::chrono::milliseconds(5));
    }
    StreamHub& hub() { return *hub_; }

    std::shared_ptr<BodyStream> listen(std::optional<std::int64_t> after = {}) {
        const auto stream = hub().open(workspace(), after, soon());
        EXPECT_TRUE(stream) << stream.error().message << stream.error().detail;
        return stream ? *stream : nullptr;
    }
    void publish(const std::string& object) {
        const auto done = store().change(
            workspace(),
            actor(),
            [&](store::Change& change) {
                return change.record({"job.start", "job", object, {}});
            },
            soon());
        EXPECT_TRUE(done) << done.error().message << done.error().detail;
    }
    /// The next text of the stream that is not empty; "over" when it ends.
    static std::string next_text(BodyStream& stream) {
        for (int i = 0; i < 1000; ++i) {
            const auto text = stream.next();
            if (!text) return "over";
            if (!text->empty()) return *text;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return "nothing came";
    }

private:
    std::unique_ptr<StreamHub> hub_;
};

TEST_P(StreamHubTest, TellsEveryListenerTheSame) {
    const auto one = listen();
    const auto two = listen();
    publish("job-1");
    const std::string text = next_text(*one);
    EXPECT_THAT(
        text, AllOf(StartsWith("id: 1\nevent: change\ndata: {"), HasSubstr(R"("object":"job-1")")));
    EXPECT_EQ(next_text(*two), text);
    publish("job-2");
    EXPECT_THAT(next_text(*one), StartsWith("id: 2\n"));
}

TEST_P(StreamHubTest, ReadsFromTheStoreForWhoWasAway) {
    publish("job-1");
    publish("job-2");
    const auto late = listen(1);
    EXPECT_THAT(next_text(*late), AllOf(StartsWith("id: 2\n"), HasSubstr("job-2")));
    publish("job-3");
    EXPECT_THAT(next_text(*late), AllOf(StartsWith("id: 3\n"), HasSubstr("job-3")));
    EXPECT_THAT(next_text(*listen(99)), StartsWith("id: 3\nevent: resync\n"))
        << "a number of another database";
}

TEST_P(StreamHubTest, NeverWaitsForNews) {
    const auto one = listen();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(one->next(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(900))
        << "1 ms each would keep a thousand streams waiting for a second";
}

TEST_P(StreamHubTest, EndsItsStreamsWhenItStops) {
    const auto one = listen();
    hub().stop();
    EXPECT_EQ(next_text(*one), "over");
    EXPECT_FALSE(hub().open(workspace(), {}, soon()));
}

INSTANTIATE_TEST_SUITE_P(Engines, StreamHubTest, kEngines, engine_name);

}  // namespace
}  // namespace cpo::http
