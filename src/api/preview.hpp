#pragma once

#include <quoin/staking/books.hpp>
#include <quoin/types/genesis.hpp>

#include <string>
#include <vector>

namespace quoin::api {

/// What transactions would do if they stood in the next block: applied to a copy of the head's state by the code that
/// applies blocks.
class Preview {
public:
    Preview(const Chain& chain, const State& head);
    Preview(const Preview&) = delete;
    Preview& operator=(const Preview&) = delete;

    /// Transactions of one preview see each other's effects. A fault says why a block could not hold it, or why its
    /// payload would fail; signatures are not looked at. The answer is JSON: fee, units, postings.
    ///
    /// Nonces that the sender has pending before this one are taken as used, up to `mempool_per_account_max`.
    Result<std::string> apply(const SignedTransaction& transaction);

private:
    void skip_pending_nonces(const Address& sender, std::uint64_t nonce);

    const Chain& chain_;
    BlockEffects effects_;
    State state_;
    staking::Books books_;
};

/// Whether the transaction's signatures hold (that of the sender; for `stake` the proof of possession).
Result<void> check_signatures(const Chain& chain, const SignedTransaction& transaction);

} // namespace quoin::api
