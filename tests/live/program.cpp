#include "live/program.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace quoin::live {

namespace {

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

int open_log(const std::string& file) {
    return ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
}

} // namespace

Program::Program(const std::vector<std::string>& arguments, std::filesystem::path log) : log_(std::move(log)) {
    std::vector<char*> words{const_cast<char*>(QUOIN_PROGRAM)};
    for (const std::string& argument : arguments) {
        words.push_back(const_cast<char*>(argument.c_str()));
    }
    words.push_back(nullptr);
    const std::string out = log_.string() + ".out";
    const std::string error = log_.string() + ".err";
    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::runtime_error("cannot start a process");
    }
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(open_log(out), STDOUT_FILENO);
        ::dup2(open_log(error), STDERR_FILENO);
        ::execv(QUOIN_PROGRAM, words.data());
        ::_exit(127);
    }
}

Program::~Program() {
    if (is_running()) {
        signal(SIGTERM);
        finish(10);
    }
}

void Program::signal(int number) const {
    if (!has_ended_) {
        ::kill(pid_, number);
    }
}

bool Program::is_running() {
    if (!has_ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) {
        has_ended_ = true;
    }
    return !has_ended_;
}

Ran Program::finish(int seconds) {
    if (!comes_true(seconds, [this] { return !is_running(); })) {
        signal(SIGKILL);
        comes_true(seconds, [this] { return !is_running(); });
    }
    return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -1, out(), contents(log_.string() + ".err")};
}

std::string Program::out() const {
    return contents(log_.string() + ".out");
}

Ran run(const std::vector<std::string>& arguments, int seconds) {
    static std::atomic<int> number = 0;
    const std::filesystem::path log = std::filesystem::temp_directory_path() /
                                      ("quoin-run-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    Ran ran = Program(arguments, log).finish(seconds);
    std::filesystem::remove(log.string() + ".out");
    std::filesystem::remove(log.string() + ".err");
    return ran;
}

} // namespace quoin::live
