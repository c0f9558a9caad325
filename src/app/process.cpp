#include "process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

namespace quoin::app {

namespace {

constexpr int cannot_start = 127;

/// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(cannot_start);
    }
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::execv("/proc/self/exe", arguments);
    ::_exit(cannot_start);
}

} // namespace

Process Process::start(const std::vector<std::string>& arguments, const std::filesystem::path& log) {
    std::vector<char*> pointers{const_cast<char*>("quoin")};
    for (const std::string& argument : arguments) {
        pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (out < 0) {
        throw std::system_error(errno, std::generic_category(), log.string());
    }
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        become(pointers.data(), out, parent);
    }
    const int error = errno;
    ::close(out);
    if (child < 0) {
        throw std::system_error(error, std::generic_category(), "cannot start a process");
    }
    return Process{child};
}

void Process::signal(int number) const {
    if (!status_) {
        ::kill(pid_, number);
    }
}

bool Process::is_running() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        status_ = status;
    }
    return !status_;
}

bool Process::wait_ms(std::uint64_t milliseconds) {
    constexpr std::chrono::milliseconds look_every{5};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (is_running()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(look_every);
    }
    return true;
}

std::optional<int> Process::exit_code() const {
    return status_ && WIFEXITED(*status_) ? std::optional{WEXITSTATUS(*status_)} : std::nullopt;
}

std::string Process::how_it_ended() const {
    if (!status_) {
        return "running";
    }
    return WIFEXITED(*status_) ? "exit code " + std::to_string(WEXITSTATUS(*status_))
                               : "signal " + std::to_string(WTERMSIG(*status_));
}

} // namespace quoin::app
