#include "ingest/byte_source.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "base/digest.h"

namespace cpo::ingest {
namespace {

constexpr std::size_t kBlockBytes = 64 << 10;
constexpr unsigned char kGzipMagic[] = {0x1F, 0x8B};

}  // namespace

struct ByteSource::State {
    enum class Kind { kUnknown, kPlain, kGzip };

    State(std::istream& stream, std::string file) : input(stream), name(std::move(file)) {}
    ~State() {
        if (kind == Kind::kGzip) inflateEnd(&unpacker);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    Result<void> fill();
    Result<void> decide();
    std::size_t take(char* out, std::size_t size);
    Result<std::size_t> unpack(char* out, std::size_t size);
    Result<bool> begin_member();
    Error damaged(const char* what) const;

    std::istream& input;
    std::string name;
    Kind kind = Kind::kUnknown;
    Sha256 hash;
    std::array<unsigned char, kBlockBytes> block{};
    std::size_t block_begin = 0, block_end = 0;  ///< What is left of `block`.
    std::size_t block_offset = 0;                ///< Where the end of `block` lies in the file.
    bool is_at_end = false;                      ///< The stream has nothing more.
    z_stream unpacker{};
    bool is_in_member = false;
};

/// Reads the next block once the last one is used up.
Result<void> ByteSource::State::fill() {
    if (block_begin < block_end || is_at_end) return {};
    char* const bytes = reinterpret_cast<char*>(block.data());
    input.read(bytes, kBlockBytes);
    if (input.bad())
        return Error{ErrorCode::kUnavailable,
                     fmt::format("{}: cannot be read after byte {}", name, block_offset),
                     {}};
    block_begin = 0;
    block_end = static_cast<std::size_t>(input.gcount());
    block_offset += block_end;
    is_at_end = block_end < kBlockBytes;
    hash.update({bytes, block_end});
    return {};
}

Result<void> ByteSource::State::decide() {
    const auto filled = fill();
    if (!filled) return filled.error();
    const bool has_magic =
        block_end >= 2 && std::equal(std::begin(kGzipMagic), std::end(kGzipMagic), block.data());
    kind = Kind::kPlain;
    if (!has_magic) return {};
    constexpr int kWindowBits = 15;
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&unpacker, kWindowBits + kGzipOnly) != Z_OK)
        return Error{ErrorCode::kResourceExhausted, "no memory to unpack gzip", {}};
    kind = Kind::kGzip;
    is_in_member = true;
    return {};
}

std::size_t ByteSource::State::take(char* out, std::size_t size) {
    const std::size_t count = std::min(size, block_end - block_begin);
    std::memcpy(out, block.data() + block_begin, count);
    block_begin += count;
    return count;
}

Error ByteSource::State::damaged(const char* what) const {
    return invalid_argument(fmt::format(
        "{}: damaged gzip at byte {}: {}", name, block_offset - (block_end - block_begin), what));
}

/// Between two members: false at the end of the file. Zero bytes after the last member are padding
/// (tapes and some archivers write them).
Result<bool> ByteSource::State::begin_member() {
    bool is_padding = false;
    for (;;) {
        const auto filled = fill();
        if (!filled) return filled.error();
        if (block_begin == block_end) return false;
        if (block[block_begin] != 0) break;
        is_padding = true;
        ++block_begin;
    }
    if (is_padding || block[block_begin] != kGzipMagic[0])
        return damaged("bytes after the end of the compressed data");
    inflateReset(&unpacker);
    is_in_member = true;
    return true;
}

Result<std::size_t> ByteSource::State::unpack(char* out, std::size_t size) {
    constexpr std::size_t kOutputBytesMax = std::size_t{1} << 30;  // zlib counts in 32 bits.
    const auto wanted = static_cast<uInt>(std::min(size, kOutputBytesMax));
    unpacker.next_out = reinterpret_cast<Bytef*>(out);
    unpacker.avail_out = wanted;
    // Each round uses up input or makes output, so the file's length bounds the loop.
    while (unpacker.avail_out == wanted) {
        if (!is_in_member && !TRY(begin_member())) return std::size_t{0};
        const auto filled = fill();
        if (!filled) return filled.error();
        if (block_begin == block_end) return damaged("the file ends in the middle; copy it again");
        unpacker.next_in = block.data() + block_begin;
        unpacker.avail_in = static_cast<uInt>(block_end - block_begin);
        const int status = inflate(&unpacker, Z_NO_FLUSH);
        block_begin = block_end - unpacker.avail_in;
        if (status == Z_STREAM_END)
            is_in_member = false;
        else if (status != Z_OK)
            return damaged(unpacker.msg != nullptr ? unpacker.msg : "unreadable");
    }
    return std::size_t{wanted} - unpacker.avail_out;
}

ByteSource::ByteSource(std::istream& input, std::string name)
    : state_(std::make_unique<State>(input, std::move(name))) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

Result<std::size_t> ByteSource::read(char* out, std::size_t size) {
    assert(size > 0);
    State& state = *state_;
    if (state.kind == State::Kind::kUnknown) {
        const auto decided = state.decide();
        if (!decided) return decided.error();
    }
    if (state.kind == State::Kind::kGzip) return state.unpack(out, size);
    const auto filled = state.fill();
    if (!filled) return filled.error();
    return state.take(out, size);
}

bool ByteSource::is_gzip() const { return state_->kind == State::Kind::kGzip; }

std::string ByteSource::finish_sha256() { return state_->hash.finish(); }

}  // namespace cpo::ingest
