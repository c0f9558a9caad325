#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/codec/wire.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace quoin::inline codec {

/// What Bitlist and Bitvector do alike, over 64-bit words with bit i in word i / 64. Bits from `size` up are zero
/// always, so that words can be compared, counted and written as they are.
template <class Self>
class BitsInWords {
public:
    bool get(std::size_t i) const {
        QUOIN_ASSERT(i < self().size(), "bit is in range");
        return (self().words()[i / 64] >> (i % 64) & 1) != 0;
    }
    void set(std::size_t i, bool value = true) {
        QUOIN_ASSERT(i < self().size(), "bit is in range");
        std::uint64_t& word = self().words_[i / 64];
        const std::uint64_t mask = std::uint64_t{1} << (i % 64);
        word = value ? word | mask : word & ~mask;
    }

    /// How many bits are set.
    std::size_t count() const {
        std::size_t total = 0;
        for (const std::uint64_t word : self().words()) {
            total += static_cast<std::size_t>(std::popcount(word));
        }
        return total;
    }
    bool any() const {
        for (const std::uint64_t word : self().words()) {
            if (word != 0) {
                return true;
            }
        }
        return false;
    }
    bool none() const { return !any(); }

    Self& operator|=(const Self& other) {
        check_same_size(other);
        for (std::size_t i = 0; i < self().words().size(); ++i) {
            self().words_[i] |= other.words_[i];
        }
        return self();
    }
    /// True when some bit is set in both.
    bool overlaps(const Self& other) const {
        check_same_size(other);
        for (std::size_t i = 0; i < self().words().size(); ++i) {
            if ((self().words()[i] & other.words()[i]) != 0) {
                return true;
            }
        }
        return false;
    }
    /// True when every bit set here is set in `other`.
    bool is_subset_of(const Self& other) const {
        check_same_size(other);
        for (std::size_t i = 0; i < self().words().size(); ++i) {
            if ((self().words()[i] & ~other.words()[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    /// Calls `visit(i)` for every set bit, from the lowest up.
    template <class Visit>
    void for_each_set(const Visit& visit) const {
        const auto words = self().words();
        for (std::size_t w = 0; w < words.size(); ++w) {
            for (std::uint64_t rest = words[w]; rest != 0; rest &= rest - 1) {
                visit(w * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
            }
        }
    }

    /// Takes over the bits of SSZ bytes (lowest first), which must have none set from `size` up.
    void load(ByteView bytes) {
        QUOIN_ASSERT(bytes.size() == (self().size() + 7) / 8, "bytes are as many as the bits need");
        if (!bytes.empty()) {
            std::memcpy(self().words_.data(), bytes.data(), bytes.size());
        }
        QUOIN_ASSERT(self().size() % 64 == 0 || self().words_.back() >> (self().size() % 64) == 0,
                     "no bit is set beyond the size");
    }

private:
    Self& self() { return static_cast<Self&>(*this); }
    const Self& self() const { return static_cast<const Self&>(*this); }
    void check_same_size(const Self& other) const {
        QUOIN_ASSERT(self().size() == other.size(), "both sides have as many bits");
    }
};

/// SSZ Bitlist[N]: a number of bits of its own, N at most.
template <std::uint64_t N>
class Bitlist : public BitsInWords<Bitlist<N>> {
public:
    static constexpr Wire wire = Wire::bitlist;
    static constexpr std::uint64_t limit = N;

    Bitlist() = default;
    explicit Bitlist(std::size_t size) { resize(size); }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::span<const std::uint64_t> words() const { return words_; }

    /// Bits that are added are zero.
    void resize(std::size_t size) {
        QUOIN_ASSERT(size <= N, "bitlist keeps its limit");
        words_.resize((size + 63) / 64);
        if (size % 64 != 0) {
            words_.back() &= (std::uint64_t{1} << (size % 64)) - 1;
        }
        size_ = size;
    }
    void push_back(bool value) {
        resize(size_ + 1);
        this->set(size_ - 1, value);
    }
    void clear() { resize(0); }

    bool operator==(const Bitlist& other) const { return size_ == other.size_ && words_ == other.words_; }

private:
    friend class BitsInWords<Bitlist>;

    std::vector<std::uint64_t> words_;
    std::size_t size_ = 0;
};

/// SSZ Bitvector[N]: exactly N bits and never none, held in place.
template <std::uint64_t N>
requires(N > 0) class Bitvector : public BitsInWords<Bitvector<N>> {
public:
    static constexpr Wire wire = Wire::bitvector;
    static constexpr std::uint64_t limit = N;

    static constexpr std::size_t size() { return N; }
    std::span<const std::uint64_t> words() const { return words_; }

    bool operator==(const Bitvector& other) const { return words_ == other.words_; }

private:
    friend class BitsInWords<Bitvector>;

    std::array<std::uint64_t, (N + 63) / 64> words_{};
};

} // namespace quoin::inline codec
