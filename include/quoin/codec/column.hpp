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
#include <span>
#include <utility>
#include <vector>

namespace quoin::inline codec {

/// SSZ List[T, N] in chunks that copies share: a long list of the State. A chunk is a whole subtree of the hash tree
/// and is either sealed (const, shared between copies, with its root) or open (owned by this column alone).
///
/// A copy of a sealed column is one pointer. A copy of another shares the sealed chunks and clones the open ones; it
/// never writes to its source, so a sealed column may be read and copied by many threads at once. Whoever writes gets a
/// clone of the chunk first, always: whether somebody else still holds it is not asked.
///
/// `ChunkHeight` is that of a chunk's subtree. Low chunks are for short lists of which one item changes at a time: with
/// height 0 every item is shared, and its root kept, by itself.
template <class T, std::uint64_t N, std::size_t ChunkHeight = Basic<T> ? 8 : 7>
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
    static constexpr std::size_t chunk_height = std::min<std::size_t>(height, ChunkHeight);
    static constexpr std::size_t chunk_items = (std::size_t{1} << chunk_height) * per_leaf;

    class const_iterator;

    Column() = default;
    Column(std::initializer_list<T> items) { assign(items.begin(), items.end()); }
    explicit Column(const std::vector<T>& items) { assign(items.begin(), items.end()); }
    Column(const Column& other) : sealed_(other.sealed_), size_(other.size_), root_(other.root_) {
        slots_.reserve(other.slots_.size());
        for (const Slot& slot : other.slots_) {
            slots_.push_back(slot.open ? Slot{std::make_unique<Chunk>(*slot.open)} : Slot{slot.sealed});
        }
    }
    Column(Column&& other) noexcept
        : slots_(std::move(other.slots_)), sealed_(std::move(other.sealed_)), size_(other.size_), root_(other.root_) {
        other.clear();
    }
    Column& operator=(Column other) noexcept {
        std::swap(slots_, other.slots_);
        std::swap(sealed_, other.sealed_);
        std::swap(size_, other.size_);
        std::swap(root_, other.root_);
        return *this;
    }
    ~Column() = default;

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    const T& operator[](std::size_t i) const {
        QUOIN_ASSERT(i < size_, "index is in the column");
        return slots()[i / chunk_items].items[i % chunk_items];
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
            own_slots().push_back(Slot{std::make_unique<Chunk>()});
        }
        open(chunk_count() - 1).items.push_back(std::move(item));
        slots_.back().refresh();
        ++size_;
    }

    /// Cuts off from the end or fills up with `value`.
    void resize(std::size_t size, const T& value = T{}) {
        QUOIN_ASSERT(size <= N, "column keeps its limit");
        if (size < size_) {
            cut(size);
        }
        append_chunks(size, [&value](std::vector<T>& items, std::size_t to) { items.resize(to, value); });
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
    /// Takes away the first `count` items. Unless they fill chunks all others move, and every chunk is written anew.
    void erase_front(std::size_t count) {
        QUOIN_ASSERT(count <= size_, "no more items go than there are");
        if (count % chunk_items != 0) {
            assign(const_iterator{*this, count}, end());
        } else if (count != 0) {
            Slots& slots = own_slots();
            slots.erase(slots.begin(), slots.begin() + static_cast<std::ptrdiff_t>(count / chunk_items));
            size_ -= count;
        }
    }
    void clear() {
        slots_.clear();
        sealed_.reset();
        size_ = 0;
        root_.reset();
    }

    // Whole columns at the speed of memory. Chunk c holds the items from c * chunk_items on, all but the last of them
    // `chunk_items`; columns whose items are of one size have the same chunks.

    std::size_t chunk_count() const { return slots().size(); }
    std::span<const T> chunk(std::size_t index) const { return slots()[index].chunk().items; }
    /// A chunk for writing, cloned if it is shared. Holds as long as `edit`.
    std::span<T> edit_chunk(std::size_t index) { return open(index).items; }

    /// Becomes `size` items, `item_of(i)` each, called in order. It may read this column, which keeps what it held
    /// until the end.
    template <class ItemOf>
    void assign_each(std::size_t size, const ItemOf& item_of) {
        QUOIN_ASSERT(size <= N, "column keeps its limit");
        Column column;
        std::size_t i = 0;
        column.append_chunks(size, [&](std::vector<T>& items, std::size_t to) {
            while (items.size() < to) {
                items.push_back(item_of(i++));
            }
        });
        *this = std::move(column);
    }
    /// Every item becomes `next_of(i, item)`, called in order. A chunk in which nothing changes stays shared and
    /// sealed.
    template <class NextOf>
    void update_each(const NextOf& next_of) {
        std::vector<T> next;
        for (std::size_t c = 0; c < chunk_count(); ++c) {
            const std::vector<T>& items = slots()[c].chunk().items;
            next.clear();
            next.reserve(items.size());
            for (const T& item : items) {
                next.push_back(next_of(c * chunk_items + next.size(), item));
            }
            if (next != items) {
                replace(c, next);
            }
        }
    }

    bool operator==(const Column& other) const {
        return size_ == other.size_ && std::equal(slots().begin(), slots().end(), other.slots().begin());
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
        for (const Slot& slot : slots()) {
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
            sealed_ = std::make_shared<const Slots>(std::exchange(slots_, {}));
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

    using Slots = std::vector<Slot>;

    const Slots& slots() const { return sealed_ ? *sealed_ : slots_; }
    /// The slots for writing: whoever writes to a sealed column gets its own of the slots first, as of the chunks.
    Slots& own_slots() {
        root_.reset();
        if (sealed_) {
            slots_.reserve(sealed_->size() + 1);
            for (const Slot& slot : *sealed_) {
                slots_.push_back(Slot{slot.sealed});
            }
            sealed_.reset();
        }
        return slots_;
    }

    Chunk& open(std::size_t index) {
        Slot& slot = own_slots()[index];
        if (!slot.open) {
            slot = Slot{std::make_unique<Chunk>(*slot.sealed)};
        }
        return *slot.open;
    }

    /// Writes a chunk anew, without a look at what it held.
    void replace(std::size_t index, const std::vector<T>& items) {
        auto chunk = std::make_unique<Chunk>();
        chunk->items = items;
        own_slots()[index] = Slot{std::move(chunk)};
    }

    /// Grows chunk by chunk; `fill(items, to)` brings the items of one up to `to`.
    template <class Fill>
    void append_chunks(std::size_t size, const Fill& fill) {
        while (size_ < size) {
            if (size_ % chunk_items == 0) {
                own_slots().push_back(Slot{std::make_unique<Chunk>()});
            }
            const std::size_t begin = size_ / chunk_items * chunk_items;
            std::vector<T>& items = open(chunk_count() - 1).items;
            const std::size_t to = std::min(size - begin, chunk_items);
            items.reserve(to);
            fill(items, to);
            slots_.back().refresh();
            size_ = begin + to;
        }
    }

    void cut(std::size_t size) {
        Slots& slots = own_slots();
        slots.erase(slots.begin() + static_cast<std::ptrdiff_t>((size + chunk_items - 1) / chunk_items), slots.end());
        size_ = size;
        if (size % chunk_items != 0) {
            std::vector<T>& items = open(chunk_count() - 1).items;
            items.erase(items.begin() + static_cast<std::ptrdiff_t>(size % chunk_items), items.end());
        }
    }

    Slots slots_;                         ///< empty while sealed
    std::shared_ptr<const Slots> sealed_; ///< all of them, shared by copies: set when `root_` is
    std::size_t size_ = 0;
    std::optional<Root> root_;
};

/// Walks the items chunk by chunk. Holds until the column is written to.
template <class T, std::uint64_t N, std::size_t ChunkHeight>
class Column<T, N, ChunkHeight>::const_iterator {
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
            const auto& items = column_->slots()[index_ / chunk_items].chunk().items;
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
