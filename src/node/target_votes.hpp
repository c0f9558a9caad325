#pragma once

#include <quoin/ports/spans.hpp>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace quoin::node {

/// The votes for one target epoch while a batch is worked on: by which attestation each validator was first seen to
/// vote for it.
///
/// T1  a validator's row names an attestation that holds its vote; two that say the same count as one.
/// T2  an attestation is kept while a row names it. One that covers all who are recorded in several others with the
///     same data takes their place: single votes are kept until an aggregate of them comes.
class TargetVotes {
public:
    TargetVotes(ports::SpanStore& store, Epoch target);

    struct Taken {
        bool is_dropped = false;                   ///< the target has as many attestations as there may be
        std::vector<ValidatorIndex> first_seen;    ///< no vote for this target was known
        std::vector<ValidatorIndex> double_voters; ///< were recorded with a vote that says something else
    };
    /// Records an attestation with this target.
    Taken take(const IndexedAttestation& attestation);

    /// Stores the rows that changed.
    void save();

private:
    struct Row {
        ports::VoteRow numbers{};
        bool is_changed = false;
    };
    using Numbers = std::set<std::uint16_t>;

    std::uint16_t number_of(ValidatorIndex validator) { return row_of(validator).numbers[position(validator)]; }
    void set_number(ValidatorIndex validator, std::uint16_t number);
    static std::size_t position(ValidatorIndex validator) {
        return static_cast<std::size_t>(validator.value % slashing::SpanChunk::validators);
    }
    Row& row_of(ValidatorIndex validator);
    /// The attestations with the same data of which every recorded voter is in this one.
    Numbers covered_by(const IndexedAttestation& attestation, Taken& taken);
    std::uint16_t free_number();
    void record(const IndexedAttestation& attestation, const Numbers& covered);

    ports::SpanStore& store_;
    Epoch target_;
    std::map<std::uint16_t, ports::AttestationHead> heads_;
    std::uint16_t free_from_ = 1;            ///< no lower number is free
    std::vector<std::unique_ptr<Row>> rows_; ///< by group
};

} // namespace quoin::node
