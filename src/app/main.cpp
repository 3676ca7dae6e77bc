#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands/commands.h"

namespace {

int run(int argc, char** argv) {
    using namespace cpo::app;  // NOLINT(google-build-using-namespace): the composition root
    CLI::App root{
        "CPO groups customers, finds approved content for them, writes and screens messages, and "
        "plans honest experiments.\nMost verbs work on files, without a server; `cpo serve` is the "
        "server. `cpo VERB --help` has an example."};
    root.name("cpo");
    root.set_version_flag("--version", CPO_VERSION);
    root.require_subcommand(1);
    ExitCode exit;
    add_run_command(root, exit);
    add_demo_command(root, exit);
    add_features_command(root, exit);
    add_segment_command(root, exit);
    add_search_command(root, exit);
    add_generate_command(root, exit);
    add_screen_command(root, exit);
    add_assign_command(root, exit);
    add_analyze_command(root, exit);
    add_server_commands(root, exit);
    add_user_command(root, exit);
    add_key_command(root, exit);
    add_audit_command(root, exit);
    add_completion_command(root, exit);
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return root.exit(error) == 0 ? 0 : 2;
    }
    return exit.value;
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
