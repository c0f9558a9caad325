#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/base/reason.hpp>

#include <string>
#include <utility>
#include <variant>

namespace quoin::inline base {

/// Bad input said as a value: what rule it broke, where in the input, and a sentence for a person.
struct Fault {
    Reason reason{};
    std::string path;    ///< field path into the input, such as `body.attestations[3].bits`; empty when it has none
    std::string message; ///< one sentence without a full stop

    bool operator==(const Fault&) const = default;

    /// `REASON path: message`, as logs and the command line print it.
    std::string text() const;
};

/// A value, or the fault that stands in its place.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Fault fault) : state_(std::in_place_index<1>, std::move(fault)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & { return QUOIN_ASSERT(ok(), "result holds a value"), *std::get_if<0>(&state_); }
    const T& value() const& { return QUOIN_ASSERT(ok(), "result holds a value"), *std::get_if<0>(&state_); }
    T&& value() && { return QUOIN_ASSERT(ok(), "result holds a value"), std::move(*std::get_if<0>(&state_)); }
    const Fault& fault() const { return QUOIN_ASSERT(!ok(), "result holds a fault"), *std::get_if<1>(&state_); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, Fault> state_;
};

/// Success with nothing to say, or a fault.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Fault fault) : fault_(std::move(fault)), ok_(false) {}

    bool ok() const { return ok_; }
    explicit operator bool() const { return ok_; }
    const Fault& fault() const { return QUOIN_ASSERT(!ok_, "result holds a fault"), fault_; }

private:
    Fault fault_;
    bool ok_ = true;
};

} // namespace quoin::inline base
