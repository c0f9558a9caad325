#include <quoin/base/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace quoin::inline base {

namespace {
thread_local std::uint64_t slot_at_work = 0;
}

void assertion_failed(const char* condition, const char* invariant, const char* file, int line) noexcept {
    std::fprintf(stderr, "invariant broken: %s (%s) at slot %llu, %s:%d\n", invariant, condition,
                 static_cast<unsigned long long>(slot_at_work), file, line);
    std::abort();
}

void set_assertion_slot(std::uint64_t slot) noexcept {
    slot_at_work = slot;
}

} // namespace quoin::inline base
