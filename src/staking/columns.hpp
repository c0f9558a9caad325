#pragma once

#include <quoin/codec/column.hpp>

namespace quoin::staking {

// Edits of ordered columns. Chunks before the first change stay shared.

/// Half-open range of positions.
struct Positions {
    std::size_t begin = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - begin; }
};

/// The first position whose item is not before, by `is_before(item)`.
template <class T, std::uint64_t N, class IsBefore>
std::size_t first_position(const Column<T, N>& column, const IsBefore& is_before) {
    std::size_t low = 0;
    std::size_t high = column.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (is_before(column[middle])) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

template <class T, std::uint64_t N>
void insert_at(Column<T, N>& column, std::size_t position, const T& item) {
    column.push_back(item);
    for (std::size_t i = column.size() - 1; i > position; --i) {
        const T before = column[i - 1];
        column.set(i, before);
    }
    column.set(position, item);
}

/// Removes every item that `is_gone`, keeping the order of the rest.
template <class T, std::uint64_t N, class IsGone>
void remove_items(Column<T, N>& column, const IsGone& is_gone) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < column.size(); ++i) {
        const T item = column[i];
        if (is_gone(item)) {
            continue;
        }
        if (kept != i) {
            column.set(kept, item);
        }
        ++kept;
    }
    if (kept != column.size()) {
        column.resize(kept);
    }
}

/// Removes the first `count` items.
template <class T, std::uint64_t N>
void remove_front(Column<T, N>& column, std::size_t count) {
    if (count == 0) {
        return;
    }
    for (std::size_t i = count; i < column.size(); ++i) {
        const T item = column[i];
        column.set(i - count, item);
    }
    column.resize(column.size() - count);
}

} // namespace quoin::staking
