#include <quoin/crypto/shuffle.hpp>
#include <quoin/types/committees.hpp>
#include <quoin/types/state.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace quoin::inline types {

namespace {

/// Where a slot's attesters lie in the (shuffled) duty set of its epoch.
struct Slice {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

Slice slice_of(const Spec& spec, Slot slot, std::uint64_t count) {
    const std::uint64_t position = slot.value % spec.slots_per_epoch;
    return {count * position / spec.slots_per_epoch, count * (position + 1) / spec.slots_per_epoch};
}

Weight weight_in(const Column<Weight, type_limits.validators>& weights, ValidatorIndex validator) {
    return validator.value < weights.size() ? weights[validator.value] : Weight{};
}

} // namespace

void State::append_validator(const Validator& validator) {
    validator_index.insert(validator.public_key, validators.size());
    validators.push_back(validator);
}

void State::append_account(const Account& account) {
    account_index.insert(account.address, accounts.size());
    accounts.push_back(account);
}

void State::seal() {
    validator_index.seal();
    account_index.seal();
    seal_columns(*this);
}

SealedState share_sealed(State state) {
    state.seal();
    state.known_root = KnownRoot{hash_tree_root(state)};
    return std::make_shared<const State>(std::move(state));
}

SealedState share_between_blocks(State state) {
    auto open_epochs = std::exchange(state.open_epochs, {});
    state.seal();
    state.open_epochs = std::move(open_epochs);
    return std::make_shared<const State>(std::move(state));
}

Root root_of(const State& state) {
    return state.known_root.get() ? *state.known_root.get() : hash_tree_root(state);
}

Result<State> decode_state(ByteView bytes) {
    Result<State> state = decode<State>(bytes);
    if (state) {
        std::uint64_t position = 0;
        for (const Validator& validator : state->validators) {
            state->validator_index.insert(validator.public_key, position++);
        }
        position = 0;
        for (const Account& account : state->accounts) {
            state->account_index.insert(account.address, position++);
        }
    }
    return state;
}

const EraSets* sets_of(const State& state, Era era) {
    const auto found =
        std::find_if(state.sets.begin(), state.sets.end(), [era](const EraSets& sets) { return sets.era == era; });
    return found == state.sets.end() ? nullptr : &*found;
}

const EraSets& current_sets(const State& state) {
    return state.sets.back();
}

const OpenEpoch* open_epoch_of(const State& state, Epoch epoch) {
    const auto& open = state.open_epochs;
    const bool is_open = !open.empty() && open.front().epoch <= epoch && epoch <= open.back().epoch;
    return is_open ? &open[epoch - open.front().epoch] : nullptr;
}

JointWeight weight_of(const EraSets& sets, ValidatorIndex validator) {
    return {weight_in(sets.weights, validator), weight_in(sets.previous_weights, validator)};
}

bool is_joint_quorum(const JointWeight& part, const EraSets& sets) {
    return is_quorum(part[0].value, sets.total[0].value) && is_quorum(part[1].value, sets.total[1].value);
}

Root block_root_at(const State& state, Slot slot) {
    const std::size_t size = state.block_roots.size();
    QUOIN_ASSERT(slot < state.slot && state.slot - slot <= size, "slot is within the ring of block roots");
    return state.block_roots[slot.value % size];
}

Checkpoint checkpoint_at(const State& state, const Spec& spec, Epoch epoch) {
    return {epoch, block_root_at(state, first_slot_of(spec, epoch))};
}

bool is_justified(const State& state, const Checkpoint& checkpoint) {
    return std::find(state.recent_justified.begin(), state.recent_justified.end(), checkpoint) !=
           state.recent_justified.end();
}

ValidatorIndex proposer_of(const State& state, const Spec& spec, Slot slot) {
    const Era now = era_of(spec, state.slot);
    const Era era = era_of(spec, slot);
    QUOIN_ASSERT(era >= now && era - now <= 1, "slot is within the schedule");
    return state.proposers[slot.value % state.proposers.size()];
}

std::vector<std::uint64_t> duty_positions_of(const State& state, const Spec& spec, Slot slot) {
    const Epoch epoch = epoch_of(spec, slot);
    const EraSets* sets = sets_of(state, era_of(spec, epoch));
    if (sets == nullptr) {
        return {};
    }
    std::vector<std::uint32_t> positions(sets->duty_set.size());
    std::iota(positions.begin(), positions.end(), 0U);
    Slice slice{0, positions.size()};
    if (spec.slots_per_epoch > 1) {
        positions = crypto::shuffle(positions, shuffle_seed(*sets, spec, epoch), shuffle_rounds);
        slice = slice_of(spec, slot, positions.size());
    }
    return {positions.begin() + static_cast<std::ptrdiff_t>(slice.begin),
            positions.begin() + static_cast<std::ptrdiff_t>(slice.end)};
}

std::vector<ValidatorIndex> attesters_of(const State& state, const Spec& spec, Slot slot) {
    const EraSets* sets = sets_of(state, era_of(spec, slot));
    std::vector<ValidatorIndex> attesters;
    for (const std::uint64_t position : duty_positions_of(state, spec, slot)) {
        attesters.push_back(sets->duty_set[position]);
    }
    return attesters;
}

std::optional<ValidatorIndex> find_validator(const State& state, const ValidatorKey& public_key) {
    const auto position = state.validator_index.find(
        public_key, [&state](std::uint64_t i) -> const ValidatorKey& { return state.validators[i].public_key; });
    return position ? std::optional{ValidatorIndex{*position}} : std::nullopt;
}

std::optional<std::uint64_t> find_account(const State& state, const Address& address) {
    return state.account_index.find(address,
                                    [&state](std::uint64_t i) -> const Address& { return state.accounts[i].address; });
}

} // namespace quoin::inline types
