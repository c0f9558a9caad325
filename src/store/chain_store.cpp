#include "database_file.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/store/store.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <mutex>

namespace quoin::store {

namespace {

template <class T>
T decoded(ByteView bytes, const char* what) {
    Result<T> value = decode<T>(bytes);
    if (!value) {
        throw Corrupt("chain.db has a " + std::string(what) + " that does not decode: " + value.fault().text());
    }
    return std::move(*value);
}

template <class T>
std::optional<T> first(Query&& rows, const char* what) {
    return rows.next() ? std::optional<T>(decoded<T>(rows.blob(0), what)) : std::nullopt;
}

class SqliteChainStore final : public ports::ChainStore {
public:
    SqliteChainStore(Place place, const Chain& chain, std::unique_ptr<Connection> writer)
        : chain_(chain), writer_(std::move(writer)), readers_(std::move(place)) {}

    void put_block(const Root& root, const SignedBlock& block) override {
        const std::lock_guard lock(writing_);
        writer_->run("INSERT INTO blocks (root, slot, block) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", root,
                     block.message.slot, encode(block));
    }

    void put_certificate(const FinalityCertificate& certificate, Slot slot) override {
        const std::lock_guard lock(writing_);
        writer_->run("INSERT INTO certificates (era, slot, epoch, certificate) VALUES (?, ?, ?, ?) "
                     "ON CONFLICT DO UPDATE SET slot = excluded.slot, epoch = excluded.epoch, "
                     "certificate = excluded.certificate WHERE excluded.epoch > epoch",
                     era_of(chain_.spec(), slot), slot, certificate.finalized.epoch, encode(certificate));
    }

    void put_handover(std::uint64_t version, const HandoverProof& proof) override {
        const std::lock_guard lock(writing_);
        writer_->run("INSERT INTO handovers (version, proof) VALUES (?, ?) "
                     "ON CONFLICT DO UPDATE SET proof = excluded.proof",
                     version, encode(proof));
    }

    std::optional<SignedBlock> block(const Root& root) override {
        return first<SignedBlock>(readers_.lease()->query("SELECT block FROM blocks WHERE root = ?", root), "block");
    }

    std::vector<ports::StoredBlock> blocks_from(Slot from, std::size_t limit) override {
        ReaderPool::Lease reader = readers_.lease();
        Query rows = reader->query("SELECT root, block FROM blocks WHERE slot >= ? ORDER BY slot, root LIMIT ?",
                                   bound(from.value), bound(limit));
        std::vector<ports::StoredBlock> found;
        while (rows.next()) {
            found.push_back({rows.bytes<Root>(0), decoded<SignedBlock>(rows.blob(1), "block")});
        }
        return found;
    }

    std::optional<FinalityCertificate> newest_certificate() override {
        return first<FinalityCertificate>(
            readers_.lease()->query("SELECT certificate FROM certificates ORDER BY era DESC LIMIT 1"), "certificate");
    }

    std::optional<FinalityCertificate> certificate_at_or_after(Slot slot) override {
        return first<FinalityCertificate>(
            readers_.lease()->query(
                "SELECT certificate FROM certificates WHERE era >= ? AND slot >= ? ORDER BY era LIMIT 1",
                bound(era_of(chain_.spec(), slot).value), bound(slot.value)),
            "certificate");
    }

    std::vector<HandoverProof> handovers(std::uint64_t from, std::uint64_t to) override {
        ReaderPool::Lease reader = readers_.lease();
        Query rows = reader->query("SELECT proof FROM handovers WHERE version >= ? AND version <= ? ORDER BY version",
                                   bound(from), bound(to));
        std::vector<HandoverProof> found;
        while (rows.next()) {
            found.push_back(decoded<HandoverProof>(rows.blob(0), "hand-over proof"));
        }
        return found;
    }

    void prune_below(Slot slot) override {
        const std::lock_guard lock(writing_);
        writer_->run("DELETE FROM blocks WHERE slot < ?", slot);
    }

private:
    const Chain& chain_;
    std::mutex writing_;
    std::unique_ptr<Connection> writer_;
    ReaderPool readers_;
};

} // namespace

Result<std::unique_ptr<ports::ChainStore>> open_chain_store(const Place& place, const Chain& chain) {
    Result<std::unique_ptr<Connection>> writer = open_for_writing(chain_file, place, chain.genesis_root);
    if (!writer) {
        return writer.fault();
    }
    return std::unique_ptr<ports::ChainStore>(std::make_unique<SqliteChainStore>(place, chain, std::move(*writer)));
}

} // namespace quoin::store
