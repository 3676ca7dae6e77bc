#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <utility>

namespace cpo::app {

CommandOption CommandOption::required() {
    option_->required();
    return *this;
}

CommandOption CommandOption::one_of(std::vector<std::string> values) {
    option_->check(CLI::IsMember(std::move(values)));
    return *this;
}

CommandOption CommandOption::in_range(int from, int to) {
    option_->check(CLI::Range(from, to));
    return *this;
}

CommandOption CommandOption::in_range(std::int64_t from, std::int64_t to) {
    option_->check(CLI::Range(from, to));
    return *this;
}

CommandOption CommandOption::in_range(double from, double to) {
    option_->check(CLI::Range(from, to));
    return *this;
}

CommandOption CommandOption::existing_file() {
    option_->check(CLI::ExistingFile);
    return *this;
}

CommandOption CommandOption::check(std::function<std::string(const std::string&)> fault_of,
                                   const std::string& kind) {
    option_->check(CLI::Validator(std::move(fault_of), kind));
    return *this;
}

CommandOption CommandOption::separated_by(char delimiter) {
    option_->delimiter(delimiter);
    return *this;
}

CommandOption CommandOption::shows_default() {
    option_->capture_default_str();
    return *this;
}

CommandOption CommandOption::excludes(CommandOption other) {
    option_->excludes(other.option_);
    return *this;
}

CommandOption CommandOption::needs(CommandOption other) {
    option_->needs(other.option_);
    return *this;
}

Command Command::add_verb(const std::string& name, const std::string& description) {
    return Command(*app_->add_subcommand(name, description));
}

void Command::require_verb() { app_->require_subcommand(1); }

template <typename Value>
CommandOption Command::option(const std::string& names,
                              Value& target,
                              const std::string& description) {
    return CommandOption(*app_->add_option(names, target, description));
}

template CommandOption Command::option(const std::string&, std::string&, const std::string&);
template CommandOption Command::option(const std::string&,
                                       std::vector<std::string>&,
                                       const std::string&);
template CommandOption Command::option(const std::string&, int&, const std::string&);
template CommandOption Command::option(const std::string&, std::int64_t&, const std::string&);
template CommandOption Command::option(const std::string&, std::uint64_t&, const std::string&);
template CommandOption Command::option(const std::string&, double&, const std::string&);
template CommandOption Command::option(const std::string&, std::optional<int>&, const std::string&);

CommandOption Command::flag(const std::string& names,
                            bool& target,
                            const std::string& description) {
    return CommandOption(*app_->add_flag(names, target, description));
}

void Command::footer(const std::string& text) { app_->footer(text); }

void Command::on_run(std::function<void()> run) { app_->callback(std::move(run)); }

std::vector<std::string> Command::words_without(const std::string& option) const {
    std::vector<std::string> words;
    for (const CLI::Option* given : app_->parse_order()) {
        if (given->get_name() == option) continue;
        words.push_back(given->get_name());
        if (!given->results().empty() && given->get_type_size() != 0)
            words.push_back(fmt::format("{}", fmt::join(given->results(), ",")));
    }
    return words;
}

CommandLine::CommandLine(const std::string& name,
                         const std::string& description,
                         const std::string& version)
    : parser_(std::make_unique<CLI::App>(description)) {
    parser_->name(name);
    parser_->set_version_flag("--version", version);
}

CommandLine::~CommandLine() = default;

std::optional<int> CommandLine::run(int argc, char** argv) {
    try {
        parser_->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return parser_->exit(error) == 0 ? 0 : 2;
    }
    return std::nullopt;
}

}  // namespace cpo::app
