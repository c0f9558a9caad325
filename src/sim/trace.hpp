#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/engine/input.hpp>

#include <cstdint>

namespace quoin::sim {

/// The SHA-256 of what a message says.
Root content_root(const engine::Message& message);

/// A running hash over every event that reached a node, in order: time, node, kind, content. Equal for equal seeds, on
/// every machine and compiler.
class Trace {
public:
    void add(std::uint64_t time_ms, std::size_t node, std::uint8_t kind, const Root& content);
    /// An input that is no message.
    void add(std::uint64_t time_ms, std::size_t node, const engine::Input& input);

    const Root& hash() const { return hash_; }
    std::uint64_t events() const { return events_; }

private:
    Root hash_;
    std::uint64_t events_ = 0;
};

} // namespace quoin::sim
