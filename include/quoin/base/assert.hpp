#pragma once

#include <cstdint>

namespace quoin::inline base {

/// Prints the invariant that broke with the slot being worked on, and aborts: a bug of ours must stop the node before
/// it signs or writes anything built on it.
[[noreturn]] void assertion_failed(const char* condition, const char* invariant, const char* file, int line) noexcept;

/// The slot that this thread works on, for the message of a failed assertion. The engine sets it.
void set_assertion_slot(std::uint64_t slot) noexcept;

} // namespace quoin::inline base

/// Always on, in release builds too. `invariant` is the number of the rule ("L3", "J") or a few words.
#define QUOIN_ASSERT(condition, invariant)                                                                             \
    ((condition) ? static_cast<void>(0) : ::quoin::assertion_failed(#condition, invariant, __FILE__, __LINE__))
