#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace cpo::app {

/// The folder of `cpo demo`: sample.db, sign-in.txt, summary.json, readable by its owner only.
/// While the sample is made there is also a file `making`, locked by the process that makes it.
class SampleFolder {
public:
    explicit SampleFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
    ~SampleFolder();
    SampleFolder(const SampleFolder&) = delete;
    SampleFolder& operator=(const SampleFolder&) = delete;

    std::filesystem::path database() const { return folder_ / "sample.db"; }

    /// True when the sample has to be made: then the folder is there and marked, and what a call
    /// that was cut off has left is gone. A finished sample is never touched. Errors: kUnavailable
    /// when another process is making it, kInvalidArgument for a folder that cannot be used.
    Result<bool> begin();
    /// Keeps what people need to know and takes the mark away. Errors: kInvalidArgument.
    Result<void> finish(const std::string& sign_ins, const std::string& summary);

    /// As they were given to finish(); empty when somebody removed the file.
    std::string sign_ins() const;
    std::string summary() const;

private:
    std::filesystem::path mark() const { return folder_ / "making"; }
    Result<void> write(const char* name, const std::string& text) const;

    std::filesystem::path folder_;
    int mark_ = -1;  ///< Descriptor of the locked mark.
};

}  // namespace cpo::app
