#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 names it
class App;
class Option;
}  // namespace CLI

namespace cpo::app {

/// What is said of an option after it was added; each call gives the option back. Like Command a
/// handle: the parser behind it (CLI11) owns both, and only command_line.cpp and completion.cpp see
/// its header, which costs seconds of compiling.
class CommandOption {
public:
    explicit CommandOption(CLI::Option& option) : option_(&option) {}

    CommandOption required();
    CommandOption one_of(std::vector<std::string> values);
    CommandOption in_range(int from, int to);
    CommandOption in_range(std::int64_t from, std::int64_t to);
    CommandOption in_range(double from, double to);
    CommandOption existing_file();
    /// `fault_of` gives what is wrong with a word, or nothing; `kind` stands in the help.
    CommandOption check(std::function<std::string(const std::string&)> fault_of,
                        const std::string& kind);
    /// Several values in one word, or several words.
    CommandOption separated_by(char delimiter);
    CommandOption shows_default();
    CommandOption excludes(CommandOption other);
    CommandOption needs(CommandOption other);

private:
    CLI::Option* option_;
};

/// A verb, or the program itself. The targets of options and what the callback holds must live as
/// long as the parser.
class Command {
public:
    explicit Command(CLI::App& app) : app_(&app) {}

    Command add_verb(const std::string& name, const std::string& description);
    /// One of its verbs must be named.
    void require_verb();
    /// Value is a text, a list of texts, an int, std::int64_t, std::uint64_t, double, or an
    /// optional int: the instances stand in command_line.cpp.
    template <typename Value>
    CommandOption option(const std::string& names, Value& target, const std::string& description);
    /// "!--no-x" sets false.
    CommandOption flag(const std::string& names, bool& target, const std::string& description);
    void footer(const std::string& text);
    /// Runs when this verb was named and its options could be read.
    void on_run(std::function<void()> run);

    /// Options and their values as they were typed, but for the one of this name.
    std::vector<std::string> words_without(const std::string& option) const;
    const CLI::App& parser() const { return *app_; }

private:
    CLI::App* app_;
};

/// The parser of the program; owns all its verbs.
class CommandLine {
public:
    CommandLine(const std::string& name,
                const std::string& description,
                const std::string& version);
    ~CommandLine();

    /// The program as a command, to which verbs are added.
    Command program() const { return Command(*parser_); }
    /// Reads the words and runs the verb. The exit code when it ends there: 0 for --help and
    /// --version, 2 when the words cannot be read (which is then told).
    std::optional<int> run(int argc, char** argv);

private:
    std::unique_ptr<CLI::App> parser_;
};

}  // namespace cpo::app
