#pragma once

#include <quoin/base/result.hpp>

#include <string>
#include <utility>

namespace quoin::finality {

/// What a certificate or proof gets wrong, and where in it.
inline Fault mismatch(std::string path, std::string message) {
    return {Reason::certificate_mismatch, std::move(path), std::move(message)};
}

} // namespace quoin::finality
