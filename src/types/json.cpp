#include <quoin/codec/json_archive.hpp>
#include <quoin/types/certificate.hpp>
#include <quoin/types/genesis.hpp>

// Every type of ours that the API, a file or the command line shows or reads.

QUOIN_JSON_TYPE(quoin::Checkpoint)
QUOIN_JSON_TYPE(quoin::AttestationData)
QUOIN_JSON_TYPE(quoin::Attestation)
QUOIN_JSON_TYPE(quoin::SingleAttestation)
QUOIN_JSON_TYPE(quoin::IndexedAttestation)

QUOIN_JSON_TYPE(quoin::Commission)
QUOIN_JSON_TYPE(quoin::Transaction)
QUOIN_JSON_TYPE(quoin::SignedTransaction)

QUOIN_JSON_TYPE(quoin::BlockHeader)
QUOIN_JSON_TYPE(quoin::SignedBlockHeader)
QUOIN_JSON_TYPE(quoin::ProposerSlashing)
QUOIN_JSON_TYPE(quoin::AttesterSlashing)
QUOIN_JSON_TYPE(quoin::Block)
QUOIN_JSON_TYPE(quoin::SignedBlock)

QUOIN_JSON_TYPE(quoin::Spec)
QUOIN_JSON_TYPE(quoin::GenesisValidator)
QUOIN_JSON_TYPE(quoin::GenesisAccount)
QUOIN_JSON_TYPE(quoin::Genesis)

QUOIN_JSON_TYPE(quoin::FinalityCertificate)
QUOIN_JSON_TYPE(quoin::FinalityProof)
