#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace quoin::live {

/// What a run of the program said and left with.
struct Ran {
    int code = -1; ///< -1: a signal ended it
    std::string out;
    std::string error;
};

/// A run of the program, `QUOIN_PROGRAM`, that goes on beside the test and is killed with it.
class Program {
public:
    /// What it prints goes to `<log>.out` and `<log>.err`.
    Program(const std::vector<std::string>& arguments, std::filesystem::path log);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    bool is_running();
    /// Waits for its end, killing it when that does not come in time, and gives all it said.
    Ran finish(int seconds);
    std::string out() const;

private:
    std::filesystem::path log_;
    pid_t pid_ = -1;
    bool has_ended_ = false;
    int status_ = 0;
};

/// Runs the program to its end.
Ran run(const std::vector<std::string>& arguments, int seconds = 60);

/// Asks again and again until the answer is yes; false when it never was.
template <class Question>
bool comes_true(int seconds, Question question) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!question()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
}

} // namespace quoin::live
