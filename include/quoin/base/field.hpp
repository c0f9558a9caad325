#pragma once

namespace quoin::inline base {

/// A member with its name, as a type's `serialize` hands it to an archive: the name is the JSON key and the last step
/// of a fault's path; the order of fields is the SSZ order.
template <class T>
struct Field {
    const char* name;
    T& value;
    bool may_be_absent; ///< JSON only: an absent key leaves the value as it was constructed; SSZ always carries it
};

template <class T>
Field<T> field(const char* name, T& value) {
    return {name, value, false};
}

/// As `field`, for a key that JSON may leave out (STATE.md, "Genesis").
template <class T>
Field<T> optional_field(const char* name, T& value) {
    return {name, value, true};
}

} // namespace quoin::inline base
