#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>

#include <memory>
#include <span>
#include <vector>

namespace quoin::gossip {

/// Encoded octets that several outboxes hold at once.
using SharedBytes = std::shared_ptr<const ByteVector>;

// A batch is an SSZ container of one list. Taking it apart into the encodings of its items, and putting one together
// from them, lets an item be hashed, deduplicated and sent on without being decoded or encoded again.

/// `item_bytes` of a list whose items differ in size.
inline constexpr std::size_t variable_size = 0;

/// The encoding of `{head..., items}`, where `head` holds the fields of fixed size before the list.
ByteVector pack_items(ByteView head, std::span<const SharedBytes> items, std::size_t item_bytes);

/// The items' encodings within `body`, the encoding of `{items}`. Faults: `malformed` for offsets that are not the
/// canonical ones, `too_many_items`. The items themselves are not looked at.
Result<std::vector<ByteView>> split_items(ByteView body, std::size_t item_bytes, std::size_t items_max);

/// Where the second of a container's fields of variable size begins when it has no others; 0 when `body` is too short
/// to say.
std::size_t second_offset(ByteView body);

} // namespace quoin::gossip
