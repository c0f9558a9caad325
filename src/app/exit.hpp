#pragma once

#include <quoin/base/result.hpp>

#include <exception>
#include <string>
#include <utility>

namespace quoin::app {

/// What a command leaves with; stable (CONVENTIONS "Exit codes").
enum class ExitCode : int {
    ok = 0,
    negative = 1, ///< an audit or a verification that did not hold
    usage = 2,
    config = 3,      ///< configuration, genesis or keystore
    data_folder = 4, ///< data folder
    network = 5,     ///< network or port
    safety_stop = 6,
    refused = 7, ///< by the node
    timed_out = 8,
};

/// Ends a command from wherever it is: the command line prints the fault and leaves with the code.
class Exit final : public std::exception {
public:
    Exit(ExitCode code, Fault fault) : code_(code), fault_(std::move(fault)), text_(fault_.text()) {}

    ExitCode code() const { return code_; }
    const Fault& fault() const { return fault_; }
    const char* what() const noexcept override { return text_.c_str(); }

private:
    ExitCode code_;
    Fault fault_;
    std::string text_;
};

/// The code that goes with a fault of a file, a server or a node.
ExitCode code_of(const Fault& fault);

template <class T>
T or_exit(Result<T> result, ExitCode code) {
    if (!result) {
        throw Exit(code, result.fault());
    }
    return std::move(result).value();
}
inline void or_exit(const Result<void>& result, ExitCode code) {
    if (!result) {
        throw Exit(code, result.fault());
    }
}

template <class T>
T or_exit(Result<T> result) {
    if (!result) {
        throw Exit(code_of(result.fault()), result.fault());
    }
    return std::move(result).value();
}
inline void or_exit(const Result<void>& result) {
    if (!result) {
        throw Exit(code_of(result.fault()), result.fault());
    }
}

} // namespace quoin::app
