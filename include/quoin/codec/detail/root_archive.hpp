#pragma once

#include <quoin/base/field.hpp>
#include <quoin/codec/detail/root_plan.hpp>
#include <quoin/codec/detail/shape.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/crypto/sha256.hpp>

#include <cereal/cereal.hpp>

#include <cstring>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace quoin::inline codec::detail {

/// Hash-tree-roots. `push` leaves the root of a value on top of a stack of nodes, on which the leaves of what is being
/// worked on lie too: one growing array serves the whole walk.
class RootArchive : public cereal::OutputArchive<RootArchive> {
public:
    RootArchive() : OutputArchive(this) { nodes_.reserve(nodes_expected); }

    template <class T>
    void processImpl(const Field<T>& field) {
        push(field.value);
    }

    template <class T>
    void push(const T& value) {
        constexpr Wire wire = wire_of<T>();
        if constexpr (Basic<T>) {
            push_bytes(&value, sizeof(T), sizeof(T));
        } else if constexpr (wire == Wire::bytes) {
            push_bytes(value.data(), value.size(), T::size_bytes);
        } else if constexpr (wire == Wire::byte_list) {
            push_bytes(value.data(), value.size(), T::limit);
            mix_in_length_of(value.size());
        } else if constexpr (wire == Wire::text) {
            push_bytes(value.view().data(), value.size(), T::limit);
            mix_in_length_of(value.size());
        } else if constexpr (wire == Wire::bitvector) {
            push_bytes(value.words().data(), (T::limit + 7) / 8, (T::limit + 7) / 8);
        } else if constexpr (wire == Wire::bitlist) {
            push_bytes(value.words().data(), (value.size() + 7) / 8, T::limit / 8 + (T::limit % 8 != 0));
            mix_in_length_of(value.size());
        } else if constexpr (wire == Wire::vector) {
            push_items(value, tree_height(leaves_of<typename T::value_type>(T::limit)));
        } else if constexpr (wire == Wire::list) {
            push_items(value, tree_height(leaves_of<typename T::value_type>(T::limit)));
            mix_in_length_of(value.size());
        } else if constexpr (wire == Wire::column) {
            push_column(value);
        } else if constexpr (wire == Wire::optional) {
            value ? push(*value) : nodes_.push_back(Root{});
            mix_in_length_of(value ? 1 : 0);
        } else if constexpr (wire == Wire::choice) {
            std::visit([this](const auto& alternative) { this->push(alternative); }, value);
            nodes_.back() = mix_in_selector(nodes_.back(), static_cast<std::uint8_t>(value.index()));
        } else {
            const std::size_t begin = nodes_.size();
            push_fields(value);
            collapse(nodes_, begin, 0, tree_height(nodes_.size() - begin));
        }
    }

    /// The roots of a container's fields, each on top of the one before.
    template <class T>
    void push_fields(const T& value) {
        const_cast<T&>(value).serialize(*this); // which writes nothing through an output archive
    }

    /// The root over the items of a list or chunk, without their number.
    template <class Items>
    void push_items(const Items& items, std::size_t height) {
        using Item = typename Items::value_type;
        const std::size_t begin = nodes_.size();
        if constexpr (Basic<Item>) {
            const std::size_t bytes = items.size() * sizeof(Item);
            if (is_one_leaf_repeated(items.data(), bytes, height)) {
                return push_repeated(items.data(), height);
            }
            push_leaves(items.data(), bytes);
        } else if constexpr (wire_of<Item>() == Wire::container) {
            push_containers(items);
        } else {
            for (const Item& item : items) {
                push(item);
            }
        }
        collapse(nodes_, begin, 0, height);
    }

    /// The root over a column: sealed chunks answer for themselves.
    template <class C>
    void push_column(const C& column) {
        if (column.sealed_root()) {
            nodes_.push_back(*column.sealed_root());
            return;
        }
        const std::size_t begin = nodes_.size();
        column.for_each_chunk([this](const auto& chunk, bool is_sealed) {
            if (is_sealed) {
                nodes_.push_back(chunk.root);
            } else {
                push_items(chunk.items, C::chunk_height);
            }
        });
        collapse(nodes_, begin, C::chunk_height, C::height);
        mix_in_length_of(column.size());
    }

    /// What the pushes left: one root for each.
    std::vector<Root> take() { return std::exchange(nodes_, {}); }
    Root pop() {
        const Root top = nodes_.back();
        nodes_.pop_back();
        return top;
    }

private:
    static constexpr std::size_t nodes_expected = 64; ///< of what is hashed all the time

    /// The roots of many containers, each node of their trees for all of them together.
    template <class Items>
    void push_containers(const Items& items) {
        const auto root_of = [this](const auto& part) {
            push(part);
            return pop();
        };
        for_each_root_batch(items, root_of, [this](std::span<const Root> roots) {
            nodes_.insert(nodes_.end(), roots.begin(), roots.end());
        });
    }

    /// True for a full tree of equal leaves: scores that are all zero, balances that are all at the top.
    static bool is_one_leaf_repeated(const void* data, std::size_t size, std::size_t height) {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        return height < 32 && size == std::size_t{32} << height && std::memcmp(bytes, bytes + 32, size - 32) == 0;
    }
    void push_repeated(const void* leaf, std::size_t height) {
        Root root;
        std::memcpy(root.data(), leaf, root.size());
        for (std::size_t level = 0; level < height; ++level) {
            root = crypto::hash_pair(root, root);
        }
        nodes_.push_back(root);
    }

    template <class Item>
    static constexpr std::uint64_t leaves_of(std::uint64_t items) {
        if constexpr (Basic<Item>) {
            constexpr std::uint64_t per_leaf = 32 / sizeof(Item);
            return items / per_leaf + (items % per_leaf != 0);
        } else {
            return items;
        }
    }

    void push_leaves(const void* data, std::size_t size) {
        const std::size_t begin = nodes_.size();
        nodes_.resize(begin + (size + 31) / 32);
        if (size != 0) {
            std::memcpy(nodes_[begin].data(), data, size);
        }
    }

    void push_bytes(const void* data, std::size_t size, std::uint64_t size_max) {
        const std::size_t begin = nodes_.size();
        push_leaves(data, size);
        collapse(nodes_, begin, 0, tree_height(size_max / 32 + (size_max % 32 != 0)));
    }

    void mix_in_length_of(std::size_t length) { nodes_.back() = mix_in_length(nodes_.back(), length); }

    std::vector<Root> nodes_;
};

} // namespace quoin::inline codec::detail
