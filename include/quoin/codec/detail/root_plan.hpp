#pragma once

#include <quoin/base/field.hpp>
#include <quoin/codec/detail/shape.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/crypto/sha256.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace quoin::inline codec::detail {

/// How the root of a container comes from leaves: the same for every value of a type, so that many values are hashed
/// node by node together, each node being a column over the values. Columns are numbered: the leaves in the order of
/// the fields, then the zero roots by height. A step puts the parent of two columns in place of the left.
struct RootPlan {
    struct Step {
        std::size_t left;
        std::size_t right;
    };

    std::vector<Step> steps;
    std::size_t leaves = 0;
    std::size_t zeros = 0; ///< heights of which a zero root is needed
};

/// Says how many leaves a part of a container has. Whatever is not of one shape (lists, optionals, choices) is one
/// leaf: its root.
template <class T>
constexpr std::size_t octets_in_leaves() {
    if constexpr (wire_of<T>() == Wire::bytes) {
        return T::size_bytes;
    } else {
        return 32;
    }
}

class PlanArchive {
public:
    template <class... T>
    void operator()(const Field<T>&... fields) {
        (nodes_.push_back(add(fields.value)), ...);
    }

    /// Adds the leaves and steps of a value; its root ends in the column that is answered.
    template <class T>
    std::size_t add(const T& value) {
        const std::size_t begin = nodes_.size();
        if constexpr (wire_of<T>() == Wire::container) {
            const_cast<T&>(value).serialize(*this); // which writes nothing
        } else {
            for (std::size_t at = 0; at < octets_in_leaves<T>(); at += 32) {
                nodes_.push_back(leaves_++);
            }
        }
        return fold(begin);
    }

    RootPlan finish() const {
        RootPlan plan{{}, leaves_, zeros_};
        for (const Pending& step : steps_) {
            plan.steps.push_back({step.left, step.is_zero ? leaves_ + step.right : step.right});
        }
        return plan;
    }

private:
    struct Pending {
        std::size_t left;
        std::size_t right; ///< a column, or the height of a zero root
        bool is_zero;
    };

    std::size_t fold(std::size_t begin) {
        for (std::size_t height = 0; nodes_.size() - begin > 1; ++height) {
            std::size_t out = begin;
            for (std::size_t in = begin; in < nodes_.size(); in += 2, ++out) {
                const bool is_zero = in + 1 == nodes_.size();
                steps_.push_back({nodes_[in], is_zero ? height : nodes_[in + 1], is_zero});
                zeros_ = is_zero ? std::max(zeros_, height + 1) : zeros_;
                nodes_[out] = nodes_[in];
            }
            nodes_.resize(out);
        }
        const std::size_t root = nodes_[begin];
        nodes_.resize(begin);
        return root;
    }

    std::vector<std::size_t> nodes_; ///< columns of what is being folded, the innermost container last
    std::vector<Pending> steps_;
    std::size_t leaves_ = 0;
    std::size_t zeros_ = 0;
};

/// The root of a T lands in column 0, where its first leaf was.
template <class T>
const RootPlan& root_plan() {
    static const RootPlan plan = [] {
        PlanArchive archive;
        archive.add(T{});
        return archive.finish();
    }();
    return plan;
}

/// Writes the leaves of one value into its row of the columns. `root_of(part)` answers for parts that are one leaf.
template <class RootOf>
class LeafArchive {
public:
    LeafArchive(Root* row, std::size_t rows, const RootOf& root_of) : next_(row), rows_(rows), root_of_(root_of) {}

    template <class... T>
    void operator()(const Field<T>&... fields) {
        (write(fields.value), ...);
    }

    template <class T>
    void write(const T& value) {
        if constexpr (wire_of<T>() == Wire::container) {
            const_cast<T&>(value).serialize(*this); // which writes nothing
        } else if constexpr (wire_of<T>() == Wire::bytes) {
            for (std::size_t at = 0; at < T::size_bytes; at += 32) {
                put(value.data() + at, std::min<std::size_t>(32, T::size_bytes - at));
            }
        } else if constexpr (Basic<T>) {
            put(&value, sizeof(T));
        } else {
            const Root root = root_of_(value);
            put(root.data(), root.size());
        }
    }

private:
    void put(const void* data, std::size_t size) {
        *next_ = Root{};
        std::memcpy(next_->data(), data, size);
        next_ += rows_;
    }

    Root* next_;
    std::size_t rows_; ///< of each column
    const RootOf& root_of_;
};

/// The parents of two columns, in place of the left. Neighbours mostly agree in what seldom changes: a node that is the
/// same in all rows is hashed once.
inline void hash_columns(std::span<Root> left, std::span<const Root> right) {
    const auto is_uniform = [](std::span<const Root> column) {
        return std::memcmp(column.data(), column.data() + 1, column.size_bytes() - sizeof(Root)) == 0;
    };
    if (is_uniform(left) && is_uniform(right)) {
        std::ranges::fill(left, crypto::hash_pair(left.front(), right.front()));
    } else {
        crypto::hash_zipped(left, right, left);
    }
}

/// Calls `take(roots)` with the roots of `items`, containers all, in order and in batches.
template <class Items, class RootOf, class Take>
void for_each_root_batch(const Items& items, const RootOf& root_of, const Take& take) {
    constexpr std::size_t batch = 32; // columns of it stay in the first cache
    const RootPlan& plan = root_plan<typename Items::value_type>();
    const std::size_t rows = std::min<std::size_t>(batch, items.size());
    std::vector<Root> nodes((plan.leaves + plan.zeros) * rows);
    const auto column = [&](std::size_t number) { return std::span{nodes}.subspan(number * rows, rows); };
    for (std::size_t height = 0; height < plan.zeros; ++height) {
        std::ranges::fill(column(plan.leaves + height), zero_root(height));
    }
    for (std::size_t begin = 0; begin < items.size(); begin += rows) {
        const std::size_t count = std::min<std::size_t>(rows, items.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            LeafArchive<RootOf> archive{nodes.data() + i, rows, root_of};
            archive.write(items[begin + i]);
        }
        for (const RootPlan::Step& step : plan.steps) {
            hash_columns(column(step.left).first(count), column(step.right).first(count));
        }
        take(column(0).first(count));
    }
}

} // namespace quoin::inline codec::detail
