#include "app/files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "base/digest.h"

namespace cpo::app {
namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

Result<std::string> read_stream(std::istream& input, const std::string& path) {
    std::string content;
    std::array<char, 1 << 16> block{};
    while (input.read(block.data(), block.size()), input.gcount() > 0) {
        content.append(block.data(), static_cast<std::size_t>(input.gcount()));
        if (content.size() > kFileBytesMax)
            return Error{ErrorCode::kResourceExhausted,
                         fmt::format("{} is larger than {} MiB", path, kFileBytesMax >> 20),
                         {}};
    }
    return content;
}

}  // namespace

Result<std::unique_ptr<std::istream>> open_input(const std::string& path) {
    if (path == "-") return std::make_unique<std::istream>(std::cin.rdbuf());
    if (std::filesystem::is_directory(path))
        return invalid_argument(fmt::format("{} is a folder, expected a file", path));
    auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!file->is_open())
        return Error{
            ErrorCode::kNotFound, fmt::format("cannot open {}: {}", path, reason_of(errno)), {}};
    return std::unique_ptr<std::istream>(std::move(file));
}

Result<std::string> read_file(const std::string& path) {
    const auto input = TRY(open_input(path));
    return read_stream(*input, path);
}

Result<std::string> sha256_of_file(const std::string& path) {
    if (path == "-") return std::string();
    const auto input = TRY(open_input(path));
    Sha256 hash;
    std::array<char, 1 << 16> block{};
    while (input->read(block.data(), block.size()), input->gcount() > 0)
        hash.update({block.data(), static_cast<std::size_t>(input->gcount())});
    return hash.finish();
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
    if (path_ == "-") {
        stream_ = std::make_unique<std::ostream>(std::cout.rdbuf());
        return;
    }
    // A device or a pipe is written to, not replaced by a file.
    std::error_code failure;
    const auto status = std::filesystem::status(path_, failure);
    const bool is_replaced = !std::filesystem::exists(status) || is_regular_file(status);
    if (is_replaced) temporary_ = fmt::format("{}.part-{}", path_, ::getpid());
    stream_ = std::make_unique<std::ofstream>(is_replaced ? temporary_ : path_,
                                              std::ios::binary | std::ios::trunc);
}

Result<OutputFile> OutputFile::open(const std::string& path) {
    OutputFile file(path);
    if (file.stream_->fail()) {
        file.stream_.reset();  // There is nothing to remove.
        return invalid_argument(fmt::format("cannot write {}: {}", path, reason_of(errno)));
    }
    return file;
}

OutputFile::~OutputFile() {
    if (!stream_ || temporary_.empty()) return;
    stream_.reset();
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
}

void OutputFile::write(std::string_view content) {
    stream_->write(content.data(), static_cast<std::streamsize>(content.size()));
}

Result<void> OutputFile::finish() {
    stream_->flush();
    if (temporary_.empty()) {
        if (*stream_) return {};
        return Error{
            ErrorCode::kInternal,
            fmt::format("cannot write to {}", path_ == "-" ? "standard output" : path_.c_str()),
            {}};
    }
    std::error_code failure;
    if (*stream_) {
        std::filesystem::rename(temporary_, path_, failure);
        if (!failure) {
            stream_.reset();
            return {};
        }
    }
    return Error{
        ErrorCode::kInternal, fmt::format("cannot write {}: disk full or not writable", path_), {}};
}

Result<void> write_file(const std::string& path, std::string_view content) {
    auto file = TRY(OutputFile::open(path));
    file.write(content);
    return file.finish();
}

}  // namespace cpo::app
