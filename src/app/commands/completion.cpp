#include "app/completion.h"

#include <iostream>
#include <memory>

#include "app/commands/commands.h"

namespace cpo::app {

void add_completion_command(Command root, ExitCode& exit) {
    Command verb = root.add_verb("completion", "Prints a completion script for bash, zsh or fish");
    auto shell = std::make_shared<std::string>();
    verb.option("shell", *shell, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
    verb.footer(
        "Examples:\n"
        "  source <(cpo completion bash)                # this shell only; zsh alike\n"
        "  cpo completion bash > ~/.local/share/bash-completion/completions/cpo\n"
        "  cpo completion fish > ~/.config/fish/completions/cpo.fish");
    verb.on_run([root, shell, &exit] {
        std::cout << completion_script(root.parser(), *parse_shell(*shell)) << std::flush;
        exit.value = std::cout ? 0 : 1;
    });
}

}  // namespace cpo::app
