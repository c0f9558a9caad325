#pragma once

#include <quoin/crypto/scheme.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace quoin::ports {

/// Wall-clock time for duties.
class Clock {
public:
    virtual ~Clock() = default;

    /// Milliseconds since the Unix epoch.
    virtual std::uint64_t now_ms() const = 0;
};

/// Verifies signatures beside the engine. `done` gets one verdict per check, from any thread.
class Verifier {
public:
    virtual ~Verifier() = default;

    virtual void verify(std::vector<crypto::SignatureCheck> checks,
                        std::function<void(std::vector<std::uint8_t>)> done) = 0;
};

} // namespace quoin::ports
