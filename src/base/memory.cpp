#include "base/memory.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>

namespace cpo {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// The number behind `key` in a file of lines "key number"; nothing when there is none.
std::optional<std::uint64_t> number_in(const std::string& path, std::string_view key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word;
        std::uint64_t number = 0;
        if (words >> word >> number && word == key) return number;
    }
    return std::nullopt;
}

/// A file that holds one number; nothing for "max", or when it cannot be read.
std::optional<std::uint64_t> number_of(const std::string& path) {
    std::ifstream file(path);
    std::uint64_t number = 0;
    if (file >> number) return number;
    return std::nullopt;
}

void lower(MemoryRoom& room, std::uint64_t limit, std::uint64_t used) {
    room.total = std::min(room.total, limit);
    room.available = std::min(room.available, limit > used ? limit - used : 0);
}

/// What the two versions of control groups call things.
struct GroupFiles {
    std::string_view mount, limit, usage, file_pages;
};
constexpr GroupFiles kVersion1{"/sys/fs/cgroup/memory",
                               "memory.limit_in_bytes",
                               "memory.usage_in_bytes",
                               "total_inactive_file"};
constexpr GroupFiles kVersion2{"/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};

/// Limits of the group `path` and of each above it.
void lower_by_groups(MemoryRoom& room,
                     const std::string& root,
                     const GroupFiles& files,
                     std::string path) {
    while (true) {
        const std::string folder = fmt::format("{}{}{}", root, files.mount, path);
        const auto limit = number_of(fmt::format("{}/{}", folder, files.limit));
        const auto usage = number_of(fmt::format("{}/{}", folder, files.usage));
        if (limit && usage) {
            const auto pages = number_in(folder + "/memory.stat", files.file_pages).value_or(0);
            lower(room, *limit, *usage - std::min(pages, *usage));
        }
        if (path.empty()) return;
        path.resize(path.rfind('/'));
    }
}

void lower_by_groups(MemoryRoom& room, const std::string& root) {
    std::ifstream file(root + "/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {  // "4:memory:/path" or "0::/path".
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers =
            fmt::format(",{},", line.substr(first + 1, second - first - 1));
        std::string path = line.substr(second + 1);
        if (path.empty() || path.front() != '/') continue;
        if (path == "/") path.clear();
        if (controllers == ",,")
            lower_by_groups(room, root, kVersion2, path);
        else if (controllers.find(",memory,") != std::string::npos)
            lower_by_groups(room, root, kVersion1, path);
    }
}

void lower_by_address_space(MemoryRoom& room) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
    const auto pages = number_of("/proc/self/statm").value_or(0);
    lower(room, limit.rlim_cur, pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}

}  // namespace

MemoryRoom memory_room(const std::string& root) {
    const std::string machine = root + "/proc/meminfo";
    MemoryRoom room{kUnlimited, kUnlimited};
    if (const auto total = number_in(machine, "MemTotal:")) room.total = *total * 1024;
    if (const auto available = number_in(machine, "MemAvailable:"))
        room.available = *available * 1024;
    room.available = std::min(room.available, room.total);
    lower_by_groups(room, root);
    if (root.empty()) lower_by_address_space(room);
    return room;
}

std::string memory_words(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 4> kUnits{"MB", "GB", "TB", "PB"};
    double amount = static_cast<double>(bytes) / 1e6;
    std::size_t unit = 0;
    while (unit + 1 < kUnits.size() && amount >= 999.5) {
        amount /= 1000;
        ++unit;
    }
    if (amount < 9.95 && unit > 0) return fmt::format("{:.1f} {}", amount, kUnits[unit]);
    return fmt::format("{:.0f} {}", std::max(1.0, amount), kUnits[unit]);
}

}  // namespace cpo
