#pragma once

#include <quoin/engine/message.hpp>
#include <quoin/slashing/spans.hpp>

#include <array>
#include <functional>
#include <optional>
#include <vector>

namespace quoin::ports {

/// Of a group of 256 validators, the numbers of the attestations by which they were first seen to vote for one target
/// epoch; 0 where none was.
using VoteRow = std::array<std::uint16_t, slashing::SpanChunk::validators>;

/// What the slasher must know of a stored attestation to compare others with it.
struct AttestationHead {
    std::uint16_t number = 0;   ///< among those of its target epoch, from 1
    std::uint32_t recorded = 0; ///< how many vote rows name it
    AttestationData data;
};

/// An attestation on its way into slasher.db. Its validators are those whose vote rows name it, and these:
struct SeenAttestation {
    AttestationHead head;
    ValidatorSignature signature;
    std::vector<ValidatorIndex> recorded_elsewhere; ///< ascending: their first vote was seen in another
};

struct StoredEvidence {
    std::uint64_t id = 0; ///< ascending as they were found
    engine::Evidence evidence;
    Epoch lower;  ///< of its targets; of the slot, for two headers
    Epoch higher; ///< its age counts from here
};

/// What the slasher has seen (slasher.db), kept for the window of evidence. Used by one thread. Changes are made inside
/// `in_transaction`; a crash may lose the last transactions, never a part of one: what is lost is detection, not
/// safety. Failures of the machine are exceptions.
class SpanStore {
public:
    virtual ~SpanStore() = default;

    /// Does the work in one transaction; nothing of it is kept when it throws.
    virtual void in_transaction(const std::function<void()>& work) = 0;

    /// The highest epoch seen, where the window ends; nothing in a new file.
    virtual std::optional<Epoch> highest_epoch() = 0;
    virtual void put_highest_epoch(Epoch epoch) = 0;

    /// The chunk of a group and a period (`SpanChunk::group_of`, `period_of`); nothing when it was never stored.
    virtual std::optional<slashing::SpanChunk> spans(std::uint64_t group, std::uint64_t period) = 0;
    virtual void put_spans(std::uint64_t group, std::uint64_t period, const slashing::SpanChunk& chunk) = 0;

    virtual std::optional<VoteRow> votes(Epoch target, std::uint64_t group) = 0;
    virtual void put_votes(Epoch target, std::uint64_t group, const VoteRow& row) = 0;

    /// Of every attestation stored for a target epoch, ascending by number.
    virtual std::vector<AttestationHead> heads(Epoch target) = 0;
    virtual void put_attestation(const SeenAttestation& attestation) = 0;
    virtual void drop_attestation(Epoch target, std::uint16_t number) = 0;
    /// As it was signed; reads all vote rows of its target epoch.
    virtual std::optional<IndexedAttestation> attestation(Epoch target, std::uint16_t number) = 0;

    virtual std::optional<SignedBlockHeader> header(Slot slot, ValidatorIndex proposer) = 0;
    virtual void put_header(const SignedBlockHeader& header) = 0;

    /// What was found, oldest first.
    virtual std::vector<StoredEvidence> evidence() = 0;
    virtual void put_evidence(const StoredEvidence& evidence) = 0;

    /// Forgets votes and attestations of targets below `epoch`, evidence whose higher epoch is below it, headers below
    /// `slot`, and chunks that lie below `epoch` as a whole.
    virtual void prune_below(Epoch epoch, Slot slot) = 0;

    virtual std::uint64_t database_bytes() = 0;
};

} // namespace quoin::ports
