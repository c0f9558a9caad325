#pragma once

#include "kind.hpp"
#include "packing.hpp"

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>

#include <optional>
#include <span>

namespace quoin::gossip {

// A frame on the wire: `u32 length | u8 kind | body`. The length is the body's alone and little-endian as in SSZ.

inline constexpr std::size_t frame_head_bytes = 5;

SharedBytes make_frame(Kind kind, ByteView body);
void append_frame(ByteVector& bytes, Kind kind, ByteView body);

struct Frame {
    Kind kind = Kind::hello;
    ByteView body; ///< until the reader is used again
};

/// Cuts a stream of bytes into frames. A length is checked against its kind's limit before anything is set aside for
/// it, and the buffer never holds more than twice what has arrived, a few KiB apart.
class FrameReader {
public:
    explicit FrameReader(const Limits& bounds) : bounds_(bounds) {}

    /// Where the next bytes go; `commit` says how many came. Ends the life of every `Frame` given out.
    std::span<std::uint8_t> prepare();
    void commit(std::size_t bytes);

    /// The next whole frame, or nothing until more bytes come. `malformed` for an unknown kind, `too_large` for a
    /// length beyond its kind's limit: the stream has no meaning from there on.
    Result<std::optional<Frame>> next();

    /// Throws away what has come.
    void clear() { begin_ = end_ = 0; }

    std::size_t buffered_bytes() const { return end_ - begin_; }
    std::size_t capacity_bytes() const { return buffer_.size(); }

private:
    static constexpr std::size_t read_bytes_min = 16 << 10;

    const Limits& bounds_;
    ByteVector buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace quoin::gossip
