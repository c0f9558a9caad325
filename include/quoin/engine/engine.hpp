#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/engine/effect.hpp>
#include <quoin/engine/input.hpp>
#include <quoin/engine/snapshot.hpp>
#include <quoin/types/genesis.hpp>

#include <memory>

namespace quoin::engine {

/// Where an engine starts: a finalized block and its post-state, from genesis or from the newest ledger snapshot.
struct Anchor {
    Checkpoint finalized;
    Root block_root;
    Slot slot;
    SealedState state;
};

struct Settings {
    std::vector<ValidatorKey> validators; ///< whose duties this node performs
    Bytes<32> graffiti;
};

/// The validator without its I/O: everything that happens to it is an input, everything it wants done is an effect.
/// Deterministic: equal inputs at equal times give equal effects.
///
/// Invariants, asserted:
/// E1 a signature is asked for only after the head it rests on was given to `PersistBlock`, earlier in the same or in a
///    former list of effects.
/// E2 `finalized` never moves to a block that does not descend from it.
/// E3 a message counts only after its signatures were verified, or were equal to a sum of verified ones.
/// E4 every container is bounded by `limits`, but for the nodes of the block tree while finality stalls.
class Engine {
public:
    Engine(std::shared_ptr<const Chain> chain, Settings settings, crypto::SignatureScheme& scheme, Anchor anchor);
    ~Engine();

    /// One step. `now_ms` is wall-clock time in milliseconds since the Unix epoch; a time before the last one counts as
    /// the last one.
    Effects step(std::uint64_t now_ms, Input input);

    /// When `Tick` is due at the latest.
    std::uint64_t next_wakeup_ms() const;

    /// What can be seen now; equal pointers mean that nothing changed.
    SharedSnapshot snapshot();

    /// Sizes of the bounded containers, for metrics.
    struct QueueDepth {
        const char* name;
        std::size_t size;
        std::size_t limit;
    };
    std::vector<QueueDepth> queue_depths() const;

private:
    class Core;
    std::unique_ptr<Core> core_;
};

} // namespace quoin::engine
