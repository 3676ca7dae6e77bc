#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 names it
class App;
}

namespace cpo::app {

enum class Shell { kBash, kZsh, kFish };
std::optional<Shell> parse_shell(std::string_view name);

/// A completion script for the program `root` describes: its verbs, their options, and the values
/// of options that take one of a fixed set (CommandOption::one_of); file names for every other
/// value.
std::string completion_script(const CLI::App& root, Shell shell);

}  // namespace cpo::app
