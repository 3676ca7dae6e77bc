#pragma once

#include <string>

#include "app/command_line.h"
#include "base/result.h"

namespace cpo::app {

/// Exit code of the verb that ran: 0 ok, 1 failed, 2 usage (set by main for CLI errors).
struct ExitCode {
    int value = 0;
};

/// Prints the error of `result` to standard error ("cpo: ...") and gives the exit code.
int finish(const Result<void>& result);

/// A line for people (and for whoever waits for it) on standard output; logs go to standard error.
void tell(const std::string& line);

// One function per verb: adds it to `root`; its callback runs the verb and stores the exit code.
// Each lives in commands/<verb>.cpp and carries --help text with an example.
void add_run_command(Command root, ExitCode& exit);
void add_demo_command(Command root, ExitCode& exit);
void add_features_command(Command root, ExitCode& exit);
void add_segment_command(Command root, ExitCode& exit);
void add_search_command(Command root, ExitCode& exit);
void add_generate_command(Command root, ExitCode& exit);
void add_screen_command(Command root, ExitCode& exit);
void add_assign_command(Command root, ExitCode& exit);
void add_analyze_command(Command root, ExitCode& exit);
void add_user_command(Command root, ExitCode& exit);
void add_key_command(Command root, ExitCode& exit);
void add_audit_command(Command root, ExitCode& exit);
/// serve, worker, migrate, check-config.
void add_server_commands(Command root, ExitCode& exit);
void add_completion_command(Command root, ExitCode& exit);

}  // namespace cpo::app
