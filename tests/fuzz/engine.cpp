#include "support/sample.hpp"
#include "support/tape.hpp"

#include <quoin/base/random.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>

#include <sim/virtual_node.hpp>
#include <support/sample_genesis.hpp>

#include <deque>

// A node with three of four validators, and a rival that holds the fourth key and decides what the node hears: messages
// late, lost, repeated, altered, signed anew or made up. Whatever comes, the node does not abort, its queues keep their
// limits and finality never falls back.

namespace quoin::fuzz {
namespace {

using namespace engine;
using sim::VirtualNode;

constexpr std::size_t steps = 160;
constexpr std::size_t overheard_max = 48;

template <class T>
std::optional<T> altered(const T& message, Tape& tape) {
    const Result<T> read = decode<T>(edited(encode(message), tape, 1 + tape.below(4)));
    return read ? std::optional{*read} : std::nullopt;
}

class Duel {
public:
    explicit Duel(Tape& tape)
        : tape_(tape), chain_(sample().chain),
          node_(0, chain_, {test::validator_key(0), test::validator_key(1), test::validator_key(2)}),
          rival_(1, chain_, {rival_key_}), now_ms_(chain_->genesis.time_ms) {
        node_.start(now_ms_);
        rival_.start(now_ms_);
        hear(PeerConnected{rival_.id(), {}, {}, {}});
        rival_.step(now_ms_, PeerConnected{node_.id(), {}, {}, {}});
    }

    void play() {
        for (std::size_t i = 0; i < steps; ++i) {
            act();
        }
    }

private:
    void act() {
        switch (tape_.below(24)) {
        case 0:
            return pass_time(tape_.below(1'000));
        case 1:
            return pass_time(tape_.below(8) == 0 ? tape_.below(30'000) : tape_.below(2'000));
        case 2:
        case 3:
            return hear_message(overheard());
        case 4:
            return hear_altered();
        case 5:
            return vote();
        case 6:
            return propose();
        case 7:
            return transact();
        case 8:
            return answer();
        case 9:
            return greet();
        case 10:
            return accuse();
        case 11:
            return make_up();
        case 12:
            return gather();
        default:
            return pass_time(1 + std::min(node_.next_wakeup_ms(), rival_.next_wakeup_ms()) - now_ms_);
        }
    }

    /// A step of the node under test, and what must hold after each.
    void hear(Input input) {
        node_.step(now_ms_, std::move(input));
        for (const Engine::QueueDepth& depth : node_.queue_depths()) {
            require(depth.limit == 0 || depth.size <= depth.limit, depth.name);
        }
        require(node_.view()->certified.epoch >= certified_.epoch, "finality does not fall back");
        certified_ = node_.view()->certified;
        node_.events.clear();
        node_.blamed.clear();
        node_.answers.clear();
        deliver();
    }

    /// The rival hears everything at once; what the node hears is for the tape to say.
    void deliver() {
        std::vector<VirtualNode::Outgoing> sent = std::move(node_.outbox);
        node_.outbox.clear();
        for (VirtualNode::Outgoing& mail : sent) {
            if (auto* message = std::get_if<Message>(&mail.what)) {
                overhear(*message);
                rival_.step(now_ms_, Received{node_.id(), std::move(*message)});
            } else {
                requests_.push_back(std::get<BlockRequest>(mail.what));
            }
        }
        for (VirtualNode::Outgoing& mail : std::exchange(rival_.outbox, {})) {
            if (const auto* message = std::get_if<Message>(&mail.what)) {
                overhear(*message);
            } else {
                rival_.step(now_ms_, BlocksAnswered{node_.id(), node_.answer(std::get<BlockRequest>(mail.what))});
            }
        }
    }

    void overhear(const Message& message) {
        overheard_.push_back(message);
        if (overheard_.size() > overheard_max) {
            overheard_.pop_front();
        }
    }
    /// Newest first, so that a zero of the tape is the message most likely to matter.
    Message overheard() {
        if (overheard_.empty()) {
            return sample().attestation;
        }
        return overheard_[overheard_.size() - 1 - tape_.below(overheard_.size())];
    }
    template <class T>
    T overheard_or(const T& otherwise) {
        const Message message = overheard();
        const T* found = std::get_if<T>(&message);
        return found == nullptr ? otherwise : *found;
    }

    PeerId some_peer() { return sim::peer_id(1 + tape_.below(4)); }
    void hear_message(Message message) { hear(Received{some_peer(), std::move(message)}); }

    void pass_time(std::uint64_t ms) {
        now_ms_ += ms;
        rival_.step(now_ms_, Tick{});
        hear(Tick{});
    }

    void hear_altered() {
        std::visit(
            [&](const auto& message) {
                if (auto other = altered(message, tape_)) {
                    hear_message(std::move(*other));
                }
            },
            overheard());
    }

    SingleAttestation rival_vote() {
        SingleAttestation vote = overheard_or(sample().attestation);
        vote = altered(vote, tape_).value_or(vote);
        vote.validator = ValidatorIndex{3};
        vote.signature = crypto::FastDouble::sign(rival_key_, transition::attestation_signing_root(*chain_, vote.data));
        return vote;
    }
    void vote() {
        const SingleAttestation vote = rival_vote();
        overhear(vote);
        hear_message(vote);
    }

    Proposal rival_proposal() {
        Proposal proposal = overheard_or(Proposal{sample().block, {sample().attestation}});
        proposal = altered(proposal, tape_).value_or(proposal);
        SignedBlock& block = proposal.block;
        block.message.slot = Slot{block.message.slot.value + tape_.below(3)};
        block.message.proposer_index = ValidatorIndex{3};
        const Root root = transition::proposal_signing_root(*chain_, header_of(block.message));
        block.signature = crypto::FastDouble::sign(rival_key_, root);
        return proposal;
    }
    SignedBlock rival_block() { return rival_proposal().block; }
    void propose() {
        const Proposal proposal = rival_proposal();
        overhear(proposal);
        hear_message(proposal);
    }

    void gather() {
        SignedAggregate aggregate = overheard_or(sample().aggregate);
        aggregate = altered(aggregate, tape_).value_or(aggregate);
        aggregate.message.aggregator = ValidatorIndex{3};
        const Root root = transition::aggregate_signing_root(*chain_, aggregate.message);
        aggregate.signature = crypto::FastDouble::sign(rival_key_, root);
        overhear(aggregate);
        hear_message(aggregate);
    }

    void transact() {
        engine::Transactions batch;
        const std::size_t count = 1 + tape_.below(4);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t number = tape_.below(2) == 0 ? tape_.octet() : tape_.octet() * test::coin;
            batch.items.push_back(
                transaction_of(*chain_, tape_.below(12), tape_.below(4), payload_of(tape_.octet(), number)));
        }
        if (tape_.below(2) == 0) {
            return hear(Submitted{++submission_, std::move(batch)});
        }
        hear_message(std::move(batch));
    }

    void answer() {
        BlocksAnswered answered{some_peer(), {}};
        if (!requests_.empty() && tape_.below(2) == 0) {
            answered.blocks = rival_.answer(requests_.front());
            requests_.pop_front();
        }
        const std::size_t made = tape_.below(4);
        for (std::size_t i = 0; i < made; ++i) {
            answered.blocks.push_back(rival_block());
        }
        hear(std::move(answered));
    }

    void greet() {
        const PeerId peer = some_peer();
        if (tape_.below(2) == 0) {
            return hear(PeerDisconnected{peer});
        }
        const SharedSnapshot view = rival_.view();
        PeerConnected hello{peer, view->head, view->certified, {}};
        hello.head.slot = Slot{hello.head.slot.value + tape_.below(50)};
        hello.finalized.epoch = Epoch{hello.finalized.epoch.value + tape_.below(5)};
        if (tape_.below(2) == 0) {
            hello.certificate = altered(overheard_or(sample().certificate), tape_);
        }
        hear(std::move(hello));
    }

    void accuse() {
        if (tape_.below(2) == 0) {
            return hear_message(Evidence{ProposerSlashing{header_of(rival_block()), header_of(rival_block())}});
        }
        const SingleAttestation first = rival_vote();
        const SingleAttestation second = rival_vote();
        hear_message(Evidence{AttesterSlashing{{{first.validator}, first.data, first.signature},
                                               {{second.validator}, second.data, second.signature}}});
    }

    /// Octets that nobody meant as anything, wherever they decode.
    void make_up() {
        const ByteView octets = tape_.take(tape_.below(1'024));
        const auto hear_if = [&](auto read) {
            if (read) {
                hear_message(std::move(*read));
            }
        };
        hear_if(decode<Proposal>(octets));
        hear_if(decode<SingleAttestation>(octets));
        hear_if(decode<SignedAggregate>(octets));
        hear_if(decode<engine::Transactions>(octets));
        hear_if(decode<Evidence>(octets));
        hear_if(decode<FinalityCertificate>(octets));
    }

    Tape& tape_;
    std::shared_ptr<const Chain> chain_;
    ValidatorKey rival_key_ = test::validator_key(3);
    VirtualNode node_;
    VirtualNode rival_;
    std::uint64_t now_ms_;
    Checkpoint certified_;
    std::deque<Message> overheard_;
    std::deque<BlockRequest> requests_;
    std::uint64_t submission_ = 0;
};

/// The input, carried on at random so that even a short one plays a whole game.
ByteVector long_tape(ByteView input) {
    std::uint64_t seed = input.size();
    for (const std::uint8_t octet : input) {
        seed = seed * 257 + octet;
    }
    SeededRandom random(seed);
    ByteVector octets(input.begin(), input.end());
    while (octets.size() < 8 * steps) {
        octets.push_back(static_cast<std::uint8_t>(random.next()));
    }
    return octets;
}

} // namespace
} // namespace quoin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const quoin::ByteVector octets = quoin::fuzz::long_tape({data, size});
    quoin::fuzz::Tape tape(octets.data(), octets.size());
    quoin::fuzz::Duel(tape).play();
    return 0;
}
