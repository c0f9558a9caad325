#include <quoin/codec/archive.hpp>
#include <quoin/types/certificate.hpp>
#include <quoin/types/genesis.hpp>

// Every type of ours that is encoded, decoded or hashed by itself.

QUOIN_SSZ_CONTAINER(quoin::Checkpoint)
QUOIN_SSZ_CONTAINER(quoin::AttestationData)
QUOIN_SSZ_CONTAINER(quoin::Attestation)
QUOIN_SSZ_CONTAINER(quoin::SingleAttestation)
QUOIN_SSZ_CONTAINER(quoin::Aggregate)
QUOIN_SSZ_CONTAINER(quoin::SignedAggregate)
QUOIN_SSZ_CONTAINER(quoin::IndexedAttestation)

QUOIN_SSZ_TYPE(quoin::Payload)
QUOIN_SSZ_CONTAINER(quoin::Transaction)
QUOIN_SSZ_CONTAINER(quoin::SignedTransaction)

QUOIN_SSZ_CONTAINER(quoin::BlockHeader)
QUOIN_SSZ_CONTAINER(quoin::SignedBlockHeader)
QUOIN_SSZ_CONTAINER(quoin::ProposerSlashing)
QUOIN_SSZ_CONTAINER(quoin::AttesterSlashing)
QUOIN_SSZ_CONTAINER(quoin::BlockBody)
QUOIN_SSZ_CONTAINER(quoin::Block)
QUOIN_SSZ_CONTAINER(quoin::SignedBlock)

QUOIN_SSZ_CONTAINER(quoin::Spec)
QUOIN_SSZ_CONTAINER(quoin::GenesisValidator)
QUOIN_SSZ_CONTAINER(quoin::GenesisAccount)
QUOIN_SSZ_CONTAINER(quoin::Genesis)

using Weights = quoin::Column<quoin::Weight, quoin::type_limits.validators>;
using DutySet = quoin::Column<quoin::ValidatorIndex, quoin::type_limits.validators>;
using Validators = quoin::Column<quoin::Validator, quoin::type_limits.validators>;
QUOIN_SSZ_TYPE(Weights)
QUOIN_SEALED_TYPE(Weights)
QUOIN_SSZ_TYPE(DutySet)
QUOIN_SSZ_TYPE(Validators)
QUOIN_SEALED_TYPE(Validators)
QUOIN_SSZ_TYPE(std::optional<quoin::Candidate>)
QUOIN_SSZ_CONTAINER(quoin::Candidate)
QUOIN_SSZ_CONTAINER(quoin::Validator)

QUOIN_SSZ_CONTAINER(quoin::CertificateGroup)
QUOIN_SSZ_CONTAINER(quoin::FinalityCertificate)
QUOIN_SSZ_CONTAINER(quoin::HandoverProof)
QUOIN_SSZ_CONTAINER(quoin::FinalityProof)
