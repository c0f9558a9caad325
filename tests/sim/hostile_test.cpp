#include "adversary.hpp"
#include "simulated_chain.hpp"
#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>
#include <quoin/types/committees.hpp>

#include <gtest/gtest.h>

// What a peer may throw at an engine: each message is refused for the sender's account, and finality goes on.

namespace quoin::sim {

using namespace engine;

namespace {

/// What node 0 finds fault with when `message` comes from a peer.
std::vector<Reason> faults_of_victim(World& world, const Message& message) {
    const SimulatedNode& victim = world.node(0);
    const std::size_t before = victim.blamed.size();
    world.inject(0, message);
    std::vector<Reason> reasons;
    for (std::size_t i = before; i < victim.blamed.size(); ++i) {
        reasons.push_back(victim.blamed[i].second.reason);
    }
    return reasons;
}

class Hostile : public testing::Test {
protected:
    Hostile() : world_({.chain = *make_chain({})}) { world_.run_slots(20); }

    const SimulatedNode& victim() const { return world_.node(0); }
    const ValidatorKey& key(std::size_t validator) const {
        return world_.chain().genesis.validators[validator].public_key;
    }

    /// An honest vote of the current slot by validator 3, whose own node is gagged.
    SingleAttestation vote() {
        const auto view = victim().view();
        AttestationData data;
        data.slot = view->head.slot;
        data.head = view->head.root;
        data.target = {epoch_of(world_.chain().spec(), view->head.slot), view->head.root};
        data.source = view->head_state->justified;
        return {ValidatorIndex{3}, data, {}};
    }

    SingleAttestation signed_by_3(SingleAttestation attestation) {
        attestation.signature =
            crypto::FastDouble::sign(key(3), transition::attestation_signing_root(world_.chain(), attestation.data));
        return attestation;
    }

    /// The next block that honest node 1 would have got from the head's proposer, still to be spoiled.
    SignedBlock block() const {
        const auto view = victim().view();
        return *view->tree->back().block;
    }

    SignedBlock resigned(SignedBlock block) const {
        block.signature =
            crypto::FastDouble::sign(key(block.message.proposer_index.value),
                                     transition::proposal_signing_root(world_.chain(), header_of(block.message)));
        return block;
    }

    std::vector<Reason> faults_with(const SignedBlock& block) { return faults_with(Proposal{block, {}}); }
    std::vector<Reason> faults_with(const Message& message) { return faults_of_victim(world_, message); }

    void expect_that_finality_goes_on() {
        world_.run_slots(12);
        for (const Violation& violation : world_.violations()) {
            ADD_FAILURE() << violation.promise << ": " << violation.text;
        }
        EXPECT_GE(victim().view()->certified.epoch.value + 5, world_.slot().value)
            << "a proposer or two may be missing";
    }

    World world_;
};

using Reasons = std::vector<Reason>;

} // namespace

TEST_F(Hostile, a_vote_with_a_wrong_signature_is_blamed) {
    world_.split({{0, 1, 2}});
    world_.run_slots(1);
    EXPECT_EQ(faults_with(vote()), Reasons{Reason::bad_signature});
    EXPECT_EQ(faults_with(signed_by_3(vote())), Reasons{});
    expect_that_finality_goes_on();
}

TEST_F(Hostile, votes_with_impossible_checkpoints_are_blamed_before_any_signature_is_verified) {
    world_.split({{0, 1, 2}});
    world_.run_slots(1);
    SingleAttestation target = vote();
    target.data.target.root[0] ^= 1;
    EXPECT_EQ(faults_with(target), Reasons{Reason::target_not_on_chain});
    SingleAttestation source = vote();
    source.data.source.root[0] ^= 1;
    EXPECT_EQ(faults_with(source), Reasons{Reason::source_not_justified});
    SingleAttestation equal = vote();
    equal.data.source = equal.data.target;
    EXPECT_EQ(faults_with(equal).size(), 1u);
    SingleAttestation epoch = vote();
    epoch.data.target.epoch = epoch.data.target.epoch + 1;
    EXPECT_EQ(faults_with(epoch).size(), 1u);
    SingleAttestation nobody = vote();
    nobody.validator = ValidatorIndex{77};
    EXPECT_EQ(faults_with(nobody).size(), 1u);
    expect_that_finality_goes_on();
}

TEST_F(Hostile, votes_from_the_far_future_are_blamed_and_from_the_far_past_ignored) {
    SingleAttestation future = vote();
    future.data.slot = world_.slot() + 1'000;
    future.data.target.epoch = epoch_of(world_.chain().spec(), future.data.slot);
    EXPECT_EQ(faults_with(future), Reasons{Reason::future_slot});
    world_.run_slots(60);
    SingleAttestation past = vote();
    past.data.slot = Slot{2};
    past.data.target.epoch = Epoch{2};
    past.data.source.epoch = Epoch{1};
    EXPECT_EQ(faults_with(past), Reasons{});
    expect_that_finality_goes_on();
}

TEST_F(Hostile, spoiled_blocks_are_blamed_each_for_its_reason) {
    SignedBlock unsigned_block = block();
    unsigned_block.message.body.graffiti[0] ^= 1;
    EXPECT_EQ(faults_with(unsigned_block), Reasons{Reason::bad_signature});

    SignedBlock future = block();
    future.message.slot = future.message.slot + 20;
    future.message.time_ms += 20 * world_.chain().spec().slot_ms;
    EXPECT_EQ(faults_with(resigned(future)), Reasons{Reason::future_slot});

    SignedBlock usurped = block();
    usurped.message.proposer_index = ValidatorIndex{(usurped.message.proposer_index.value + 1) % 4};
    EXPECT_EQ(faults_with(resigned(usurped)), Reasons{Reason::wrong_proposer});

    SignedBlock clock = block();
    clock.message.time_ms += 1;
    EXPECT_EQ(faults_with(resigned(clock)), Reasons{Reason::wrong_time});
    expect_that_finality_goes_on();
}

TEST_F(Hostile, a_block_with_a_wrong_state_root_convicts_its_proposer) {
    SignedBlock wrong = block();
    wrong.message.state_root[0] ^= 1;
    EXPECT_EQ(faults_with(resigned(wrong)), Reasons{Reason::wrong_state_root});
    EXPECT_FALSE(victim().view()->pending_evidence.empty()) << "two headers of one proposer for one slot";
    EXPECT_EQ(faults_with(resigned(wrong)), Reasons{}) << "what was refused once costs no second look";
}

TEST_F(Hostile, endless_orphans_stay_within_their_bound) {
    for (std::uint64_t i = 0; i < 3 * limits.orphans_max; ++i) {
        SignedBlock orphan = block();
        orphan.message.parent_root[0] ^= static_cast<std::uint8_t>(1 + i % 255);
        orphan.message.parent_root[1] ^= static_cast<std::uint8_t>(i / 255);
        world_.inject(0, Proposal{orphan, {}});
    }
    for (const auto& queue : victim().queue_depths()) {
        EXPECT_TRUE(queue.limit == 0 || queue.size <= queue.limit) << queue.name;
    }
    expect_that_finality_goes_on();
}

TEST_F(Hostile, a_certificate_that_was_touched_is_refused) {
    world_.split({{0, 1, 2}, {3}});
    world_.run_slots(3);
    const FinalityCertificate good = *world_.node(1).newest_certificate();
    ASSERT_FALSE(good.link.empty());

    world_.unite();
    FinalityCertificate thin = good;
    thin.finalized = {good.finalized.epoch + 50, good.finalized.root};
    EXPECT_TRUE(faults_with(thin).size() <= 1);
    EXPECT_NE(victim().view()->certified, thin.finalized);
    expect_that_finality_goes_on();
}

TEST_F(Hostile, a_double_proposal_is_slashed_though_its_slot_is_not_in_the_ledger_yet) {
    world_.network().rules = {1, 1};
    while (victim().view()->head.slot != world_.slot() || block().message.proposer_index == ValidatorIndex{0}) {
        world_.run_slots(1);
        world_.run_ms(1); // the slot's block is here, the votes that finalize its parent are on their way
    }
    SignedBlock other = block();
    other.message.body.graffiti[0] ^= 1;
    world_.split({{0}, {1}, {2}, {3}}); // what node 0 can tell nobody, it must remember itself
    const Slot ledger_before = victim().view()->finalized.slot;
    world_.inject(0, Proposal{resigned(other), {}});
    ASSERT_EQ(victim().view()->pending_evidence.size(), 1u);
    world_.run_ms(100);
    ASSERT_GT(victim().view()->finalized.slot, ledger_before) << "the ledger moved, up to the slot before";
    ASSERT_LT(victim().view()->finalized.slot, other.message.slot);
    EXPECT_EQ(victim().view()->pending_evidence.size(), 1u);
    world_.unite();
    world_.run_slots(30);
    EXPECT_TRUE(victim().view()->head_state->validators[other.message.proposer_index.value].slashed.has_value());
    EXPECT_EQ(victim().view()->slashings_seen, 1u);
}

TEST_F(Hostile, evidence_of_a_slot_to_come_is_not_held_against_its_bearer) {
    AttesterSlashing early;
    SingleAttestation one = vote();
    one.data.slot = world_.slot() + 1;
    one.data.target.epoch = epoch_of(world_.chain().spec(), one.data.slot);
    SingleAttestation other = one;
    other.data.target.root[0] ^= 1;
    early.first = {{ValidatorIndex{3}}, one.data, signed_by_3(one).signature};
    early.second = {{ValidatorIndex{3}}, other.data, signed_by_3(other).signature};
    EXPECT_EQ(faults_with(Evidence{early}), Reasons{});
    world_.run_slots(12);
    EXPECT_TRUE(victim().view()->head_state->validators[3].slashed.has_value());
}

TEST_F(Hostile, evidence_that_proves_nothing_is_blamed) {
    AttesterSlashing nothing;
    const SingleAttestation honest = signed_by_3(vote());
    nothing.first.validators.push_back(ValidatorIndex{3});
    nothing.first.data = honest.data;
    nothing.first.signature = honest.signature;
    nothing.second = nothing.first;
    EXPECT_EQ(faults_with(Evidence{nothing}), Reasons{Reason::not_slashable});

    AttesterSlashing forged = nothing;
    forged.second.data.head[0] ^= 1;
    EXPECT_EQ(faults_with(Evidence{forged}), Reasons{Reason::bad_signature});
    EXPECT_TRUE(victim().view()->pending_evidence.empty());
    world_.run_slots(10);
    for (const Validator& validator : victim().view()->head_state->validators) {
        EXPECT_FALSE(validator.slashed.has_value());
    }
}

namespace {

/// A peer that holds the keys of every fourth validator, or as many as it is given, and does nothing by itself.
class Stranger final : public Adversary {
public:
    static constexpr std::uint64_t validators = 24;

    explicit Stranger(std::uint64_t every = 4) : Adversary(one_of(every)) {}
    void begin(Powers& powers) override { powers_ = &powers; }
    Forge& forge() { return powers_->forge(); }

private:
    static std::vector<ValidatorIndex> one_of(std::uint64_t every) {
        std::vector<ValidatorIndex> list;
        for (std::uint64_t i = every - 1; i < validators; i += every) {
            list.emplace_back(i);
        }
        return list;
    }
    Powers* powers_ = nullptr;
};

/// One slot an epoch, with view-merge, or four; committees are large enough to be aggregated. Node 0 hears nobody but
/// the stranger.
class HostileVotes : public testing::TestWithParam<std::uint64_t> {
protected:
    HostileVotes() : world_({.chain = chain_of(GetParam()), .nodes = 4, .adversaries = {stranger_}}) {
        world_.run_slots(22);
        world_.split({{0}, {1, 2, 3}});
    }

    static std::shared_ptr<const Chain> chain_of(std::uint64_t slots_per_epoch) {
        std::vector<std::pair<std::string, std::string>> numbers{{"target_aggregators_per_committee", "2"}};
        if (slots_per_epoch == 1) {
            numbers.emplace_back("view_merge", "true");
        } else {
            numbers.emplace_back("slots_per_epoch", std::to_string(slots_per_epoch));
            numbers.emplace_back("view_merge", "false");
            numbers.emplace_back("epochs_per_era", "4");
        }
        return *make_chain({.validators = Stranger::validators, .spec = numbers});
    }

    const SimulatedNode& victim() const { return world_.node(0); }
    const Spec& spec() const { return world_.chain().spec(); }
    Forge& forge() { return stranger_->forge(); }
    Root head() const { return victim().view()->head.root; }

    /// Slot by slot, to one whose proposer on node 0's head is the stranger's.
    void go_to_a_slot_of_the_stranger() {
        for (bool is_here = false; !is_here;) {
            world_.run_slots(1);
            world_.run_ms(1);
            const auto proposer = forge().proposer(head(), world_.slot());
            is_here = proposer && stranger_->owns(*proposer) && victim().view()->head.slot < world_.slot();
        }
    }

    AttestationData honest() { return *forge().honest_vote(head(), world_.slot()); }
    SharedCommittees committees(const AttestationData& data) {
        return committees_of(*forge().state_at(head(), data.slot), spec(), data.target.epoch);
    }
    /// Of somebody on duty in the slot.
    SingleAttestation vote() {
        const AttestationData data = honest();
        return {committees(data)->attesters(data.slot)[0], data, {}};
    }
    SignedAggregate aggregate() {
        SignedAggregate aggregate;
        aggregate.message.data = honest();
        const SharedCommittees of_epoch = committees(aggregate.message.data);
        aggregate.message.aggregator = of_epoch->aggregators_of(aggregate.message.data.slot, 0)[0];
        aggregate.message.bits.resize(of_epoch->committee(aggregate.message.data.slot, 0).size());
        aggregate.message.bits.set(0, true);
        return aggregate;
    }

    std::vector<Reason> faults_with(const Message& message) { return faults_of_victim(world_, message); }

    std::vector<std::size_t> what_is_kept() const {
        std::vector<std::size_t> sizes;
        for (const auto& queue : victim().queue_depths()) {
            sizes.push_back(queue.size);
        }
        return sizes;
    }

    void expect_that_finality_goes_on() {
        world_.heal();
        world_.run_slots(spec().slots_per_epoch == 1 ? 16 : 24);
        for (const Violation& violation : world_.violations()) {
            ADD_FAILURE() << violation.promise << ": " << violation.text;
        }
        EXPECT_GT(victim().view()->certified.epoch, epoch_of(spec(), world_.healed_at()));
    }

    std::shared_ptr<Stranger> stranger_ = std::make_shared<Stranger>();
    World world_;
};

/// A way to spoil the data of a vote, and what is found wrong then; nothing: it is passed over.
struct Spoiled {
    const char* what;
    std::function<void(AttestationData&, const Spec&)> spoil;
    Reasons reasons;
};

void move_to(AttestationData& data, const Spec& spec, Slot slot) {
    data.slot = slot;
    data.target.epoch = epoch_of(spec, slot);
}

const std::vector<Spoiled> spoiled_data{
    {"a target off the chain", [](auto& data, auto&) { data.target.root[0] ^= 1; }, {Reason::target_not_on_chain}},
    {"a source off the chain", [](auto& data, auto&) { data.source.root[0] ^= 1; }, {Reason::source_not_justified}},
    {"a source that is the target", [](auto& data, auto&) { data.source = data.target; }, {Reason::malformed}},
    {"a source of the end of time",
     [](auto& data, auto&) { data.source.epoch = Epoch::far_future(); },
     {Reason::malformed}},
    {"a target of the next epoch", [](auto& data, auto&) { ++data.target.epoch; }, {Reason::malformed}},
    {"the far future",
     [](auto& data, auto& spec) { move_to(data, spec, data.slot + 1'000'000); },
     {Reason::future_slot}},
    {"the end of time",
     [](auto& data, auto& spec) { move_to(data, spec, Slot{~std::uint64_t{0}}); },
     {Reason::future_slot}},
    {"the far past",
     [](auto& data, auto& spec) {
         move_to(data, spec, Slot{4});
         data.source.epoch = Epoch{0};
     },
     {}},
};

} // namespace

TEST_P(HostileVotes, spoiled_votes_are_refused_without_work) {
    go_to_a_slot_of_the_stranger();
    const auto kept = what_is_kept();
    for (const Spoiled& spoiled : spoiled_data) {
        SingleAttestation hostile = vote();
        spoiled.spoil(hostile.data, spec());
        EXPECT_EQ(faults_with(hostile), spoiled.reasons) << spoiled.what;
    }
    SingleAttestation nobody = vote();
    nobody.validator = ValidatorIndex{std::uint64_t{1} << 40};
    EXPECT_EQ(faults_with(nobody), Reasons{Reason::not_in_committee});
    EXPECT_EQ(faults_with(vote()), Reasons{Reason::bad_signature});
    EXPECT_EQ(what_is_kept(), kept);
    expect_that_finality_goes_on();
}

TEST_P(HostileVotes, spoiled_aggregates_are_refused_without_work) {
    go_to_a_slot_of_the_stranger();
    const auto kept = what_is_kept();
    for (const Spoiled& spoiled : spoiled_data) {
        SignedAggregate hostile = aggregate();
        spoiled.spoil(hostile.message.data, spec());
        EXPECT_EQ(faults_with(hostile), spoiled.reasons) << spoiled.what;
    }
    const auto faults_when = [&](const std::function<void(Aggregate&)>& spoil) {
        SignedAggregate hostile = aggregate();
        spoil(hostile.message);
        return faults_with(hostile);
    };
    EXPECT_EQ(faults_when([](Aggregate& message) { message.data.head[0] ^= 1; }), Reasons{})
        << "the votes that it gathers ask for their head";
    EXPECT_EQ(faults_when([](Aggregate& message) { message.bits.resize(message.bits.size() + 1); }),
              Reasons{Reason::bits_beyond_committee});
    EXPECT_EQ(faults_when([](Aggregate& message) { message.bits.resize(100'000); }),
              Reasons{Reason::bits_beyond_committee});
    EXPECT_EQ(faults_when([](Aggregate& message) { message.bits.resize(1); }), Reasons{Reason::bits_beyond_committee});
    EXPECT_EQ(faults_when([](Aggregate& message) { message.bits.set(0, false); }), Reasons{Reason::no_new_voter});
    EXPECT_EQ(faults_when([](Aggregate& message) { message.committee = 1; }), Reasons{Reason::not_in_committee});
    EXPECT_EQ(faults_when([](Aggregate& message) { message.committee = ~std::uint64_t{0}; }),
              Reasons{Reason::not_in_committee});
    EXPECT_EQ(faults_when([](Aggregate& message) { message.aggregator = ValidatorIndex{~std::uint64_t{0}}; }),
              Reasons{Reason::not_in_committee});
    EXPECT_EQ(faults_with(aggregate()), Reasons{Reason::bad_signature});
    EXPECT_EQ(what_is_kept(), kept);
    expect_that_finality_goes_on();
}

/// A list is judged vote by vote, for the account of who sent it; the block that it came with is as good as before.
TEST_P(HostileVotes, spoiled_votes_in_a_proposals_list_are_refused_and_its_block_is_not) {
    for (const Spoiled& spoiled : spoiled_data) {
        go_to_a_slot_of_the_stranger();
        SingleAttestation hostile = vote();
        spoiled.spoil(hostile.data, spec());
        Proposal proposal{*forge().build(head(), world_.slot()), {}};
        proposal.view.push_back(hostile);
        EXPECT_EQ(faults_with(proposal), spoiled.reasons) << spoiled.what;
        EXPECT_EQ(head(), hash_tree_root(header_of(proposal.block.message))) << spoiled.what;
    }
    expect_that_finality_goes_on();
}

TEST_P(HostileVotes, a_list_full_of_votes_for_unknown_heads_stays_within_its_bound) {
    go_to_a_slot_of_the_stranger();
    Proposal proposal{*forge().build(head(), world_.slot()), {}};
    for (std::size_t i = 0; i < limits.proposal_view_max; ++i) {
        SingleAttestation hostile = vote();
        hostile.data.head[0] ^= static_cast<std::uint8_t>(1 + i % 255);
        hostile.data.head[1] ^= static_cast<std::uint8_t>(i / 255);
        proposal.view.push_back(hostile);
    }
    EXPECT_EQ(faults_with(proposal), Reasons{});
    EXPECT_EQ(head(), hash_tree_root(header_of(proposal.block.message)));
    for (const auto& queue : victim().queue_depths()) {
        EXPECT_TRUE(queue.limit == 0 || queue.size <= queue.limit) << queue.name;
    }
    expect_that_finality_goes_on();
}

/// In whatever order, and however often: the same messages leave the same node behind.
TEST_P(HostileVotes, orders_and_repetitions_change_nothing) {
    go_to_a_slot_of_the_stranger();
    const Proposal proposal{*forge().build(head(), world_.slot()), {}};
    const Root root = hash_tree_root(header_of(proposal.block.message));
    std::vector<Message> messages{proposal};
    const AttestationData data = *forge().honest_vote(root, world_.slot());
    const SharedCommittees of_epoch = committees(data);
    for (const ValidatorIndex voter : of_epoch->attesters(data.slot)) {
        if (stranger_->owns(voter)) {
            messages.push_back(forge().sign(voter, data));
        }
    }
    SeededRandom random(world_.slot().value);
    for (std::size_t round = 0; round < 20; ++round) {
        for (std::size_t i = messages.size(); i > 1; --i) {
            std::swap(messages[i - 1], messages[random.below(i)]);
        }
        for (const Message& message : messages) {
            EXPECT_EQ(faults_with(message), Reasons{});
        }
    }
    EXPECT_EQ(head(), root);
    EXPECT_TRUE(victim().view()->pending_evidence.empty());
    expect_that_finality_goes_on();
}

/// Without finality the tree holds more blocks than states (the flood of old-target attestations that cost Prysm's
/// nodes 42 epochs made nodes compute them again).
TEST(OldVotes, whose_heads_state_was_let_go_make_nobody_compute_it_again) {
    const auto stranger = std::make_shared<Stranger>(2);
    const auto chain =
        make_chain({.validators = Stranger::validators,
                    .spec = {{"view_merge", "false"}, {"slots_per_epoch", "8"}, {"epochs_per_era", "16"}}});
    World world({.chain = *chain, .nodes = 4, .adversaries = {stranger}});
    while (world.node(0).view()->tree->size() < limits.states_max + 20) {
        world.run_slots(1);
    }
    const Spec& spec = world.chain().spec();
    const auto votes_kept = [&] {
        for (const auto& queue : world.node(0).queue_depths()) {
            if (std::string_view{queue.name} == "attestations") {
                return queue.size;
            }
        }
        return std::size_t{0};
    };
    /// Whether node 0 takes a vote of the stranger's for a block of its tree.
    const auto takes_a_vote_for = [&](const TreeBlock& block) {
        const std::size_t before = votes_kept();
        for (Slot slot = block.slot;; ++slot) {
            for (const ValidatorIndex voter : stranger->forge().attesters(block.root, slot)) {
                if (stranger->owns(voter)) {
                    const auto data = stranger->forge().honest_vote(block.root, slot);
                    world.inject(0, stranger->forge().sign(voter, *data));
                    return votes_kept() > before;
                }
            }
        }
    };
    const SharedSnapshot view = world.node(0).view();
    const std::vector<TreeBlock>& tree = *view->tree;
    const auto old = std::find_if(tree.begin(), tree.end(),
                                  [&](const TreeBlock& block) { return block.slot > Slot{spec.slots_per_epoch}; });
    ASSERT_GT(static_cast<std::size_t>(tree.end() - old), limits.states_max);
    ASSERT_GT(old->slot + spec.inclusion_window_epochs * spec.slots_per_epoch, world.slot()) << "within the window";
    EXPECT_FALSE(takes_a_vote_for(*old));
    EXPECT_TRUE(takes_a_vote_for(tree[tree.size() - 10])) << "where the state is at hand it is taken";
    EXPECT_TRUE(world.node(0).blamed.empty());
}

INSTANTIATE_TEST_SUITE_P(SlotsPerEpoch, HostileVotes, testing::Values(1, 4));

} // namespace quoin::sim
