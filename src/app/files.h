#pragma once

#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cpo::app {

/// Largest file that is read whole (documents, JSON); transaction files are streamed and have no
/// limit.
inline constexpr std::size_t kFileBytesMax = std::size_t{256} << 20;

/// Whole content of a file; "-" is standard input. Errors: kNotFound, kResourceExhausted over
/// kFileBytesMax.
Result<std::string> read_file(const std::string& path);

/// Opens a file for streaming; "-" is standard input. Errors: kNotFound.
Result<std::unique_ptr<std::istream>> open_input(const std::string& path);

/// SHA-256 of a file's bytes, streamed; empty for "-".
Result<std::string> sha256_of_file(const std::string& path);

/// A file that is written piece by piece, beside `path` and renamed in the end, so that readers see
/// the old content or the new, never a part; what is not finished goes with the object. A device or
/// a pipe is written to as it is; "-" is standard output. Not thread-safe.
class OutputFile {
public:
    /// Errors: kInvalidArgument (no such folder).
    static Result<OutputFile> open(const std::string& path);
    ~OutputFile();
    OutputFile(OutputFile&&) noexcept = default;
    OutputFile& operator=(OutputFile&&) = delete;

    void write(std::string_view content);
    /// Errors: kInternal (disk), of any write.
    Result<void> finish();

private:
    explicit OutputFile(std::string path);

    std::string path_, temporary_;  ///< The latter is empty where nothing is renamed.
    std::unique_ptr<std::ostream> stream_;
};

/// Writes an OutputFile at once.
Result<void> write_file(const std::string& path, std::string_view content);

}  // namespace cpo::app
