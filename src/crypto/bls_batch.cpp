#include "bls_batch.hpp"

#include "bls_points.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/sha256.hpp>

#include <algorithm>
#include <numeric>

namespace quoin::crypto {

namespace {

constexpr std::size_t coefficient_bits = 64;
constexpr std::size_t coefficient_bytes = coefficient_bits / 8;
using Coefficient = std::array<std::uint8_t, coefficient_bytes>; ///< little-endian, never zero

Coefficient coefficient_of(const Root& seed, std::size_t index) {
    Bytes<40> input;
    std::copy(seed.begin(), seed.end(), input.begin());
    for (std::size_t i = 0; i < 8; ++i) {
        input[32 + i] = static_cast<std::uint8_t>(std::uint64_t{index} >> (8 * i));
    }
    const Root hash = sha256(input);
    Coefficient coefficient{};
    std::copy_n(hash.begin(), coefficient_bytes, coefficient.begin());
    if (std::all_of(coefficient.begin(), coefficient.end(), [](std::uint8_t octet) { return octet == 0; })) {
        coefficient[0] = 1;
    }
    return coefficient;
}

/// The operations of blst under one name for both groups.
struct InG1 {
    using Point = blst_p1;
    using Affine = blst_p1_affine;
    using Bucket = std::array<std::uint64_t, 4 * 6>; // blst keeps (X, Y, ZZZ, ZZ) of 48 bytes each
    static constexpr auto from_affine = blst_p1_from_affine;
    static constexpr auto to_affine = blst_p1_to_affine;
    static constexpr auto multiply = blst_p1_mult;
    static constexpr auto add = blst_p1_add_or_double;
    static constexpr auto twice = blst_p1_double;
    static constexpr auto tile = blst_p1s_tile_pippenger;
};
struct InG2 {
    using Point = blst_p2;
    using Affine = blst_p2_affine;
    using Bucket = std::array<std::uint64_t, 8 * 6>;
    static constexpr auto from_affine = blst_p2_from_affine;
    static constexpr auto to_affine = blst_p2_to_affine;
    static constexpr auto multiply = blst_p2_mult;
    static constexpr auto add = blst_p2_add_or_double;
    static constexpr auto twice = blst_p2_double;
    static constexpr auto tile = blst_p2s_tile_pippenger;
};

std::size_t window_bits_for(std::size_t points) {
    std::size_t bits = 1;
    while (bits < 8 && points >> (bits + 2) != 0) {
        ++bits;
    }
    return bits;
}

/// sum(coefficients[i] * points[i]), window by window from the top. It drives the tiles of blst itself, because
/// `mult_pippenger` of v0.3.12 goes through `mult_wbits` for short lists.
template <class Group>
typename Group::Affine multi_scalar(std::span<const typename Group::Affine> points,
                                    std::span<const Coefficient> coefficients) {
    typename Group::Point sum{};
    if (points.size() == 1) {
        Group::from_affine(&sum, &points[0]);
        Group::multiply(&sum, &sum, coefficients[0].data(), coefficient_bits);
    } else {
        const std::size_t window = window_bits_for(points.size());
        const typename Group::Affine* const points_in_a_row[] = {points.data(), nullptr};
        const byte* const scalars_in_a_row[] = {coefficients[0].data(), nullptr};
        std::vector<typename Group::Bucket> scratch(std::size_t{1} << window);
        // One window more than the bits fill when they divide evenly: signed digits carry out of the top.
        for (std::size_t i = coefficient_bits / window + 1; i-- > 0;) {
            for (std::size_t doubling = 0; doubling < window; ++doubling) {
                Group::twice(&sum, &sum);
            }
            typename Group::Point part;
            Group::tile(&part, points_in_a_row, points.size(), scalars_in_a_row, coefficient_bits,
                        scratch.front().data(), i * window, window);
            Group::add(&sum, &sum, &part);
        }
    }
    typename Group::Affine affine;
    Group::to_affine(&affine, &sum);
    return affine;
}

/// Items ordered so that those with one message stand together.
class Batch {
public:
    Batch(std::span<const BatchItem> items, const Root& seed) : order_(items.size()) {
        outcome_.verdicts.resize(items.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::erase_if(order_, [&](std::size_t i) { return items[i].signature.is_infinity(); });
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return std::ranges::lexicographical_compare(items[a].message, items[b].message);
        });
        for (const std::size_t i : order_) {
            keys_.push_back(BlsAccess::point(items[i].key));
            signatures_.push_back(BlsAccess::point(items[i].signature));
            coefficients_.push_back(coefficient_of(seed, i));
            if (messages_.empty() || !std::ranges::equal(last_message_, items[i].message)) {
                last_message_ = items[i].message;
                messages_.push_back(hash_to_g2(last_message_, signature_tag));
            }
            message_of_.push_back(messages_.size() - 1);
        }
    }

    BatchOutcome judge() && {
        if (!order_.empty()) {
            judge(0, order_.size());
        }
        return std::move(outcome_);
    }

private:
    void judge(std::size_t begin, std::size_t end) {
        ++outcome_.pairing_checks;
        if (holds(begin, end)) {
            for (std::size_t i = begin; i < end; ++i) {
                outcome_.verdicts[order_[i]] = 1;
            }
        } else if (end - begin > 1) {
            const std::size_t middle = begin + (end - begin) / 2;
            judge(begin, middle);
            judge(middle, end);
        }
    }

    bool holds(std::size_t begin, std::size_t end) const {
        if (end - begin == 1) {
            return pairing_holds({&keys_[begin], 1}, {&messages_[message_of_[begin]], 1}, signatures_[begin]);
        }
        std::vector<blst_p1_affine> key_sums;
        std::vector<blst_p2_affine> points;
        for (std::size_t i = begin; i < end;) {
            std::size_t next = i + 1;
            while (next < end && message_of_[next] == message_of_[i]) {
                ++next;
            }
            const blst_p1_affine sum = multi_scalar<InG1>(slice(keys_, i, next), slice(coefficients_, i, next));
            if (blst_p1_affine_is_inf(&sum)) {
                return false;
            }
            key_sums.push_back(sum);
            points.push_back(messages_[message_of_[i]]);
            i = next;
        }
        return pairing_holds(key_sums, points,
                             multi_scalar<InG2>(slice(signatures_, begin, end), slice(coefficients_, begin, end)));
    }

    template <class T>
    static std::span<const T> slice(const std::vector<T>& all, std::size_t begin, std::size_t end) {
        return std::span{all}.subspan(begin, end - begin);
    }

    std::vector<std::size_t> order_;   ///< position in the batch -> index of the item
    BatchOutcome outcome_;             ///< verdicts by index of the item
    std::vector<blst_p1_affine> keys_; ///< this and the next three: by position in the batch
    std::vector<blst_p2_affine> signatures_;
    std::vector<Coefficient> coefficients_;
    std::vector<std::size_t> message_of_;
    std::vector<blst_p2_affine> messages_; ///< the distinct ones, on the curve
    ByteView last_message_;
};

} // namespace

BatchOutcome judge_batch(std::span<const BatchItem> items, const Root& seed) {
    return Batch{items, seed}.judge();
}

std::vector<std::uint8_t> verify_batch(std::span<const BatchItem> items, const Root& seed) {
    return judge_batch(items, seed).verdicts;
}

} // namespace quoin::crypto
