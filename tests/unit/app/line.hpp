#pragma once

#include "command_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quoin::test {

struct Said {
    int code = -1;
    std::string out;
    std::string error;
};

/// Runs a command line in this process.
inline Said quoin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "quoin");
    std::vector<char*> words;
    for (std::string& argument : arguments) {
        words.push_back(argument.data());
    }
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    said.code = app::run_command_line(static_cast<int>(words.size()), words.data());
    std::fflush(stdout);
    said.error = testing::internal::GetCapturedStderr();
    said.out = testing::internal::GetCapturedStdout();
    return said;
}

inline bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace quoin::test
