#include <quoin/base/assert.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/shuffle.hpp>

#include <algorithm>
#include <utility>

namespace quoin::crypto {

namespace {

constexpr std::uint64_t rounds_max = 255;
constexpr std::uint64_t positions_per_hash = 256;

/// The hashes of one round: its pivot, and one bit for every position.
class Round {
public:
    Round(const Root& seed, std::uint64_t number) {
        std::copy(seed.begin(), seed.end(), input_.begin());
        input_[32] = static_cast<std::uint8_t>(number);
    }

    std::uint64_t pivot(std::uint64_t count) const {
        const Root hash = sha256(ByteView{input_}.first(33));
        std::uint64_t drawn = 0;
        for (std::size_t i = 8; i-- > 0;) {
            drawn = drawn << 8 | hash[i];
        }
        return drawn % count;
    }

    /// Cheap while positions stay in the same block of 256.
    bool bit(std::uint64_t position) {
        const std::uint64_t block = position / positions_per_hash;
        if (block != block_) {
            block_ = block;
            for (std::size_t i = 0; i < 4; ++i) {
                input_[33 + i] = static_cast<std::uint8_t>(block >> (8 * i));
            }
            bits_ = sha256(input_);
        }
        const std::uint64_t within = position % positions_per_hash;
        return (bits_[within / 8] >> (within % 8) & 1) != 0;
    }

private:
    Bytes<37> input_; ///< seed, round, block of positions
    std::uint64_t block_ = ~std::uint64_t{0};
    Root bits_;
};

/// Swaps the pairs (low, high), (low + 1, high - 1), ... whose bit is set.
void swap_mirrored(std::vector<std::uint64_t>& list, Round& round, std::uint64_t low, std::uint64_t high) {
    for (; low < high; ++low, --high) {
        if (round.bit(high)) {
            std::swap(list[low], list[high]);
        }
    }
}

} // namespace

std::uint64_t shuffled_index(std::uint64_t index, std::uint64_t count, const Root& seed, std::uint64_t rounds) {
    QUOIN_ASSERT(index < count && rounds <= rounds_max, "index to shuffle is in the list");
    for (std::uint64_t number = 0; number < rounds; ++number) {
        Round round{seed, number};
        const std::uint64_t flip = (round.pivot(count) + count - index) % count;
        if (round.bit(std::max(index, flip))) {
            index = flip;
        }
    }
    return index;
}

std::vector<std::uint64_t> shuffle(std::span<const std::uint64_t> list, const Root& seed, std::uint64_t rounds) {
    QUOIN_ASSERT(rounds <= rounds_max, "rounds of a shuffle fit one byte");
    std::vector<std::uint64_t> result(list.begin(), list.end());
    if (result.size() < 2) {
        return result;
    }
    // A round is its own inverse, so the list takes the rounds last to first. It mirrors [0, pivot] and
    // [pivot + 1, count) each in itself; the bit is that of the higher position.
    for (std::uint64_t number = rounds; number-- > 0;) {
        Round round{seed, number};
        const std::uint64_t pivot = round.pivot(result.size());
        swap_mirrored(result, round, 0, pivot);
        swap_mirrored(result, round, pivot + 1, result.size() - 1);
    }
    return result;
}

} // namespace quoin::crypto
