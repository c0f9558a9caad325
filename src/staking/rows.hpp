#pragma once

#include <quoin/codec/column.hpp>
#include <quoin/codec/count_column.hpp>

#include <algorithm>
#include <vector>

namespace quoin::staking {

// Passes over columns of the registry side by side: rows that lie together in memory in every column are gone over as
// arrays.

/// Divides the items of a chunk of every column that has a row for each validator.
inline constexpr std::size_t rows_together = 128;

/// Calls `visit(begin, end)` for stretches of rows that lie together.
template <class Visit>
void for_each_stretch(std::size_t count, const Visit& visit) {
    for (std::size_t begin = 0; begin < count; begin += rows_together) {
        visit(begin, std::min(begin + rows_together, count));
    }
}

/// The rows of a stretch, by their position in the column; default values beyond the column's end. Holds until the
/// column is written to.
template <class T>
class Rows {
public:
    template <std::uint64_t N>
    Rows(const Column<T, N>& column, std::size_t begin) : begin_(begin) {
        static_assert(Column<T, N>::chunk_items % rows_together == 0);
        if (begin + rows_together <= column.size()) {
            items_ = &column[begin];
            return;
        }
        padded_.resize(rows_together);
        for (std::size_t i = begin; i < column.size(); ++i) {
            padded_[i - begin] = column[i];
        }
        items_ = padded_.data();
    }
    template <std::uint64_t N>
    Rows(const CountColumn<N>& column, std::size_t begin) : begin_(begin), padded_(rows_together) {
        if (begin < column.size()) {
            column.read(begin, std::span{padded_}.first(std::min(rows_together, column.size() - begin)));
        }
        items_ = padded_.data();
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    const T& operator[](std::size_t i) const { return items_[i - begin_]; }

private:
    std::size_t begin_;
    const T* items_ = nullptr;
    std::vector<T> padded_;
};

/// As `Rows`, for writing to rows that the column has.
template <class T>
class EditedRows {
public:
    template <std::uint64_t N>
    EditedRows(Column<T, N>& column, std::size_t begin) : begin_(begin), items_(&column.edit(begin)) {
        static_assert(Column<T, N>::chunk_items % rows_together == 0);
    }

    T& operator[](std::size_t i) { return items_[i - begin_]; }

private:
    std::size_t begin_;
    T* items_;
};

} // namespace quoin::staking
