#pragma once

#include <quoin/base/field.hpp>
#include <quoin/codec/detail/root_archive.hpp>

namespace quoin::inline codec::detail {

/// Finds every column below a value and seals it. Chunks of a column are const once sealed, so a column's own items
/// hold no columns.
class SealArchive {
public:
    template <class... T>
    void operator()(const Field<T>&... fields) {
        (seal(fields.value), ...);
    }

    template <class T>
    void seal(T& value) {
        constexpr Wire wire = wire_of<T>();
        if constexpr (wire == Wire::column) {
            seal_column(value);
        } else if constexpr (wire == Wire::container) {
            value.serialize(*this);
        } else if constexpr (wire == Wire::optional) {
            if (value) {
                seal(*value);
            }
        } else if constexpr (wire == Wire::list || wire == Wire::vector) {
            if constexpr (!Basic<typename T::value_type>) {
                for (auto& item : value) {
                    seal(item);
                }
            }
        }
    }

private:
    template <class C>
    void seal_column(C& column) {
        column.seal_with(
            [this](const auto& items) {
                roots_.push_items(items, C::chunk_height);
                return roots_.pop();
            },
            [this](const C& sealed) {
                roots_.push_column(sealed);
                return roots_.pop();
            });
    }

    RootArchive roots_;
};

} // namespace quoin::inline codec::detail
