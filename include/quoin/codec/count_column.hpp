#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/codec/wire.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace quoin::inline codec {

/// SSZ List[uint32, N] of counts that are mostly small and change one by one all over the list: as a `Column`, but each
/// chunk holds its items in as few bits as the largest of them needs. A million counts of 0 or 1 are 128 KiB, which a
/// copy that changes all of its chunks can afford.
template <std::uint64_t N>
class CountColumn {
    class Packed;

public:
    using value_type = std::uint32_t;
    static constexpr Wire wire = Wire::column;
    static constexpr std::uint64_t limit = N;
    static constexpr std::size_t height = tree_height(N / 8 + (N % 8 != 0));
    static constexpr std::size_t chunk_height = std::min<std::size_t>(height, 8);
    static constexpr std::size_t chunk_items = std::size_t{8} << chunk_height;

    class const_iterator;

    CountColumn() = default;
    CountColumn(std::initializer_list<std::uint32_t> items) {
        for (const std::uint32_t item : items) {
            push_back(item);
        }
    }
    CountColumn(const CountColumn& other) : size_(other.size_), root_(other.root_) {
        slots_.reserve(other.slots_.size());
        for (const Slot& slot : other.slots_) {
            slots_.push_back(slot.open ? Slot{nullptr, std::make_unique<Packed>(*slot.open)}
                                       : Slot{slot.sealed, nullptr});
        }
    }
    CountColumn(CountColumn&& other) noexcept
        : slots_(std::move(other.slots_)), size_(other.size_), root_(other.root_) {
        other.clear();
    }
    CountColumn& operator=(CountColumn other) noexcept {
        std::swap(slots_, other.slots_);
        std::swap(size_, other.size_);
        std::swap(root_, other.root_);
        return *this;
    }
    ~CountColumn() = default;

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    std::uint32_t operator[](std::size_t i) const {
        QUOIN_ASSERT(i < size_, "index is in the column");
        return slots_[i / chunk_items].packed().get(i % chunk_items);
    }
    const_iterator begin() const { return const_iterator{*this, 0}; }
    const_iterator end() const { return const_iterator{*this, size_}; }

    /// Copies the items from `first` on, as many as `out` holds.
    void read(std::size_t first, std::span<std::uint32_t> out) const {
        QUOIN_ASSERT(first + out.size() <= size_, "items are in the column");
        while (!out.empty()) {
            const std::size_t within = first % chunk_items;
            const std::size_t count = std::min(out.size(), chunk_items - within);
            slots_[first / chunk_items].packed().read(within, out.first(count));
            out = out.subspan(count);
            first += count;
        }
    }

    void set(std::size_t i, std::uint32_t value) {
        if ((*this)[i] != value) {
            open(i / chunk_items).set(i % chunk_items, value);
        }
    }
    void increment(std::size_t i) {
        const std::uint32_t count = (*this)[i];
        QUOIN_ASSERT(count != std::numeric_limits<std::uint32_t>::max(), "count fits 32 bits");
        open(i / chunk_items).set(i % chunk_items, count + 1);
    }
    void push_back(std::uint32_t value) {
        QUOIN_ASSERT(size_ < N, "column keeps its limit");
        resize(size_ + 1);
        set(size_ - 1, value);
    }
    /// Cuts off from the end or fills up with zeros.
    void resize(std::size_t size) {
        QUOIN_ASSERT(size <= N, "column keeps its limit");
        if (size == size_) {
            return;
        }
        const std::size_t first_changed = std::min(size, size_) / chunk_items;
        slots_.resize(size / chunk_items + (size % chunk_items != 0));
        for (std::size_t c = first_changed; c < slots_.size(); ++c) {
            open(c).resize(std::min(size - c * chunk_items, chunk_items));
        }
        size_ = size;
        root_.reset();
    }
    void assign(std::size_t size, std::uint32_t value) {
        clear();
        resize(size);
        for (Slot& slot : slots_) {
            slot.open->fill(value);
        }
    }
    void clear() {
        slots_.clear();
        size_ = 0;
        root_.reset();
    }

    bool operator==(const CountColumn& other) const {
        return size_ == other.size_ && std::equal(slots_.begin(), slots_.end(), other.slots_.begin());
    }

    Root seal() { return codec::seal(*this); }
    bool is_sealed() const { return root_.has_value(); }

    // What the archives need, as of a Column.

    const std::optional<Root>& sealed_root() const { return root_; }

    /// A chunk as the archives see it: unpacked when its items are asked for.
    struct Chunk {
        struct Items {
            using value_type = std::uint32_t;
            const Packed* packed;
            mutable std::vector<std::uint32_t> unpacked;

            std::size_t size() const { return packed->size(); }
            const std::uint32_t* data() const {
                unpacked.resize(size());
                packed->read(0, unpacked);
                return unpacked.data();
            }
        };
        Items items;
        Root root;
    };

    template <class Visit>
    void for_each_chunk(const Visit& visit) const {
        for (const Slot& slot : slots_) {
            visit(Chunk{{&slot.packed(), {}}, slot.packed().root}, slot.open == nullptr);
        }
    }

    template <class RootOfChunk, class RootOfColumn>
    Root seal_with(const RootOfChunk& root_of_chunk, const RootOfColumn& root_of_column) {
        if (!root_) {
            for (Slot& slot : slots_) {
                if (slot.open) {
                    slot.open->root = root_of_chunk(typename Chunk::Items{slot.open.get(), {}});
                    slot.sealed = std::shared_ptr<const Packed>{std::move(slot.open)};
                }
            }
            root_ = root_of_column(std::as_const(*this));
        }
        return *root_;
    }

private:
    /// Items of 0, 1, 2, 4, 8, 16 or 32 bits, lowest first in 64-bit words. Bits beyond the last item are zero.
    class Packed {
    public:
        Root root; ///< of the subtree, once sealed

        std::size_t size() const { return size_; }
        std::uint32_t get(std::size_t i) const {
            return bits_ == 0 ? 0 : static_cast<std::uint32_t>(words_[i * bits_ / 64] >> (i * bits_ % 64) & mask());
        }
        void set(std::size_t i, std::uint32_t value) {
            widen_for(value);
            if (bits_ != 0) {
                std::uint64_t& word = words_[i * bits_ / 64];
                word = (word & ~(mask() << (i * bits_ % 64))) | std::uint64_t{value} << (i * bits_ % 64);
            }
        }
        void read(std::size_t first, std::span<std::uint32_t> out) const {
            for (std::size_t i = 0; i < out.size(); ++i) {
                out[i] = get(first + i);
            }
        }
        void fill(std::uint32_t value) {
            widen_for(value);
            for (std::size_t i = 0; bits_ != 0 && i < size_; ++i) {
                set(i, value);
            }
        }
        /// Items that are added are zero.
        void resize(std::size_t size) {
            for (std::size_t i = size; i < size_; ++i) {
                set(i, 0);
            }
            size_ = size;
            words_.resize(words_for(bits_));
        }
        /// What was once wide may be narrow by now: the items count.
        bool operator==(const Packed& other) const {
            if (bits_ == other.bits_) {
                return size_ == other.size_ && words_ == other.words_;
            }
            for (std::size_t i = 0; i < size_; ++i) {
                if (get(i) != other.get(i)) {
                    return false;
                }
            }
            return size_ == other.size_;
        }

    private:
        std::uint64_t mask() const { return (std::uint64_t{1} << bits_) - 1; }
        std::size_t words_for(std::size_t bits) const { return (size_ * bits + 63) / 64; }

        void widen_for(std::uint32_t value) {
            const auto needed = static_cast<std::size_t>(std::bit_width(value));
            if (needed <= bits_) {
                return;
            }
            Packed wider;
            wider.size_ = size_;
            wider.bits_ = std::bit_ceil(needed);
            wider.words_.resize(words_for(wider.bits_));
            for (std::size_t i = 0; bits_ != 0 && i < size_; ++i) {
                wider.set(i, get(i));
            }
            std::swap(words_, wider.words_);
            bits_ = wider.bits_;
        }

        std::vector<std::uint64_t> words_;
        std::size_t bits_ = 0; ///< of an item
        std::size_t size_ = 0;
    };

    struct Slot {
        std::shared_ptr<const Packed> sealed;
        std::unique_ptr<Packed> open;

        const Packed& packed() const { return open ? *open : *sealed; }
        bool operator==(const Slot& other) const {
            return (sealed && sealed == other.sealed) || packed() == other.packed();
        }
    };

    Packed& open(std::size_t index) {
        Slot& slot = slots_[index];
        root_.reset();
        if (!slot.open) {
            slot.open = slot.sealed ? std::make_unique<Packed>(*slot.sealed) : std::make_unique<Packed>();
            slot.sealed.reset();
        }
        return *slot.open;
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
    std::optional<Root> root_;
};

/// Walks the items; they are values, since none lies in memory by itself.
template <std::uint64_t N>
class CountColumn<N>::const_iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = std::uint32_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const std::uint32_t*;
    using reference = std::uint32_t;

    const_iterator() = default;
    const_iterator(const CountColumn& column, std::size_t index) : column_(&column), index_(index) {}

    std::uint32_t operator*() const { return (*column_)[index_]; }
    const_iterator& operator++() {
        ++index_;
        return *this;
    }
    const_iterator operator++(int) {
        const const_iterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const const_iterator& other) const { return index_ == other.index_; }

private:
    const CountColumn* column_ = nullptr;
    std::size_t index_ = 0;
};

} // namespace quoin::inline codec
