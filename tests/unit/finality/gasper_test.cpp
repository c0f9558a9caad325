#include "world.hpp"

#include <gtest/gtest.h>
#include <support/vectors.hpp>

/// How Gasper's `weigh_justification_and_finalization` maps to J and F. With `c` the current epoch, votes for target
/// c - 1 have source `previous_justified` and votes for target c have source `current_justified`; its four cases are
///
///   bits c-1, c-2, c-3 and previous_justified at c-3:  F2, source c-3, target c-1, between c-2
///   bits c-1, c-2      and previous_justified at c-2:  F1, source c-2, target c-1
///   bits c,   c-1, c-2 and current_justified  at c-2:  F2, source c-2, target c,   between c-1
///   bits c,   c-1      and current_justified  at c-1:  F1, source c-1, target c
///
/// Beyond these, F3 is ours alone: it finalizes more. And Gasper looks once an epoch, we after every attestation: the
/// same finality comes earlier.
namespace quoin::finality {
namespace {

using Json = rapidjson::Value;

Checkpoint checkpoint(const Json& value) {
    return {Epoch{test::integer(value["epoch"])}, Root::from(test::hex_octets(value["root"]))};
}

/// A vector's state before, as one of ours: three validators so cut that some of them weigh what voted for the previous
/// target, and some what voted for the current one.
struct GasperCase {
    explicit GasperCase(const Json& vector)
        : current(test::integer(vector["pre"]["current_epoch"])),
          previous_justified(checkpoint(vector["pre"]["previous_justified"])),
          current_justified(checkpoint(vector["pre"]["current_justified"])),
          finalized_before(checkpoint(vector["pre"]["finalized"])),
          finalized_after(checkpoint(vector["post"]["finalized"])) {
        const Json& pre = vector["pre"];
        total = test::integer(pre["total_active_balance"]);
        previous_votes = test::integer(pre["previous_target_balance"]);
        current_votes = test::integer(pre["current_target_balance"]);
        for (rapidjson::SizeType i = 0; i < 4; ++i) {
            if (pre["justification_bits"][i].GetInt() != 0 && i + 1 <= current) {
                justified_before.insert(current - 1 - i);
            }
        }
    }

    Checkpoint own(std::uint64_t epoch) const {
        for (const Checkpoint* known : {&previous_justified, &current_justified}) {
            if (known->epoch.value == epoch) {
                return *known;
            }
        }
        return {Epoch{epoch}, test::secret(epoch)};
    }

    /// The validators, of the three, whose sum is `votes`.
    std::vector<std::uint64_t> voters(std::uint64_t votes) const {
        const std::uint64_t low = std::min(previous_votes, current_votes);
        const std::uint64_t high = std::max(previous_votes, current_votes);
        return votes == total  ? std::vector<std::uint64_t>{0, 1, 2}
               : votes == high ? std::vector<std::uint64_t>{0, 1}
               : votes == low  ? std::vector<std::uint64_t>{0}
                               : std::vector<std::uint64_t>{};
    }

    /// Gasper keeps the same fact twice, in bits and in checkpoints, and the swept vectors set each without the other.
    /// As far as the bits reach they decide, as they do in the four cases.
    bool is_justified_before(std::uint64_t epoch) const {
        return justified_before.contains(epoch) || epoch == 0 ||
               (epoch + 4 < current && (own(epoch) == previous_justified || own(epoch) == current_justified));
    }

    State state_before(const Spec& spec) const {
        State state;
        state.slot = Slot{current + 1};
        state.block_roots.resize(1'024);
        for (std::uint64_t epoch = 0; epoch <= current; ++epoch) {
            state.block_roots.set(epoch % 1'024, own(epoch).root);
        }
        const std::uint64_t low = std::min(previous_votes, current_votes);
        const std::uint64_t high = std::max(previous_votes, current_votes);
        const std::vector<std::uint64_t> parts{low, high - low, total - high};
        EraSets sets = test::sets_with(parts, parts);
        sets.duty_set = {ValidatorIndex{0}, ValidatorIndex{1}, ValidatorIndex{2}};
        state.sets.push_back(sets);
        state.finalized = finalized_before;
        for (std::uint64_t epoch = 0; epoch < current; ++epoch) {
            if (is_justified_before(epoch)) {
                state.recent_justified.push_back(own(epoch));
                state.justified = own(epoch);
            }
        }
        for (const std::uint64_t epoch : {current - 1, current}) {
            advance_epoch(state, spec, Epoch{epoch});
        }
        return state;
    }

    /// What we finalize when the epochs' votes are included.
    Checkpoint finalized_by_us() const {
        const Spec spec = test::slot_epochs();
        State state = state_before(spec);
        const auto include = [&](const Checkpoint& source, std::uint64_t target, std::uint64_t votes) {
            if (source.epoch.value < target) {
                count_votes(state, spec, {Slot{target}, own(target).root, source, own(target)}, voters(votes));
            }
        };
        // What justified the previous epoch when it was current had the same source.
        const bool voted_already = justified_before.contains(current - 1);
        include(previous_justified, current - 1, voted_already ? total : previous_votes);
        include(current_justified, current, current_votes);
        return state.finalized;
    }

    std::uint64_t current;
    Checkpoint previous_justified;
    Checkpoint current_justified;
    Checkpoint finalized_before;
    Checkpoint finalized_after;
    std::uint64_t total = 0;
    std::uint64_t previous_votes = 0;
    std::uint64_t current_votes = 0;
    std::set<std::uint64_t> justified_before;
};

TEST(Gasper, its_four_cases_are_links_of_one_and_two_epochs) {
    QUOIN_NEEDS_VECTORS();
    const rapidjson::Document vectors = test::open_vectors("justification/justification.json");
    std::size_t finalized_something = 0;
    std::size_t by_f3 = 0;
    for (const Json& vector : vectors.GetArray()) {
        SCOPED_TRACE(vector["name"].GetString());
        const GasperCase one(vector);
        const Checkpoint ours = one.finalized_by_us();
        finalized_something += one.finalized_after != one.finalized_before ? 1 : 0;
        if (ours == one.finalized_after) {
            continue;
        }
        // What differs is F3: the current votes' source lies three epochs back, and both epochs between are justified.
        ++by_f3;
        EXPECT_EQ(ours, one.current_justified);
        EXPECT_EQ(one.current - ours.epoch.value, 3U);
        EXPECT_EQ(one.finalized_after, one.finalized_before);
    }
    EXPECT_GT(finalized_something, 20U);
    EXPECT_EQ(by_f3, 2U);
}

} // namespace
} // namespace quoin::finality
