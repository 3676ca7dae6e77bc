#include <cstdio>
#include <exception>
#include <optional>

#include "app/commands/commands.h"

namespace {

int run(int argc, char** argv) {
    using namespace cpo::app;  // NOLINT(google-build-using-namespace): the composition root
    CommandLine line(
        "cpo",
        "CPO groups customers, finds approved content for them, writes and screens messages, and "
        "plans honest experiments.\nMost verbs work on files, without a server; `cpo serve` is the "
        "server. `cpo VERB --help` has an example.",
        CPO_VERSION);
    Command program = line.program();
    program.require_verb();
    ExitCode exit;
    add_run_command(program, exit);
    add_demo_command(program, exit);
    add_features_command(program, exit);
    add_segment_command(program, exit);
    add_search_command(program, exit);
    add_generate_command(program, exit);
    add_screen_command(program, exit);
    add_assign_command(program, exit);
    add_analyze_command(program, exit);
    add_server_commands(program, exit);
    add_user_command(program, exit);
    add_key_command(program, exit);
    add_audit_command(program, exit);
    add_completion_command(program, exit);
    const std::optional<int> ended = line.run(argc, argv);
    return ended.value_or(exit.value);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cpo: internal error: %s\n", error.what());
        return 1;
    }
}
