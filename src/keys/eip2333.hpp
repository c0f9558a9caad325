#pragma once

#include <quoin/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quoin::keys {

inline constexpr std::size_t lamport_chunk_count = 255;

/// `IKM_to_lamport_SK` of EIP-2333, for the tests to look at the inside.
std::vector<Bytes<32>> lamport_chunks(ByteView input, std::uint32_t index);

/// `parent_SK_to_lamport_PK`: the hash of the hashed chunks of the key and of its complement.
Root lamport_public_key(ByteView input, std::uint32_t index);

} // namespace quoin::keys
