#pragma once

#include <quoin/engine/message.hpp>

#include <optional>

namespace quoin::engine {

/// Time has passed; nothing else.
struct Tick {};

/// A frame of `peer`, decoded and within its limits.
struct Received {
    PeerId peer;
    Message message;
};

/// The answer to a `RequestBlocks` of ours, possibly short or empty; also given, empty, when the peer failed to answer.
struct BlocksAnswered {
    PeerId peer;
    std::vector<SignedBlock> blocks;
};

struct PeerConnected {
    PeerId peer;
    Tip head;
    Checkpoint finalized;
    std::optional<FinalityCertificate> certificate; ///< the newest it has
};

struct PeerDisconnected {
    PeerId peer;
};

/// The verdicts on a `Verify`, one for each of its checks.
struct Verified {
    std::uint64_t id = 0;
    std::vector<std::uint8_t> valid;
};

/// The outcome of a `Sign`: nothing when the signing database refused or the key is not here.
struct Signed {
    std::uint64_t id = 0;
    std::optional<ValidatorSignature> signature;
};

/// The outcome of a `LoadBlocks`: those found, in the order asked for.
struct BlocksLoaded {
    std::uint64_t id = 0;
    std::vector<SignedBlock> blocks;
};

/// A stored block at start-up: its signatures were verified before it was stored.
struct Replayed {
    SignedBlock block;
};

/// Transactions or evidence from the API; `Answer` carries the outcome under the same id.
struct Submitted {
    std::uint64_t id = 0;
    std::variant<Transactions, Evidence> what;
};

/// The ledger holds every block up to this one.
struct LedgerAdvanced {
    std::uint64_t block_number = 0;
    Root root;
};

using Input = std::variant<Tick, Received, BlocksAnswered, PeerConnected, PeerDisconnected, Verified, Signed,
                           BlocksLoaded, Replayed, Submitted, LedgerAdvanced>;

} // namespace quoin::engine
