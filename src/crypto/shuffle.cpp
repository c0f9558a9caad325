#include <quoin/base/assert.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/shuffle.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace quoin::crypto {

namespace {

constexpr std::uint64_t rounds_max = 255;
constexpr std::uint64_t positions_per_hash = 256;
static_assert(std::endian::native == std::endian::little, "a word of bits is read as it lies");

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

    /// The bits of positions [64 * index, 64 * index + 64). Cheap while they stay in the same block of 256.
    std::uint64_t word(std::uint64_t index) {
        constexpr std::uint64_t words_per_hash = positions_per_hash / 64;
        const std::uint64_t block = index / words_per_hash;
        if (block != block_) {
            block_ = block;
            for (std::size_t i = 0; i < 4; ++i) {
                input_[33 + i] = static_cast<std::uint8_t>(block >> (8 * i));
            }
            const Root hash = sha256(input_);
            std::memcpy(words_.data(), hash.data(), sizeof(words_));
        }
        return words_[index % words_per_hash];
    }
    bool bit(std::uint64_t position) { return (word(position / 64) >> (position % 64) & 1) != 0; }

private:
    Bytes<37> input_; ///< seed, round, block of positions
    std::uint64_t block_ = ~std::uint64_t{0};
    std::array<std::uint64_t, positions_per_hash / 64> words_{};
};

/// Swaps the pairs (low, high), (low + 1, high - 1), ... whose bit is set: a word of bits at a time, and by masks,
/// since nothing could predict the bits.
void swap_mirrored(std::uint32_t* list, Round& round, std::uint64_t low, std::uint64_t high) {
    while (low < high) {
        std::uint64_t bits = round.word(high / 64) << (63 - high % 64);
        const std::uint64_t pairs = std::min(high % 64 + 1, (high - low + 1) / 2);
        for (std::uint64_t i = 0; i < pairs; ++i, ++low, --high, bits <<= 1) {
            const std::uint32_t change = (list[low] ^ list[high]) & (0U - static_cast<std::uint32_t>(bits >> 63));
            list[low] ^= change;
            list[high] ^= change;
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

std::vector<std::uint32_t> shuffle(std::span<const std::uint32_t> list, const Root& seed, std::uint64_t rounds) {
    QUOIN_ASSERT(rounds <= rounds_max, "rounds of a shuffle fit one byte");
    std::vector<std::uint32_t> result(list.begin(), list.end());
    if (result.size() < 2) {
        return result;
    }
    // A round is its own inverse, so the list takes the rounds last to first. It mirrors [0, pivot] and
    // [pivot + 1, count) each in itself; the bit is that of the higher position.
    for (std::uint64_t number = rounds; number-- > 0;) {
        Round round{seed, number};
        const std::uint64_t pivot = round.pivot(result.size());
        swap_mirrored(result.data(), round, 0, pivot);
        swap_mirrored(result.data(), round, pivot + 1, result.size() - 1);
    }
    return result;
}

} // namespace quoin::crypto
