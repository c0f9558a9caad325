#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/codec/wire.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace quoin::inline codec {

/// SSZ List[T, N]: a vector that never holds more than N. To outgrow it is a bug of ours; what comes from outside is
/// refused by the archives before it gets here.
template <class T, std::uint64_t N>
class List {
    static_assert(!std::is_same_v<T, bool>, "a list of bits is a Bitlist");

public:
    using value_type = T;
    using iterator = typename std::vector<T>::iterator;
    using const_iterator = typename std::vector<T>::const_iterator;
    static constexpr Wire wire = Wire::list;
    static constexpr std::uint64_t limit = N;

    List() = default;
    List(std::initializer_list<T> items) : items_(items) { check(); }
    explicit List(std::vector<T> items) : items_(std::move(items)) { check(); }
    template <std::input_iterator Iterator>
    List(Iterator first, Iterator last) : items_(first, last) {
        check();
    }

    std::size_t size() const { return items_.size(); }
    bool empty() const { return items_.empty(); }
    bool full() const { return items_.size() >= N; }
    const std::vector<T>& items() const { return items_; }

    const T& operator[](std::size_t i) const { return QUOIN_ASSERT(i < size(), "index is in the list"), items_[i]; }
    T& operator[](std::size_t i) { return QUOIN_ASSERT(i < size(), "index is in the list"), items_[i]; }
    const T& front() const { return (*this)[0]; }
    T& front() { return (*this)[0]; }
    const T& back() const { return (*this)[size() - 1]; }
    T& back() { return (*this)[size() - 1]; }
    const T* data() const { return items_.data(); }
    T* data() { return items_.data(); }

    const_iterator begin() const { return items_.begin(); }
    const_iterator end() const { return items_.end(); }
    iterator begin() { return items_.begin(); }
    iterator end() { return items_.end(); }

    void push_back(T item) {
        QUOIN_ASSERT(!full(), "list keeps its limit");
        items_.push_back(std::move(item));
    }
    template <class... Arguments>
    T& emplace_back(Arguments&&... arguments) {
        QUOIN_ASSERT(!full(), "list keeps its limit");
        return items_.emplace_back(std::forward<Arguments>(arguments)...);
    }
    void pop_back() {
        QUOIN_ASSERT(!empty(), "list is not empty");
        items_.pop_back();
    }
    void resize(std::size_t size, const T& value = T{}) {
        QUOIN_ASSERT(size <= N, "list keeps its limit");
        items_.resize(size, value);
    }
    template <std::input_iterator Iterator>
    void assign(Iterator first, Iterator last) {
        items_.assign(first, last);
        check();
    }
    iterator insert(const_iterator position, T item) {
        QUOIN_ASSERT(!full(), "list keeps its limit");
        return items_.insert(position, std::move(item));
    }
    iterator erase(const_iterator position) { return items_.erase(position); }
    iterator erase(const_iterator first, const_iterator last) { return items_.erase(first, last); }
    void reserve(std::size_t size) { items_.reserve(size); }
    void clear() { items_.clear(); }

    bool operator==(const List&) const = default;

private:
    void check() const { QUOIN_ASSERT(items_.size() <= N, "list keeps its limit"); }

    std::vector<T> items_;
};

/// SSZ Vector[T, N]: exactly N and never none, zeroed at the start, held in place (mind the stack).
template <class T, std::uint64_t N>
requires(N > 0) class Vector {
public:
    using value_type = T;
    using iterator = typename std::array<T, N>::iterator;
    using const_iterator = typename std::array<T, N>::const_iterator;
    static constexpr Wire wire = Wire::vector;
    static constexpr std::uint64_t limit = N;

    Vector() = default;
    Vector(std::initializer_list<T> items) {
        QUOIN_ASSERT(items.size() == N, "vector is given as many items as it holds");
        std::copy(items.begin(), items.end(), items_.begin());
    }
    template <std::input_iterator Iterator>
    Vector(Iterator first, Iterator last) {
        for (T& item : items_) {
            QUOIN_ASSERT(first != last, "vector is given as many items as it holds");
            item = *first++;
        }
        QUOIN_ASSERT(first == last, "vector is given as many items as it holds");
    }

    static constexpr std::size_t size() { return N; }
    const T& operator[](std::size_t i) const { return QUOIN_ASSERT(i < N, "index is in the vector"), items_[i]; }
    T& operator[](std::size_t i) { return QUOIN_ASSERT(i < N, "index is in the vector"), items_[i]; }
    const T& front() const { return items_.front(); }
    T& front() { return items_.front(); }
    const T& back() const { return items_.back(); }
    T& back() { return items_.back(); }
    const T* data() const { return items_.data(); }
    T* data() { return items_.data(); }

    const_iterator begin() const { return items_.begin(); }
    const_iterator end() const { return items_.end(); }
    iterator begin() { return items_.begin(); }
    iterator end() { return items_.end(); }
    void fill(const T& value) { items_.fill(value); }

    bool operator==(const Vector&) const = default;

private:
    std::array<T, N> items_{};
};

} // namespace quoin::inline codec
