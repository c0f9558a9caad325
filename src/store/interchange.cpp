#include "database_file.hpp"
#include "signed_messages.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json_archive.hpp>
#include <quoin/codec/list.hpp>
#include <quoin/codec/optional.hpp>
#include <quoin/store/store.hpp>

namespace quoin::store {

namespace {

constexpr std::uint64_t format_version = 5;
constexpr std::uint64_t items_max = 1 << 24;

// The JSON of EIP-3076.

struct InterchangeMetadata {
    std::uint64_t version = 0;
    Root genesis_root;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("interchange_format_version", version), field("genesis_validators_root", genesis_root));
    }
};

struct InterchangeBlock {
    Slot slot;
    Optional<Root> signing_root;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), optional_field("signing_root", signing_root));
    }
};

struct InterchangeAttestation {
    Epoch source;
    Epoch target;
    Optional<Root> signing_root;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("source_epoch", source), field("target_epoch", target),
                optional_field("signing_root", signing_root));
    }
};

struct InterchangeKey {
    ValidatorKey key;
    List<InterchangeBlock, items_max> blocks;
    List<InterchangeAttestation, items_max> attestations;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("pubkey", key), field("signed_blocks", blocks), field("signed_attestations", attestations));
    }
};

struct Interchange {
    InterchangeMetadata metadata;
    List<InterchangeKey, items_max> data;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("metadata", metadata), field("data", data));
    }
};

Result<void> check(const Interchange& file, const Root& genesis_root) {
    if (file.metadata.version != format_version) {
        return Fault{Reason::out_of_range, "metadata.interchange_format_version",
                     "only version " + std::to_string(format_version) + " is understood"};
    }
    if (file.metadata.genesis_root != genesis_root) {
        return Fault{Reason::wrong_genesis, "metadata.genesis_validators_root",
                     "the file is of the chain " + to_hex(file.metadata.genesis_root) + ", not " +
                         to_hex(genesis_root)};
    }
    for (const InterchangeKey& of_key : file.data) {
        for (const InterchangeBlock& block : of_key.blocks) {
            if (block.slot.value > position_max) {
                return Fault{Reason::out_of_range, "data.signed_blocks.slot", "no slot is that high"};
            }
        }
        for (const InterchangeAttestation& vote : of_key.attestations) {
            if (vote.source.value > position_max || vote.target.value > position_max) {
                return Fault{Reason::out_of_range, "data.signed_attestations", "no epoch is that high"};
            }
        }
    }
    return {};
}

std::uint64_t import_all(Connection& db, const Interchange& file) {
    Transaction transaction(db, Transaction::Kind::exclusive);
    std::uint64_t messages = 0;
    for (const InterchangeKey& of_key : file.data) {
        for (const InterchangeBlock& block : of_key.blocks) {
            import_message(db, of_key.key, slashing::SignedProposal{block.slot, block.signing_root});
        }
        for (const InterchangeAttestation& vote : of_key.attestations) {
            import_message(db, of_key.key, slashing::SignedVote{vote.source, vote.target, vote.signing_root});
        }
        messages += of_key.blocks.size() + of_key.attestations.size();
    }
    transaction.commit();
    return messages;
}

} // namespace

Result<std::uint64_t> import_interchange(const std::string& path, const Root& genesis_root, std::string_view json) {
    const Result<Interchange> file = from_json<Interchange>(json);
    if (!file) {
        return file.fault();
    }
    if (const Result<void> usable = check(*file, genesis_root); !usable) {
        return usable.fault();
    }
    Result<std::unique_ptr<Connection>> db = open_for_writing(signing_file, path, genesis_root);
    if (!db) {
        return db.fault();
    }
    try {
        return import_all(**db, *file);
    } catch (const SQLite::Exception& problem) {
        return fault_of(path, problem);
    }
}

} // namespace quoin::store
