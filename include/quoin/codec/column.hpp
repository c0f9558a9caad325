#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/codec/wire.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace quoin::inline codec {

/// SSZ List[T, N] in chunks that copies share: a long list of the State. A chunk is a whole subtree of the hash tree
/// and is either sealed (const, shared between copies, with its root) or open (owned by this column alone).
///
/// A copy shares the sealed chunks and clones the open ones; it never writes to its source, so a sealed column may be
/// read and copied by many threads at once. Whoever writes gets a clone of the chunk first, always: whether somebody
/// else still holds it is not asked.
template <class T, std::uint64_t N>
class Column {
    static_assert(!std::is_same_v<T, bool>, "a list of bits is a Bitlist");

    static constexpr std::uint64_t per_leaf = [] {
        if constexpr (Basic<T>) {
            return 32 / sizeof(T);
        } else {
            return 1;
        }
    }();

public:
    struct Chunk {
        std::vector<T> items;
        Root root; ///< of the subtree, once sealed
    };

    using value_type = T;
    static constexpr Wire wire = Wire::column;
    static constexpr std::uint64_t limit = N;
    static constexpr std::size_t height = tree_height(N / per_leaf + (N % per_leaf != 0));
    static constexpr std::size_t chunk_height = std::min<std::size_t>(height, Basic<T> ? 8 : 7);
    static constexpr std::size_t chunk_items = (std::size_t{1} << chunk_height) * per_leaf;

    class const_iterator;

    Column() = default;
    Column(std::initializer_list<T> items) { assign(items.begin(), items.end()); }
    explicit Column(const std::vector<T>& items) { assign(items.begin(), items.end()); }
    Column(const Column& other) : size_(other.size_), root_(other.root_) {
        slots_.reserve(other.slots_.size());
        for (const Slot& slot : other.slots_) {
            slots_.push_back(slot.open ? Slot{std::make_unique<Chunk>(*slot.open)} : Slot{slot.sealed});
        }
    }
    Column(Column&& other) noexcept
        : slots_(std::move(other.slots_)), size_(std::exchange(other.size_, 0)), root_(other.root_) {
        other.slots_.clear();
        other.root_.reset();
    }
    Column& operator=(Column other) noexcept {
        std::swap(slots_, other.slots_);
        std::swap(size_, other.size_);
        std::swap(root_, other.root_);
        return *this;
    }
    ~Column() = default;

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    const T& operator[](std::size_t i) const {
        QUOIN_ASSERT(i < size_, "index is in the column");
        return slots_[i / chunk_items].items[i % chunk_items];
    }
    const T& front() const { return (*this)[0]; }
    const T& back() const { return (*this)[size_ - 1]; }

    const_iterator begin() const { return const_iterator{*this, 0}; }
    const_iterator end() const { return const_iterator{*this, size_}; }

    /// The item at `i` for writing. The reference holds until the column is sealed, grown or cut.
    T& edit(std::size_t i) {
        QUOIN_ASSERT(i < size_, "index is in the column");
        return open(i / chunk_items).items[i % chunk_items];
    }
    void set(std::size_t i, const T& value) {
        if ((*this)[i] != value) {
            edit(i) = value;
        }
    }

    void push_back(T item) {
        QUOIN_ASSERT(size_ < N, "column keeps its limit");
        if (size_ % chunk_items == 0) {
            slots_.push_back(Slot{std::make_unique<Chunk>()});
        }
        open(slots_.size() - 1).items.push_back(std::move(item));
        slots_.back().refresh();
        ++size_;
    }

    /// Cuts off from the end or fills up with `value`.
    void resize(std::size_t size, const T& value = T{}) {
        QUOIN_ASSERT(size <= N, "column keeps its limit");
        if (size < size_) {
            cut(size);
        }
        while (size_ < size) {
            push_back(value);
        }
    }
    void assign(std::size_t size, const T& value) {
        clear();
        resize(size, value);
    }
    /// The items may be this column's own.
    template <std::input_iterator Iterator>
    void assign(Iterator first, Iterator last) {
        Column column;
        for (; first != last; ++first) {
            column.push_back(*first);
        }
        *this = std::move(column);
    }
    /// Takes away the first `count` items; all others move, so every chunk is written anew.
    void erase_front(std::size_t count) {
        QUOIN_ASSERT(count <= size_, "no more items go than there are");
        if (count != 0) {
            assign(const_iterator{*this, count}, end());
        }
    }
    void clear() {
        slots_.clear();
        size_ = 0;
        root_.reset();
    }

    bool operator==(const Column& other) const {
        return size_ == other.size_ && std::equal(slots_.begin(), slots_.end(), other.slots_.begin());
    }

    /// Shares every chunk from here on and keeps the roots; returns the list's root. Needs QUOIN_SSZ_TYPE of this
    /// column somewhere; a State is sealed as a whole by `quoin::seal`.
    Root seal() { return codec::seal(*this); }
    bool is_sealed() const { return root_.has_value(); }

    // What the archives need.

    /// The root, if nothing was written since the column was sealed.
    const std::optional<Root>& sealed_root() const { return root_; }

    /// Calls `visit(chunk, is_sealed)` for every chunk in order.
    template <class Visit>
    void for_each_chunk(const Visit& visit) const {
        for (const Slot& slot : slots_) {
            visit(slot.open ? *slot.open : *slot.sealed, slot.open == nullptr);
        }
    }

    /// Seals open chunks with `root_of_chunk(items)` and keeps what `root_of_column(*this)` then answers.
    template <class RootOfChunk, class RootOfColumn>
    Root seal_with(const RootOfChunk& root_of_chunk, const RootOfColumn& root_of_column) {
        if (!root_) {
            for (Slot& slot : slots_) {
                if (slot.open) {
                    slot.open->root = root_of_chunk(slot.open->items);
                    slot = Slot{std::shared_ptr<const Chunk>{std::move(slot.open)}};
                }
            }
            root_ = root_of_column(std::as_const(*this));
        }
        return *root_;
    }

private:
    struct Slot {
        explicit Slot(std::shared_ptr<const Chunk> chunk) : items(chunk->items.data()), sealed(std::move(chunk)) {}
        explicit Slot(std::unique_ptr<Chunk> chunk) : items(chunk->items.data()), open(std::move(chunk)) {}

        const T* items; ///< the chunk's, so that a read follows one pointer
        std::shared_ptr<const Chunk> sealed;
        std::unique_ptr<Chunk> open;

        const Chunk& chunk() const { return open ? *open : *sealed; }
        void refresh() { items = open->items.data(); }
        bool operator==(const Slot& other) const {
            return items == other.items || chunk().items == other.chunk().items;
        }
    };

    Chunk& open(std::size_t index) {
        Slot& slot = slots_[index];
        root_.reset();
        if (!slot.open) {
            slot = Slot{std::make_unique<Chunk>(*slot.sealed)};
        }
        return *slot.open;
    }

    void cut(std::size_t size) {
        slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>((size + chunk_items - 1) / chunk_items),
                     slots_.end());
        size_ = size;
        root_.reset();
        if (size % chunk_items != 0) {
            std::vector<T>& items = open(slots_.size() - 1).items;
            items.erase(items.begin() + static_cast<std::ptrdiff_t>(size % chunk_items), items.end());
        }
    }

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
    std::optional<Root> root_;
};

/// Walks the items chunk by chunk. Holds until the column is written to.
template <class T, std::uint64_t N>
class Column<T, N>::const_iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    const_iterator() = default;
    const_iterator(const Column& column, std::size_t index) : column_(&column), index_(index) { enter(); }

    reference operator*() const { return *item_; }
    pointer operator->() const { return item_; }
    const_iterator& operator++() {
        ++index_;
        if (++item_ == chunk_end_) {
            enter();
        }
        return *this;
    }
    const_iterator operator++(int) {
        const const_iterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const const_iterator& other) const { return index_ == other.index_; }

private:
    void enter() {
        if (index_ < column_->size_) {
            const auto& items = column_->slots_[index_ / chunk_items].chunk().items;
            item_ = items.data() + index_ % chunk_items;
            chunk_end_ = items.data() + items.size();
        }
    }

    const Column* column_ = nullptr;
    std::size_t index_ = 0;
    const T* item_ = nullptr;
    const T* chunk_end_ = nullptr;
};

} // namespace quoin::inline codec
