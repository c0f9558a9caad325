#include "finalized_chain.hpp"

#include <unit/transition/walk.hpp>

#include <map>

namespace quoin::store::test {

namespace {

using namespace quoin::test;

class Maker {
public:
    Maker() { take({}, {}, walk_.state, walk_.head, walk_.effects); }

    std::vector<ports::FinalizedBlock> make() {
        while (blocks_.size() < finalized_blocks) {
            const Root before = walk_.head;
            fill(blocks_.size());
            walk_.step((walk_.slot.value + 1) % 23 != 0);
            if (walk_.head != before) {
                take(walk_.block.message.slot, walk_.block, walk_.state, walk_.head, walk_.effects);
            }
        }
        return std::move(blocks_);
    }

    const Chain& chain() const { return walk_.chain; }

private:
    void take(Slot slot, SignedBlock block, const SealedState& state, const Root& root, const BlockEffects& effects) {
        if (slot == Slot{}) {
            block.message.time_ms = walk_.chain.genesis.time_ms;
            block.message.state_root = hash_tree_root(*state);
        }
        blocks_.push_back({blocks_.size(), root, std::move(block), state, effects});
    }

    void send(std::uint64_t account, Payload payload) {
        SignedTransaction transaction;
        transaction.message.payload = std::move(payload);
        transaction.message.sender = account_key(account);
        transaction.message.nonce = nonces_[account]++;
        transaction.message.max_fee = Amount{10'000};
        transaction.message.tip = Amount{3};
        transaction.message.valid_until_slot = walk_.slot + 100;
        walk_.transactions.push_back(transaction);
    }

    void fill(std::uint64_t number) {
        send(5, Transfer{account_address(6), Amount{number * 1'000}});
        if (number % 7 == 2) {
            send(6, Transfer{account_address(20 + number), Amount{coin}});
            send(5, Transfer{account_address(6), Amount{~std::uint64_t{0} / 2}}); // fails: not that rich
        }
        if (number % 20 == 5) {
            send(1, StakeMore{ValidatorIndex{1}, Amount{50 * coin}});
        }
        if (number == 30) {
            send(0, Unstake{ValidatorIndex{0}, Amount{40 * coin}, false});
        }
        if (number == 130) {
            send(0, Withdraw{ValidatorIndex{0}});
        }
        if (number == 60) {
            walk_.proposer_slashings.push_back(double_proposal(ValidatorIndex{3}));
        }
    }

    ProposerSlashing double_proposal(ValidatorIndex validator) const {
        ProposerSlashing evidence;
        evidence.first.message.slot = walk_.slot;
        evidence.first.message.proposer_index = validator;
        evidence.second = evidence.first;
        evidence.second.message.body_root = secret(1);
        return evidence;
    }

    transition::test::Walk walk_;
    std::map<std::uint64_t, std::uint64_t> nonces_;
    std::vector<ports::FinalizedBlock> blocks_;
};

struct Made {
    Chain chain;
    std::vector<ports::FinalizedBlock> blocks;

    Made() {
        Maker maker;
        chain = maker.chain();
        blocks = maker.make();
    }
};

const Made& made() {
    static const Made once;
    return once;
}

} // namespace

const Chain& sample_chain() {
    return made().chain;
}

const std::vector<ports::FinalizedBlock>& finalized_chain() {
    return made().blocks;
}

} // namespace quoin::store::test
