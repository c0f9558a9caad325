#include "database_file.hpp"
#include "span_packing.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/store/store.hpp>

namespace quoin::store {

namespace {

using slashing::SpanChunk;

template <class T>
T decoded(ByteView bytes, const char* what) {
    Result<T> value = decode<T>(bytes);
    if (!value) {
        throw Corrupt("slasher.db has a " + std::string(what) + " that does not decode: " + value.fault().text());
    }
    return std::move(*value);
}

class SqliteSpanStore final : public ports::SpanStore {
public:
    explicit SqliteSpanStore(std::unique_ptr<Connection> connection) : db_(std::move(connection)) {}

    void in_transaction(const std::function<void()>& work) override {
        SQLite::Transaction transaction(db_->database(), SQLite::TransactionBehavior::IMMEDIATE);
        work();
        transaction.commit();
    }

    std::optional<Epoch> highest_epoch() override {
        Query row = db_->query("SELECT highest_epoch FROM progress");
        return row.next() ? std::optional(Epoch{row.number(0)}) : std::nullopt;
    }

    void put_highest_epoch(Epoch epoch) override {
        db_->run("INSERT INTO progress VALUES (1, ?) ON CONFLICT DO UPDATE SET highest_epoch = excluded.highest_epoch",
                 epoch);
    }

    std::optional<SpanChunk> spans(std::uint64_t group, std::uint64_t period) override {
        Query row = db_->query("SELECT chunk FROM spans WHERE period = ? AND validators = ?", period, group);
        return row.next() ? std::optional(unpack_chunk(row.blob(0))) : std::nullopt;
    }

    void put_spans(std::uint64_t group, std::uint64_t period, const SpanChunk& chunk) override {
        db_->run("INSERT INTO spans VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET chunk = excluded.chunk", period, group,
                 pack_chunk(chunk));
    }

    std::optional<ports::VoteRow> votes(Epoch target, std::uint64_t group) override {
        Query row = db_->query("SELECT numbers FROM votes WHERE target = ? AND validators = ?", target, group);
        return row.next() ? std::optional(unpack_votes(row.blob(0))) : std::nullopt;
    }

    void put_votes(Epoch target, std::uint64_t group, const ports::VoteRow& row) override {
        db_->run("INSERT INTO votes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET numbers = excluded.numbers", target,
                 group, pack_votes(row));
    }

    std::vector<ports::AttestationHead> heads(Epoch target) override {
        Query rows =
            db_->query("SELECT number, recorded, data FROM attestations WHERE target = ? ORDER BY number", target);
        std::vector<ports::AttestationHead> found;
        while (rows.next()) {
            found.push_back({static_cast<std::uint16_t>(rows.number(0)), static_cast<std::uint32_t>(rows.number(1)),
                             decoded<AttestationData>(rows.blob(2), "vote")});
        }
        return found;
    }

    void put_attestation(const ports::SeenAttestation& seen) override {
        db_->run("INSERT INTO attestations VALUES (?, ?, ?, ?, ?, ?)", seen.head.data.target.epoch,
                 std::uint64_t{seen.head.number}, std::uint64_t{seen.head.recorded}, encode(seen.head.data),
                 seen.signature, pack_indices(seen.recorded_elsewhere));
    }

    void drop_attestation(Epoch target, std::uint16_t number) override {
        db_->run("DELETE FROM attestations WHERE target = ? AND number = ?", target, std::uint64_t{number});
    }

    std::optional<IndexedAttestation> attestation(Epoch target, std::uint16_t number) override {
        std::vector<ValidatorIndex> signers;
        IndexedAttestation whole;
        {
            Query row =
                db_->query("SELECT data, signature, elsewhere FROM attestations WHERE target = ? AND number = ?",
                           target, std::uint64_t{number});
            if (!row.next()) {
                return std::nullopt;
            }
            whole.data = decoded<AttestationData>(row.blob(0), "vote");
            whole.signature = row.bytes<ValidatorSignature>(1);
            signers = unpack_indices(row.blob(2));
        }
        add_recorded(target, number, signers);
        std::sort(signers.begin(), signers.end());
        for (const ValidatorIndex signer : signers) {
            whole.validators.push_back(signer);
        }
        return whole;
    }

    std::optional<SignedBlockHeader> header(Slot slot, ValidatorIndex proposer) override {
        Query row = db_->query("SELECT header FROM headers WHERE slot = ? AND proposer = ?", slot, proposer);
        return row.next() ? std::optional(decoded<SignedBlockHeader>(row.blob(0), "header")) : std::nullopt;
    }

    void put_header(const SignedBlockHeader& header) override {
        db_->run("INSERT INTO headers VALUES (?, ?, ?)", header.message.slot, header.message.proposer_index,
                 encode(header));
    }

    std::vector<ports::StoredEvidence> evidence() override {
        Query rows = db_->query("SELECT id, lower, higher, evidence FROM evidence ORDER BY id");
        std::vector<ports::StoredEvidence> found;
        while (rows.next()) {
            found.push_back({rows.number(0), decoded<engine::Evidence>(rows.blob(3), "piece of evidence"),
                             Epoch{rows.number(1)}, Epoch{rows.number(2)}});
        }
        return found;
    }

    void put_evidence(const ports::StoredEvidence& evidence) override {
        db_->run("INSERT INTO evidence VALUES (?, ?, ?, ?)", evidence.id, evidence.lower, evidence.higher,
                 encode(evidence.evidence));
    }

    void prune_below(Epoch epoch, Slot slot) override {
        db_->run("DELETE FROM spans WHERE period < ?", SpanChunk::period_of(epoch));
        db_->run("DELETE FROM votes WHERE target < ?", epoch);
        db_->run("DELETE FROM attestations WHERE target < ?", epoch);
        db_->run("DELETE FROM headers WHERE slot < ?", slot);
        db_->run("DELETE FROM evidence WHERE higher < ?", epoch);
    }

    std::uint64_t database_bytes() override {
        Query row = db_->query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
        row.next();
        return row.number(0);
    }

private:
    void add_recorded(Epoch target, std::uint16_t number, std::vector<ValidatorIndex>& signers) {
        Query rows = db_->query("SELECT validators, numbers FROM votes WHERE target = ? ORDER BY validators", target);
        while (rows.next()) {
            const ports::VoteRow row = unpack_votes(rows.blob(1));
            for (std::uint64_t i = 0; i < row.size(); ++i) {
                if (row[i] == number) {
                    signers.emplace_back(rows.number(0) * row.size() + i);
                }
            }
        }
    }

    std::unique_ptr<Connection> db_;
};

} // namespace

Result<std::unique_ptr<ports::SpanStore>> open_span_store(const Place& place, const Root& genesis_root) {
    Result<std::unique_ptr<Connection>> connection = open_for_writing(slasher_file, place, genesis_root);
    if (!connection) {
        return connection.fault();
    }
    return std::unique_ptr<ports::SpanStore>(std::make_unique<SqliteSpanStore>(std::move(*connection)));
}

} // namespace quoin::store
