#pragma once

#include <quoin/base/result.hpp>
#include <quoin/codec/bits.hpp>
#include <quoin/codec/column.hpp>
#include <quoin/codec/count_column.hpp>
#include <quoin/codec/optional.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/types/block.hpp>
#include <quoin/types/clock.hpp>
#include <quoin/types/index.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace quoin::inline types {

/// A weight in each of the two sets a version is judged by: V[v] and V[v-1] (PROTOCOL section 5).
using JointWeight = Vector<Weight, 2>;

/// The votes counted for one target epoch that the inclusion window still reaches (PROTOCOL section 3).
struct OpenEpoch {
    Epoch epoch;
    JointWeight target_weight;             ///< attesters whose target is this chain's checkpoint of `epoch`
    Vector<JointWeight, 3> link_weight;    ///< [k - 1]: attesters whose source is this chain's checkpoint of epoch - k
    Bitlist<type_limits.validators> voted; ///< over the positions of the duty set of the epoch's era

    bool operator==(const OpenEpoch&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("epoch", epoch), field("target_weight", target_weight), field("link_weight", link_weight),
                field("voted", voted));
    }
};

/// The weights, seed and duty set that an era's target epochs are judged by. Columns are indexed by validator and may
/// be shorter than the registry: who is beyond the end weighs nothing.
struct EraSets {
    Era era;
    std::uint64_t version = 0;
    Column<Weight, type_limits.validators> weights;          ///< V[v]
    Column<Weight, type_limits.validators> previous_weights; ///< V[v-1]
    JointWeight total;                                       ///< W of each, never below one increment
    Root seed;
    Column<ValidatorIndex, type_limits.validators> duty_set; ///< V[v] u V[v-1], ascending

    bool operator==(const EraSets&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("era", era), field("version", version), field("weights", weights),
                field("previous_weights", previous_weights), field("total", total), field("seed", seed),
                field("duty_set", duty_set));
    }
};

/// The next validator set, waiting for the finality of the boundary it was computed at.
struct Candidate {
    Era computed_at;
    Column<Weight, type_limits.validators> weights;

    bool operator==(const Candidate&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("computed_at", computed_at), field("weights", weights));
    }
};

/// When a set version came into force and at which boundary it had been computed: dates evidence (LEDGER "Slashing").
struct SetVersion {
    std::uint64_t version = 0;
    Era started;
    Era computed;

    bool operator==(const SetVersion&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("version", version), field("started", started), field("computed", computed));
    }
};

struct SlashMark {
    Era era;   ///< of the block that slashed
    Era reach; ///< c: pools of an era at or above it were implicated

    bool operator==(const SlashMark&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("era", era), field("reach", reach));
    }
};

/// The seldom-changing part of a validator. Far-future eras are `Era::far_future()`.
struct Validator {
    ValidatorKey public_key;
    Address withdrawal_address;
    Address operator_address;
    Commission commission;
    Era commission_changed_at;
    Era activation_era = Era::far_future();   ///< the boundary at which the entry queue let it in
    Era exit_era = Era::far_future();         ///< the first era it is in neither V[v] nor V[v-1]
    Era withdrawable_era = Era::far_future(); ///< exit era + unbonding eras
    bool exiting = false;                     ///< in the exit queue, or past it: its pool is closed to new stake
    Weight last_weight;                       ///< unslashed, in the newest set version that held it: base of a slashing
    Optional<SlashMark> slashed;

    bool operator==(const Validator&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("public_key", public_key), field("withdrawal_address", withdrawal_address),
                field("operator", operator_address), field("commission", commission),
                field("commission_changed_at", commission_changed_at), field("activation_era", activation_era),
                field("exit_era", exit_era), field("withdrawable_era", withdrawable_era), field("exiting", exiting),
                field("last_weight", last_weight), field("slashed", slashed));
    }
};

template <class T>
using ValidatorColumn = Column<T, type_limits.validators>;

using HitColumn = CountColumn<type_limits.validators>;

/// What the attesters of one era earned hits for, a count for each validator (LEDGER "Rewards and penalties").
struct EraHits {
    HitColumn source;
    HitColumn target;
    HitColumn head;

    bool operator==(const EraHits&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("source", source), field("target", target), field("head", head));
    }
};

/// Names a share pool. An entering pool has `slashes` zero; an unbonding pool counts the slashes of the validator
/// before it was made, so that stake which left later never mixes with stake that was slashed.
struct PoolKey {
    enum class Kind : std::uint8_t { stake, entering, unbonding };
    Kind kind = Kind::stake;
    ValidatorIndex validator;
    Era era;
    std::uint64_t slashes = 0;

    auto operator<=>(const PoolKey&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("kind", kind), field("validator", validator), field("era", era), field("slashes", slashes));
    }
};

inline constexpr std::array<std::string_view, 3> pool_kind_names{"stake", "entering", "unbonding"};
constexpr const auto& names_of(PoolKey::Kind) {
    return pool_kind_names;
}

/// A share pool beside the validator's own: stake on its way in or out.
struct SidePool {
    PoolKey key;
    Amount tokens;
    Shares shares;
    Shares operator_shares;
    Era matures = Era::far_future();
    bool initial_taken = false;     ///< L7: the initial fraction was taken of it
    bool correlation_taken = false; ///< L7: the correlation fraction was taken of it

    bool operator==(const SidePool&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("key", key), field("tokens", tokens), field("shares", shares),
                field("operator_shares", operator_shares), field("matures", matures),
                field("initial_taken", initial_taken), field("correlation_taken", correlation_taken));
    }
};

/// An account's shares of a pool, other than the operator shares, which the pools themselves carry.
struct Holding {
    Address account;
    PoolKey pool;
    Shares shares;

    bool operator==(const Holding&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("account", account), field("pool", pool), field("shares", shares));
    }
};

/// A first-in, first-out line with a churn budget in weight per era; unused budget stays while somebody waits for it.
struct ChurnQueue {
    Column<ValidatorIndex, type_limits.queue_entries> waiting;
    Weight carried;

    bool operator==(const ChurnQueue&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("waiting", waiting), field("carried", carried));
    }
};

struct Account {
    Address address;
    Amount balance;
    std::uint64_t next_nonce = 0;

    bool operator==(const Account&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("address", address), field("balance", balance), field("next_nonce", next_nonce));
    }
};

/// Weight slashed in an era: the S of the correlation penalty sums these.
struct SlashedWeight {
    Era era;
    Weight weight;

    bool operator==(const SlashedWeight&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("era", era), field("weight", weight));
    }
};

/// The root that a sealed state was shared with. A copy may be edited, and so begins without it.
class KnownRoot {
public:
    KnownRoot() = default;
    explicit KnownRoot(const Root& root) : root_(root) {}
    KnownRoot(const KnownRoot&) {}
    KnownRoot& operator=(const KnownRoot&) {
        root_.reset();
        return *this;
    }
    KnownRoot(KnownRoot&&) = default;
    KnownRoot& operator=(KnownRoot&&) = default;
    ~KnownRoot() = default;

    const std::optional<Root>& get() const { return root_; }

    /// Derived, so never what makes two states differ.
    friend bool operator==(const KnownRoot&, const KnownRoot&) { return true; }

private:
    std::optional<Root> root_;
};

/// Everything the rules read and write (STATE.md "State"). Built or copied, edited, then sealed by `share_sealed` and
/// never written again; a copy of a sealed state shares all it does not change.
struct State {
    // chain
    Root genesis_root;
    ForkVersion fork_version;
    Slot slot;
    std::uint64_t block_number = 0;
    BlockHeader latest_block_header;                      ///< its state root is zero until the next slot is processed
    Column<Root, type_limits.block_roots, 4> block_roots; ///< ring: [slot % size] = last block at or before the slot

    // finality
    Checkpoint finalized;
    Checkpoint justified;                                                 ///< the highest justified
    List<Checkpoint, type_limits.justified_checkpoints> recent_justified; ///< ascending
    Column<OpenEpoch, type_limits.open_epochs, 0> open_epochs;            ///< ascending

    // sets
    List<EraSets, type_limits.eras_kept> sets; ///< ascending by era; the last is the current era's
    Optional<Candidate> candidate;
    Column<SetVersion, type_limits.set_versions> set_versions; ///< ascending, for evidence_max_age_eras

    // randomness
    Vector<Root, 3> mixes;                                        ///< of eras a-2, a-1, a
    Column<ValidatorIndex, type_limits.schedule_slots> proposers; ///< by slot, of eras a and a+1

    // registry
    Column<Validator, type_limits.validators> validators;
    ValidatorColumn<Amount> tokens;
    ValidatorColumn<Shares> shares;
    ValidatorColumn<Shares> operator_shares;
    ValidatorColumn<Amount> effective_balance;
    ValidatorColumn<std::uint64_t> inactivity_score;
    EraHits hits;
    EraHits previous_hits;
    ValidatorColumn<Amount> proposer_reward;

    // pools
    Column<SidePool, type_limits.pools> side_pools; ///< ascending by key
    Column<Holding, type_limits.holdings> holdings; ///< ascending by pool, then account
    ChurnQueue entry_queue;
    ChurnQueue exit_queue;

    // money
    Column<Account, type_limits.accounts> accounts; ///< append-only, by first appearance
    Uint128 issued = 0;                             ///< minus the issuance account: supply + burned (L2)
    Uint128 burned = 0;
    Amount base_fee;
    List<SlashedWeight, type_limits.slashed_weights> slashed_weights;

    // derived from the above, outside the root
    PositionIndex<ValidatorKey> validator_index;
    PositionIndex<Address> account_index;
    KnownRoot known_root; ///< of a state that `share_sealed` has made

    bool operator==(const State&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("genesis_root", genesis_root), field("fork_version", fork_version), field("slot", slot),
                field("block_number", block_number), field("latest_block_header", latest_block_header),
                field("block_roots", block_roots), field("finalized", finalized), field("justified", justified),
                field("recent_justified", recent_justified), field("open_epochs", open_epochs), field("sets", sets),
                field("candidate", candidate), field("set_versions", set_versions), field("mixes", mixes),
                field("proposers", proposers), field("validators", validators), field("tokens", tokens),
                field("shares", shares), field("operator_shares", operator_shares),
                field("effective_balance", effective_balance), field("inactivity_score", inactivity_score),
                field("hits", hits), field("previous_hits", previous_hits), field("proposer_reward", proposer_reward),
                field("side_pools", side_pools), field("holdings", holdings), field("entry_queue", entry_queue),
                field("exit_queue", exit_queue), field("accounts", accounts), field("issued", issued),
                field("burned", burned), field("base_fee", base_fee), field("slashed_weights", slashed_weights));
    }

    /// Appends to the registry or the accounts and to their index.
    void append_validator(const Validator& validator);
    void append_account(const Account& account);

    /// Seals every column: their roots are computed and cached, and copies share them.
    void seal();
};

/// A state that nothing writes any more: safe to read from any thread.
using SealedState = std::shared_ptr<const State>;

/// Seals `state` and shares it, with its root for `root_of`.
SealedState share_sealed(State state);
/// The same for a state between blocks: nobody asks for its root, and the next block writes to its open epochs at once,
/// so that these are not sealed.
SealedState share_between_blocks(State state);

/// The root of a state: the one it was shared with, or else computed.
Root root_of(const State& state);

/// Reads a state and rebuilds what is derived.
Result<State> decode_state(ByteView bytes);

// Look-ups that every rule needs.

/// The sets of the era a target epoch belongs to; nullptr when the state no longer (or does not yet) keep them.
const EraSets* sets_of(const State& state, Era era);
const EraSets& current_sets(const State& state);
/// What was counted for a target epoch; nullptr when it is not open. They have no gaps (J3).
const OpenEpoch* open_epoch_of(const State& state, Epoch epoch);
/// The weight of a validator in V[v] and V[v-1].
JointWeight weight_of(const EraSets& sets, ValidatorIndex validator);
/// True when `part` is a quorum of both sets (PROTOCOL section 5: joint quorum).
bool is_joint_quorum(const JointWeight& part, const EraSets& sets);

/// The root of the last block of this state's chain at or before `slot`. `slot` must be before the state's and within
/// the ring.
Root block_root_at(const State& state, Slot slot);
/// This chain's own checkpoint of an epoch whose first slot lies before the state's slot.
Checkpoint checkpoint_at(const State& state, const Spec& spec, Epoch epoch);
/// True when `checkpoint` is one of the recent justified ones.
bool is_justified(const State& state, const Checkpoint& checkpoint);

/// The scheduled proposer of a slot of the state's era or the next.
ValidatorIndex proposer_of(const State& state, const Spec& spec, Slot slot);
/// The validators on duty in a slot, in committee order: with E = 1 the duty set in index order, else the slot's part
/// of the shuffled duty set of its epoch. Empty when the state does not know the epoch's era. Shuffles the
/// whole duty set: who asks more than once holds its `EpochCommittees`.
std::vector<ValidatorIndex> attesters_of(const State& state, const Spec& spec, Slot slot);
/// Where each of `attesters_of` stands in the duty set of the epoch's era: the positions of `OpenEpoch::voted`.
std::vector<std::uint64_t> duty_positions_of(const State& state, const Spec& spec, Slot slot);

std::optional<ValidatorIndex> find_validator(const State& state, const ValidatorKey& public_key);
std::optional<std::uint64_t> find_account(const State& state, const Address& address);

} // namespace quoin::inline types
