#pragma once

#include <csignal>

namespace cpo::app {

/// Holds SIGINT and SIGTERM back from this thread and those it starts. Call before any is started.
sigset_t hold_stop_signals();
/// Blocks until one of them comes.
void wait_for(const sigset_t& signals);

}  // namespace cpo::app
