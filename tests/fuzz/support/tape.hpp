#pragma once

#include <quoin/base/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace quoin::fuzz {

/// What must hold whatever the input: a fuzzer stops at an abort and keeps the input.
inline void require(bool holds, const char* rule) {
    if (!holds) {
        std::fprintf(stderr, "broken: %s\n", rule);
        std::abort();
    }
}

/// The fuzzer's input as a list of decisions. Past its end all of them are zero.
class Tape {
public:
    Tape(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

    bool is_at_end() const { return rest_.empty(); }

    std::uint8_t octet() {
        if (rest_.empty()) {
            return 0;
        }
        const std::uint8_t first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }

    /// Below `bound`, which is neither zero nor above 2^16.
    std::size_t below(std::size_t bound) {
        const std::size_t low = octet();
        return (bound <= 256 ? low : low | std::size_t{octet()} << 8) % bound;
    }

    /// The next octets, as many as there are up to `count_max`.
    ByteView take(std::size_t count_max) {
        const ByteView taken = rest_.first(std::min(count_max, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

private:
    ByteView rest_;
};

/// `octets` after up to `count_max` small edits that the tape says: what random input alone would never come to.
inline ByteVector edited(ByteVector octets, Tape& tape, std::size_t count_max) {
    for (std::size_t i = 0; i < count_max && !tape.is_at_end(); ++i) {
        const std::size_t choice = tape.below(8);
        const std::size_t kind = choice % 4;
        // Offsets and names stand in front, so half of the edits are there.
        const std::size_t places = octets.size() + 1;
        const auto at = octets.begin() + static_cast<std::ptrdiff_t>(
                                             tape.below(choice < 4 ? std::min<std::size_t>(places, 64) : places));
        const ByteView given = tape.take(kind == 0 ? 1 : 1 + tape.below(8));
        const auto left = static_cast<std::size_t>(octets.end() - at);
        if (kind < 2) {
            std::copy_n(given.begin(), std::min(given.size(), left), at);
        } else if (kind == 2) {
            octets.insert(at, given.begin(), given.end());
        } else {
            octets.erase(at, at + static_cast<std::ptrdiff_t>(std::min(given.size(), left)));
        }
    }
    return octets;
}

/// Half of the inputs are edits of `sample`, the others are taken as they are.
inline ByteVector draft(const ByteVector& sample, Tape& tape) {
    if (tape.octet() % 2 == 0) {
        return edited(sample, tape, 64);
    }
    const ByteView given = tape.take(std::size_t{1} << 20);
    return {given.begin(), given.end()};
}

} // namespace quoin::fuzz
