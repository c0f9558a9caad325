#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quoin::app {

/// A process of ours. It dies with the thread that started it, and is not reached by the terminal's Ctrl-C: whoever
/// started it stops it.
class Process {
public:
    /// Runs this very program with `arguments`; what it says goes to the end of `log`. Throws std::system_error.
    static Process start(const std::vector<std::string>& arguments, const std::filesystem::path& log);

    pid_t pid() const { return pid_; }
    void signal(int number) const;

    /// True until it has ended; then `how_it_ended`.
    bool is_running();
    /// Waits for its end; false when it has not come in time.
    bool wait_ms(std::uint64_t milliseconds);

    /// Its exit code; nothing when a signal ended it.
    std::optional<int> exit_code() const;
    /// Such as "exit code 4" or "signal 9".
    std::string how_it_ended() const;

private:
    explicit Process(pid_t pid) : pid_(pid) {}

    pid_t pid_;
    std::optional<int> status_; ///< as waitpid gives it
};

} // namespace quoin::app
