#include "store/connection_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace cpo::store {
namespace {

struct Connection {};

TEST(ConnectionPool, NoticesADeadlineThatIsCalledOffWhileItWaits) {
    ConnectionPool<Connection> pool(1);
    const auto held = pool.take(Deadline::never());
    ASSERT_TRUE(held);
    std::atomic<bool> is_called_off = false;
    const auto begin = std::chrono::steady_clock::now();
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        is_called_off = true;
    });
    const auto late = pool.take(Deadline::after(std::chrono::seconds(30)).unless(is_called_off));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace cpo::store
