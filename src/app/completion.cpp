#include "app/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

namespace cpo::app {
namespace {

/// What can follow one verb.
struct VerbOption {
    std::vector<std::string> names;  ///< "--output", "-o".
    std::string description;
    bool takes_value = false;
    std::vector<std::string> choices;
};
struct Verb {
    std::vector<std::string> path;                              ///< "cpo", "features", "rfm".
    std::vector<std::pair<std::string, std::string>> children;  ///< Name, description.
    std::vector<VerbOption> options;

    std::string joined() const { return fmt::format("{}", fmt::join(path, " ")); }
};

/// The first line, up to the first full stop or colon: what fits beside a candidate.
std::string summary_of(const std::string& description) {
    return description.substr(0, std::min(description.find_first_of(".:;\n"), std::size_t{80}));
}

/// CLI::IsMember shows its set as "{a,b,c}" in the name of the type.
std::vector<std::string> choices_of(const std::string& type_name) {
    std::vector<std::string> choices;
    const auto open = type_name.find('{');
    const auto close = type_name.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return choices;
    for (std::size_t from = open + 1; from <= close;) {
        const auto end = std::min(type_name.find(',', from), close);
        choices.push_back(type_name.substr(from, end - from));
        from = end + 1;
    }
    return choices;
}

VerbOption describe(const CLI::Option& option) {
    VerbOption described;
    for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
    for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
    described.description = summary_of(option.get_description());
    described.takes_value = option.get_items_expected_max() > 0;
    described.choices = choices_of(option.get_type_name());
    return described;
}

void collect(const CLI::App& app, std::vector<std::string> path, std::vector<Verb>& verbs) {
    path.push_back(app.get_name());
    Verb verb;
    verb.path = path;
    const auto children = app.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* child : children)
        if (!child->get_name().empty())
            verb.children.emplace_back(child->get_name(), summary_of(child->get_description()));
    for (const auto* option : app.get_options()) {
        auto described = describe(*option);
        if (!described.names.empty()) {
            verb.options.push_back(std::move(described));
            continue;
        }
        for (auto& choice : described.choices)  // Of a positional: offered beside the verbs.
            verb.children.emplace_back(std::move(choice), described.description);
    }
    verbs.push_back(std::move(verb));
    for (const auto* child : children)
        if (!child->get_name().empty()) collect(*child, path, verbs);
}

/// In single quotes for any of the three shells.
std::string shell_quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string quoted_list(const std::vector<std::string>& words) {
    return shell_quoted(fmt::format("{}", fmt::join(words, " ")));
}

/// The case lines that both bash and zsh use: which words go one verb deeper.
std::string deeper_lines(const std::vector<Verb>& verbs) {
    std::string lines;
    for (const Verb& verb : verbs)
        if (verb.path.size() > 1)
            lines += fmt::format("      {}) ;;\n", shell_quoted(verb.joined()));
    return lines + "      *) continue ;;\n";
}

/// Calls `add(pattern, choices)` for every option of every verb that takes a value.
template <typename Add>
void for_each_value_option(const std::vector<Verb>& verbs, Add add) {
    for (const Verb& verb : verbs)
        for (const VerbOption& option : verb.options) {
            if (!option.takes_value) continue;
            std::vector<std::string> patterns;
            patterns.reserve(option.names.size());
            for (const auto& name : option.names)
                patterns.push_back(shell_quoted(verb.joined() + " " + name));
            add(fmt::format("{}", fmt::join(patterns, "|")), option.choices);
        }
}

std::string bash_script(const std::vector<Verb>& verbs) {
    const auto& program = verbs.front().path.front();
    std::string script = fmt::format(
        "# bash completion for {0}\n"
        "_{0}() {{\n"
        "  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" verb={0} i\n"
        "  COMPREPLY=()\n"
        "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "    case \"$verb ${{COMP_WORDS[i]}}\" in\n"
        "{1}"
        "    esac\n"
        "    verb=\"$verb ${{COMP_WORDS[i]}}\"\n"
        "  done\n"
        "  case \"$verb ${{COMP_WORDS[COMP_CWORD - 1]}}\" in\n",
        program,
        deeper_lines(verbs));
    for_each_value_option(verbs, [&](const auto& pattern, const auto& choices) {
        // Nothing offered: `-o default` then completes file names.
        const auto action = choices.empty()
                                ? std::string()
                                : fmt::format("COMPREPLY=($(compgen -W {} -- \"$current\")); ",
                                              quoted_list(choices));
        script += fmt::format("    {}) {}return ;;\n", pattern, action);
    });
    script += "  esac\n  local candidates=\n  case \"$verb\" in\n";
    for (const Verb& verb : verbs) {
        std::vector<std::string> words;
        words.reserve(verb.children.size());
        for (const auto& child : verb.children) words.push_back(child.first);
        for (const auto& option : verb.options)
            words.insert(words.end(), option.names.begin(), option.names.end());
        script += fmt::format(
            "    {}) candidates={} ;;\n", shell_quoted(verb.joined()), quoted_list(words));
    }
    return script + fmt::format(
                        "  esac\n"
                        "  COMPREPLY=($(compgen -W \"$candidates\" -- \"$current\"))\n"
                        "}}\n"
                        "complete -o default -F _{0} {0}\n",
                        program);
}

/// "name:description" as zsh's _describe reads it.
std::string zsh_candidate(std::string_view name, const std::string& description) {
    std::string text;
    for (const char c : name) text += c == ':' ? std::string("\\:") : std::string(1, c);
    return shell_quoted(text + ":" + description);
}

std::string zsh_script(const std::vector<Verb>& verbs) {
    const auto& program = verbs.front().path.front();
    std::string script = fmt::format(
        "#compdef {0}\n"
        "_{0}() {{\n"
        "  local verb={0} i\n"
        "  local -a candidates\n"
        "  for ((i = 2; i < CURRENT; i++)); do\n"
        "    case \"$verb ${{words[i]}}\" in\n"
        "{1}"
        "    esac\n"
        "    verb=\"$verb ${{words[i]}}\"\n"
        "  done\n"
        "  case \"$verb ${{words[CURRENT - 1]}}\" in\n",
        program,
        deeper_lines(verbs));
    for_each_value_option(verbs, [&](const auto& pattern, const auto& choices) {
        script +=
            fmt::format("    {}) {}; return ;;\n",
                        pattern,
                        choices.empty() ? std::string("_files")
                                        : fmt::format("compadd -- {}", fmt::join(choices, " ")));
    });
    script += "  esac\n  case \"$verb\" in\n";
    for (const Verb& verb : verbs) {
        script += fmt::format("    {}) candidates=(\n", shell_quoted(verb.joined()));
        for (const auto& [name, description] : verb.children)
            script += fmt::format("      {}\n", zsh_candidate(name, description));
        for (const auto& option : verb.options)
            for (const auto& name : option.names)
                script += fmt::format("      {}\n", zsh_candidate(name, option.description));
        script += "    ) ;;\n";
    }
    return script + fmt::format(
                        "  esac\n"
                        "  _describe {0} candidates || _files\n"
                        "}}\n"
                        "compdef _{0} {0}\n",
                        program);
}

/// The test whether the words typed so far lead to exactly this verb.
std::string fish_condition(const Verb& verb) {
    std::string condition;
    for (std::size_t i = 1; i < verb.path.size(); ++i)
        condition += fmt::format(
            "{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ", verb.path[i]);
    std::vector<std::string> children;
    children.reserve(verb.children.size());
    for (const auto& child : verb.children) children.push_back(child.first);
    if (!children.empty())
        condition += fmt::format("{}not __fish_seen_subcommand_from {}",
                                 condition.empty() ? "" : "; and ",
                                 fmt::join(children, " "));
    return condition;
}

std::string fish_script(const std::vector<Verb>& verbs) {
    const auto& program = verbs.front().path.front();
    std::string script = fmt::format("# fish completion for {0}\ncomplete -c {0} -f\n", program);
    for (const Verb& verb : verbs) {
        const auto start =
            fmt::format("complete -c {} -n {}", program, shell_quoted(fish_condition(verb)));
        for (const auto& [name, description] : verb.children)
            script += fmt::format("{} -a {} -d {}\n", start, name, shell_quoted(description));
        for (const auto& option : verb.options) {
            script += start;
            for (const auto& name : option.names)
                script +=
                    name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (option.takes_value && option.choices.empty()) script += " -r -F";
            if (!option.choices.empty())
                script += fmt::format(" -x -a {}", quoted_list(option.choices));
            script += fmt::format(" -d {}\n", shell_quoted(option.description));
        }
    }
    return script;
}

}  // namespace

std::optional<Shell> parse_shell(std::string_view name) {
    if (name == "bash") return Shell::kBash;
    if (name == "zsh") return Shell::kZsh;
    if (name == "fish") return Shell::kFish;
    return std::nullopt;
}

std::string completion_script(const CLI::App& root, Shell shell) {
    std::vector<Verb> verbs;
    collect(root, {}, verbs);
    switch (shell) {
        case Shell::kBash:
            return bash_script(verbs);
        case Shell::kZsh:
            return zsh_script(verbs);
        case Shell::kFish:
            return fish_script(verbs);
    }
    return {};
}

}  // namespace cpo::app
