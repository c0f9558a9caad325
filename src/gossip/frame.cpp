#include "frame.hpp"

#include <quoin/base/assert.hpp>

#include <algorithm>
#include <limits>

namespace quoin::gossip {

void append_frame(ByteVector& bytes, Kind kind, ByteView body) {
    QUOIN_ASSERT(body.size() <= std::numeric_limits<std::uint32_t>::max(), "length of a frame fits 32 bits");
    bytes.reserve(bytes.size() + frame_head_bytes + body.size());
    for (int shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(body.size() >> shift & 0xff));
    }
    bytes.push_back(static_cast<std::uint8_t>(kind));
    bytes.insert(bytes.end(), body.begin(), body.end());
}

SharedBytes make_frame(Kind kind, ByteView body) {
    auto bytes = std::make_shared<ByteVector>();
    append_frame(*bytes, kind, body);
    return bytes;
}

std::span<std::uint8_t> FrameReader::prepare() {
    const std::size_t held = buffered_bytes();
    if (begin_ > 0) {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
        begin_ = 0;
        end_ = held;
    }
    // Grown by what has come, never by what was promised; given back once a large frame has passed.
    const std::size_t wanted = held + std::max(held, read_bytes_min);
    if (buffer_.size() < held + read_bytes_min || buffer_.size() > 4 * wanted) {
        buffer_.resize(wanted);
        buffer_.shrink_to_fit();
    }
    return std::span{buffer_}.subspan(end_);
}

void FrameReader::commit(std::size_t bytes) {
    QUOIN_ASSERT(bytes <= buffer_.size() - end_, "no more came than there was room for");
    end_ += bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
    const ByteView held = ByteView{buffer_}.subspan(begin_, buffered_bytes());
    if (held.size() < frame_head_bytes) {
        return std::optional<Frame>{};
    }
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        length |= std::uint32_t{held[i]} << (8 * i);
    }
    const std::optional<Kind> kind = kind_of(held[4]);
    if (!kind) {
        return Fault{Reason::malformed, "kind", "a frame of an unknown kind"};
    }
    if (length > limits_of(*kind, bounds_).body_bytes_max) {
        return Fault{Reason::too_large, std::string{to_string(*kind)}, "a frame longer than its kind may be"};
    }
    if (held.size() - frame_head_bytes < length) {
        return std::optional<Frame>{};
    }
    begin_ += frame_head_bytes + length;
    return std::optional<Frame>{Frame{*kind, held.subspan(frame_head_bytes, length)}};
}

} // namespace quoin::gossip
