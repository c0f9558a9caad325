#include "exit.hpp"

namespace quoin::app {

ExitCode code_of(const Fault& fault) {
    switch (fault.reason) {
    case Reason::config_invalid:
    case Reason::genesis_invalid:
    case Reason::keystore_invalid:
    case Reason::bad_password:
    case Reason::bad_proof_of_possession:
    case Reason::duplicate_key:
    case Reason::not_found:
        return ExitCode::config;
    case Reason::data_folder_invalid:
    case Reason::wrong_genesis:
    case Reason::newer_schema:
    case Reason::not_writable:
    case Reason::busy:
    case Reason::io_error:
    case Reason::corrupt:
        return ExitCode::data_folder;
    case Reason::port_in_use:
    case Reason::unavailable:
        return ExitCode::network;
    case Reason::timed_out:
        return ExitCode::timed_out;
    default:
        return ExitCode::refused;
    }
}

} // namespace quoin::app
