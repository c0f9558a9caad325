#include "world.hpp"

#include <quoin/finality/certificate.hpp>

#include <gtest/gtest.h>

namespace quoin::finality {
namespace {

/// Four validators of equal weight on a chain without empty slots, and a tracker that has seen them finalize.
struct CertificateTest : testing::Test {
    CertificateTest() : tracker(voting.ancestry()) {
        sets = test::sets_with({10, 10, 10, 10}, {10, 10, 10, 10});
        sets.version = 7;
        voting.weights = vote_weights(sets);
        voting.domain = crypto::compute_domain(crypto::DomainType::attester, ForkVersion{{1}}, test::secret(1));
        chain.push_back({Epoch{}, voting.tree.genesis});
        for (std::uint64_t slot = 1; slot < 8; ++slot) {
            chain.push_back({Epoch{slot}, voting.tree.add(chain.back().root, slot)});
            keys.push_back(test::validator_key(slot - 1));
        }
        keys.resize(4);
        context.sets_at = [this](Epoch) { return &sets; };
        context.key_of = [this](ValidatorIndex validator) {
            return validator.value < keys.size() ? &keys[validator.value] : nullptr;
        };
        context.attester_domain = voting.domain;
        tracker.restart_from(chain[0], {});
    }

    void add_each(const std::vector<std::uint64_t>& voters, const Checkpoint& source, const Checkpoint& target) {
        for (const std::uint64_t voter : voters) {
            tracker.add(voting.vote({voter}, voting.data(source, target)));
        }
    }
    FinalityCertificate certificate_for(std::uint64_t epoch, std::uint64_t span) {
        crypto::FastDouble scheme;
        const auto made = tracker.certificate_for({chain[epoch], span}, scheme, voting.headers());
        EXPECT_TRUE(made) << made.fault().text();
        return *made;
    }
    /// Chain epoch 1 finalized by a link of `span`.
    FinalityCertificate finalized_by(std::uint64_t span) {
        for (std::uint64_t target = 1; target <= span; ++target) {
            add_each({0, 1, 2}, chain[0], chain[target]);
        }
        add_each({1, 2, 3}, chain[1], chain[1 + span]);
        EXPECT_EQ(tracker.finalized(), chain[1]);
        return certificate_for(1, span);
    }

    Result<void> judge(const FinalityCertificate& certificate) const {
        const auto checks = certificate_checks(certificate, context);
        if (!checks) {
            return checks.fault();
        }
        crypto::FastDouble scheme;
        for (const std::uint8_t verdict : scheme.verify(*checks, Root{})) {
            if (verdict == 0) {
                return Fault{Reason::bad_signature, "", ""};
            }
        }
        return {};
    }
    void expect_refused(const FinalityCertificate& certificate, Reason reason) const {
        const Result<void> result = judge(certificate);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.fault().reason, reason) << result.fault().text();
    }

    test::Voting voting;
    EraSets sets;
    std::vector<Checkpoint> chain;
    std::vector<ValidatorKey> keys;
    CertificateContext context;
    Tracker tracker;
};

TEST_F(CertificateTest, what_the_tracker_finalizes_convinces_whoever_knows_the_sets) {
    for (std::uint64_t span = 1; span <= 3; ++span) {
        tracker.restart_from(chain[0], {});
        const FinalityCertificate certificate = finalized_by(span);
        EXPECT_EQ(certificate.finalized, chain[1]);
        EXPECT_EQ(certificate.span, span);
        EXPECT_EQ(certificate.version, 7U);
        EXPECT_EQ(certificate.link.size(), 1U);
        EXPECT_EQ(certificate.justification.size(), span);
        EXPECT_EQ(certificate.descent.size(), span - 1);
        const Result<void> result = judge(certificate);
        EXPECT_TRUE(result) << result.fault().text();
    }
}

TEST_F(CertificateTest, checkpoints_of_empty_slots_need_no_headers) {
    const Checkpoint empty{Epoch{2}, chain[1].root};
    const Checkpoint after{Epoch{3}, voting.tree.add(chain[1].root, 3)};
    add_each({0, 1, 2}, chain[0], chain[1]);
    add_each({0, 1, 2}, chain[0], empty);
    add_each({0, 1, 2}, chain[1], after);
    const FinalityCertificate certificate = certificate_for(1, 2);
    EXPECT_TRUE(certificate.descent.empty());
    EXPECT_TRUE(judge(certificate));
}

TEST_F(CertificateTest, aggregates_fill_in_for_those_whose_single_votes_were_not_seen) {
    add_each({0, 1}, chain[0], chain[1]);
    tracker.add(voting.vote({1, 2}, voting.data(chain[0], chain[1])));
    tracker.add(voting.vote({0, 1, 2}, voting.data(chain[1], chain[2])));
    const FinalityCertificate certificate = certificate_for(1, 1);
    EXPECT_EQ(certificate.justification.size(), 2U);
    EXPECT_TRUE(judge(certificate));
}

TEST_F(CertificateTest, aggregates_of_one_data_become_one_group_as_far_as_they_do_not_overlap) {
    sets = test::sets_with(std::vector<std::uint64_t>(300, 10), std::vector<std::uint64_t>(300, 10));
    voting.weights = vote_weights(sets);
    keys.clear();
    for (std::uint64_t voter = 0; voter < 300; ++voter) {
        keys.push_back(test::validator_key(voter));
    }
    for (std::uint64_t first = 0; first < 225; first += 3) {
        tracker.add(voting.vote({first, first + 1, first + 2}, voting.data(chain[0], chain[1])));
        // Of the two aggregates of a committee each lacks somebody.
        tracker.add(voting.vote({first, first + 1}, voting.data(chain[1], chain[2])));
        tracker.add(voting.vote({first + 1, first + 2}, voting.data(chain[1], chain[2])));
    }
    const FinalityCertificate certificate = certificate_for(1, 1);
    EXPECT_EQ(certificate.justification.size(), 1U);
    EXPECT_EQ(certificate.link.size(), 2U);
    const Result<void> result = judge(certificate);
    EXPECT_TRUE(result) << result.fault().text();
}

TEST_F(CertificateTest, votes_for_more_data_than_a_certificate_takes_make_none) {
    const std::uint64_t count = 2 * type_limits.certificate_groups; // a quorum of them is too many
    sets = test::sets_with(std::vector<std::uint64_t>(count, 10), std::vector<std::uint64_t>(count, 10));
    voting.weights = vote_weights(sets);
    for (std::uint64_t voter = 0; voter < count; ++voter) {
        tracker.add(voting.vote({voter}, voting.data(chain[0], chain[1])));
        AttestationData data = voting.data(chain[1], chain[2]);
        data.head = test::secret(voter);
        tracker.add(voting.vote({voter}, data));
    }
    EXPECT_EQ(tracker.finalized(), chain[1]);
    crypto::FastDouble scheme;
    const auto made = tracker.certificate_for({chain[1], 1}, scheme, voting.headers());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.fault().reason, Reason::too_large);
}

TEST_F(CertificateTest, split_targets_become_groups_of_one_link) {
    const Checkpoint other{Epoch{2}, voting.tree.add(chain[1].root, 2)};
    add_each({0, 1, 2}, chain[0], chain[1]);
    add_each({0, 1}, chain[1], chain[2]);
    add_each({3}, chain[1], other);
    const FinalityCertificate certificate = certificate_for(1, 1);
    EXPECT_EQ(certificate.link.size(), 2U);
    EXPECT_TRUE(judge(certificate));
}

TEST_F(CertificateTest, none_is_made_without_the_votes) {
    tracker.note_justified(chain[1]);
    add_each({0, 1, 2}, chain[1], chain[2]);
    EXPECT_EQ(tracker.finalized(), chain[1]);
    crypto::FastDouble scheme;
    const auto made = tracker.certificate_for({chain[1], 1}, scheme, voting.headers());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.fault().reason, Reason::not_a_quorum);
    EXPECT_FALSE(tracker.certificate_for({chain[2], 1}, scheme, voting.headers()));
}

TEST_F(CertificateTest, any_part_that_was_changed_is_found) {
    const FinalityCertificate good = finalized_by(2);
    ASSERT_TRUE(judge(good));
    const auto with = [&good](const auto& change) {
        FinalityCertificate bad = good;
        change(bad);
        return bad;
    };
    using C = FinalityCertificate;
    expect_refused(with([](C& c) { c.link[0].signature[5] ^= 1; }), Reason::bad_signature);
    expect_refused(with([](C& c) { c.justification[1].signature[95] ^= 1; }), Reason::bad_signature);
    expect_refused(with([](C& c) { c.link[0].validators.set(0); }), Reason::bad_signature);
    expect_refused(with([](C& c) { c.link[0].validators.set(1, false); }), Reason::not_a_quorum);
    expect_refused(with([](C& c) { c.link[0].validators.resize(9), c.link[0].validators.set(8); }),
                   Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.justification[0].validators.clear(); }), Reason::not_a_quorum);
    expect_refused(with([](C& c) { c.link[0].data.head[0] ^= 1; }), Reason::bad_signature);
    expect_refused(with([](C& c) { c.link[0].data.source.epoch = Epoch{0}; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.link[0].data.target.epoch = Epoch{4}; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.link.clear(); }), Reason::not_a_quorum);
    expect_refused(with([](C& c) { c.justification.pop_back(); }), Reason::not_a_quorum);
    expect_refused(with([](C& c) { c.justification[0].data.target.root[3] ^= 1; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.justification[1].data.target.root[3] ^= 1; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.justification[1].data.target.epoch = Epoch{3}; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.descent.clear(); }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.descent[0].time_ms += 1; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.descent.push_back(c.descent[0]); }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.finalized.root[0] ^= 1; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.finalized.epoch = Epoch{0}; }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.finalized.epoch = Epoch::far_future(); }), Reason::certificate_mismatch);
    expect_refused(with([](C& c) { c.weights_roots[1][0] ^= 1; }), Reason::weights_mismatch);
    for (const std::uint64_t span : {0U, 1U, 3U, 4U}) {
        expect_refused(with([span](C& c) { c.span = span; }), Reason::certificate_mismatch);
    }
    voting.domain[9] ^= 1;
    context.attester_domain = voting.domain;
    expect_refused(good, Reason::bad_signature);
}

TEST_F(CertificateTest, a_checkpoint_between_on_another_branch_proves_nothing) {
    // Nobody breaks a rule here: source and target epochs rise with every vote. Yet epoch 1 must not be final by it.
    const Checkpoint branch{Epoch{2}, voting.tree.add(chain[0].root, 2)};
    FinalityCertificate forged = finalized_by(2);
    add_each({0, 1, 2}, chain[0], branch);
    const finality::TrackedVote vote = voting.vote({0, 1, 2}, voting.data(chain[0], branch));
    forged.justification[1].data = vote.data;
    forged.justification[1].signature = vote.signature;
    forged.descent.clear();
    expect_refused(forged, Reason::certificate_mismatch);
    forged.descent.push_back(voting.tree.headers.at(branch.root));
    expect_refused(forged, Reason::certificate_mismatch);
}

TEST_F(CertificateTest, a_chain_on_which_the_finalized_block_is_not_its_epochs_last_proves_nothing) {
    FinalityCertificate certificate = finalized_by(2);
    EXPECT_TRUE(judge(certificate));
    context.slots_per_epoch = 2; // the next block, of slot 2, is now of epoch 1
    expect_refused(certificate, Reason::certificate_mismatch);
}

TEST_F(CertificateTest, a_voter_counts_once_however_many_groups_name_it) {
    FinalityCertificate certificate = finalized_by(1);
    const finality::TrackedVote two = voting.vote({1, 2}, certificate.link[0].data);
    certificate.link[0].validators.set(3, false);
    certificate.link[0].signature = two.signature;
    certificate.link.push_back(certificate.link[0]);
    expect_refused(certificate, Reason::not_a_quorum);
}

TEST_F(CertificateTest, it_needs_both_sets_and_their_knowledge) {
    const FinalityCertificate certificate = finalized_by(1);
    sets.previous_weights = test::weights_of({0, 0, 0, 10, 10});
    sets.total[1] = Weight{20};
    context.roots_must_match = false;
    expect_refused(certificate, Reason::not_a_quorum);
    context.sets_at = [](Epoch) { return nullptr; };
    expect_refused(certificate, Reason::weights_mismatch);
}

TEST_F(CertificateTest, a_state_of_the_chain_is_a_context) {
    const Spec spec = test::slot_epochs();
    State state;
    state.genesis_root = test::secret(1);
    state.fork_version = ForkVersion{{1}};
    state.sets.push_back(sets);
    for (std::uint64_t i = 0; i < 4; ++i) {
        Validator validator;
        validator.public_key = test::validator_key(i);
        state.append_validator(validator);
    }
    context = context_of(state, spec);
    EXPECT_TRUE(judge(finalized_by(1)));
}

} // namespace
} // namespace quoin::finality
