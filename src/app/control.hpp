#pragma once

#include <quoin/base/result.hpp>

#include <filesystem>
#include <functional>
#include <string>

namespace quoin::app {

/// control.sock of a testnet folder: one line asks, one line answers. Open to the owner of the folder alone.
class ControlDoor {
public:
    /// Nobody else may listen there: see `testnet_runs_in`.
    explicit ControlDoor(const std::filesystem::path& folder);
    ControlDoor(const ControlDoor&) = delete;
    ControlDoor& operator=(const ControlDoor&) = delete;
    ~ControlDoor();

    /// Readable when somebody asks.
    int descriptor() const { return listener_; }

    using Answer = std::function<Result<std::string>(const std::string& question)>;
    /// Takes one question and answers it. A client that says nothing is given up after a second.
    void serve(const Answer& answer) const;

private:
    std::filesystem::path folder_;
    int listener_ = -1;
};

bool testnet_runs_in(const std::filesystem::path& folder);

/// Asks the testnet that runs in `folder`. `not_found` when none does, else what it answers.
Result<std::string> ask_testnet(const std::filesystem::path& folder, const std::string& question);

} // namespace quoin::app
