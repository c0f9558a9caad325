#pragma once

#include <quoin/api/api.hpp>

#include <cstdint>
#include <optional>

namespace quoin::api {

/// When slots begin, as of one moment. Under timer pacing the clock says so. Under responsive pacing a slot begins when
/// the one before is done: what is to come is estimated from how long the slots of the last blocks took, and of what
/// has passed, and before there are blocks, nothing is said.
class SlotTimes {
public:
    explicit SlotTimes(const ApiParts& parts);

    std::optional<std::uint64_t> start_ms(Slot slot) const;
    /// Nothing for eras that never come.
    std::optional<std::uint64_t> start_ms(Era era) const;

private:
    /// `slots` slots up to the head took `span_ms`.
    struct Pace {
        Slot head;
        std::uint64_t head_ms = 0;
        std::uint64_t slots = 0;
        std::uint64_t span_ms = 0;
    };
    static std::optional<Pace> pace_of(const ApiParts& parts);

    const Chain& chain_;
    std::uint64_t now_ms_;
    std::optional<Pace> pace_; ///< of responsive pacing alone
};

} // namespace quoin::api
