#pragma once

namespace quoin::app {

/// The program: reads the command line, runs a command, and gives its exit code.
int run_command_line(int argument_count, char** arguments);

} // namespace quoin::app
