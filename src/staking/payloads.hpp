#pragma once

#include <quoin/staking/books.hpp>

namespace quoin::staking {

/// Who pays for a payload, and with what once the fee is gone.
struct Payer {
    Address address;
    Amount funds;
};

/// Whether the payload can be performed at the state's slot.
Result<void> check_payload(const State& state, const Spec& spec, const Payer& payer, const Payload& payload);

/// The part of `check_payload` that no earlier transaction can mend.
Result<void> check_payload_form(const Payload& payload);

/// Performs a payload that `check_payload` accepts in this very state.
void perform_payload(Books& books, const Address& sender, const Payload& payload, const Root& transaction);

} // namespace quoin::staking
