#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace cpo::app {

enum class Shell { kBash, kZsh, kFish };
std::optional<Shell> parse_shell(std::string_view name);

/// A completion script for the program `root` describes: its verbs, their options, and the values
/// of options that take one of a fixed set (CLI::IsMember); file names for every other value.
std::string completion_script(const CLI::App& root, Shell shell);

}  // namespace cpo::app
