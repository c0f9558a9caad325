#include <quoin/codec/archive.hpp>
#include <quoin/codec/json_archive.hpp>
#include <quoin/engine/message.hpp>

QUOIN_SSZ_TYPE(quoin::engine::Proposal)
QUOIN_SSZ_TYPE(quoin::engine::Transactions)
QUOIN_SSZ_TYPE(quoin::engine::Evidence)
QUOIN_SSZ_TYPE(quoin::engine::BlocksByRange)
QUOIN_SSZ_TYPE(quoin::engine::BlocksByRoot)
QUOIN_SSZ_TYPE(quoin::engine::Tip)
QUOIN_JSON_TYPE(quoin::engine::Evidence)
