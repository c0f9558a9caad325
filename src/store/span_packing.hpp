#pragma once

#include <quoin/ports/spans.hpp>

/// The columns of slasher.db as bytes. What can not have been written is `Corrupt`.
namespace quoin::store {

ByteVector pack_chunk(const slashing::SpanChunk& chunk);
slashing::SpanChunk unpack_chunk(ByteView packed);

ByteVector pack_votes(const ports::VoteRow& row);
ports::VoteRow unpack_votes(ByteView packed);

ByteVector pack_indices(const std::vector<ValidatorIndex>& ascending);
std::vector<ValidatorIndex> unpack_indices(ByteView packed);

} // namespace quoin::store
