#pragma once

#include <quoin/codec/list.hpp>
#include <quoin/codec/optional.hpp>
#include <quoin/codec/text.hpp>
#include <quoin/engine/message.hpp>
#include <quoin/types/transaction.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What clients send in bodies and frames besides the chain's own types. Read by codec: an unknown or missing field, a
// wrong type and a number out of range are faults with the path of the field.

namespace quoin::api {

/// POST /v1/transactions/prepare. What is left out is filled in from the head.
struct PrepareBody {
    Payload payload;
    AccountKey sender;
    Optional<std::uint64_t> nonce;
    Optional<Amount> max_fee;
    Optional<Amount> tip;
    Optional<Slot> valid_until_slot;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("payload", payload), field("sender", sender), optional_field("nonce", nonce),
                optional_field("max_fee", max_fee), optional_field("tip", tip),
                optional_field("valid_until_slot", valid_until_slot));
    }
};

struct StreamFilter {
    Address account;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("account", account));
    }
};

/// A frame of the WebSocket's client (API.md "WebSocket"). Which fields go with which `op` is for the session to say.
struct StreamCommand {
    Text<16> op;
    Optional<Text<64>> id;
    Optional<Text<32>> topic;
    Optional<Text<128>> from;
    Optional<List<Text<32>, 8>> include;
    Optional<StreamFilter> filter;
    Optional<std::uint64_t> credit;
    Optional<Text<32>> sub;
    Optional<std::uint64_t> seq;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("op", op), optional_field("id", id), optional_field("topic", topic), optional_field("from", from),
                optional_field("include", include), optional_field("filter", filter), optional_field("credit", credit),
                optional_field("sub", sub), optional_field("seq", seq));
    }
};

Result<PrepareBody> read_prepare_body(std::string_view json);
Result<StreamCommand> read_stream_command(std::string_view json);
Result<engine::Evidence> read_evidence(std::string_view json);

/// One signed transaction, or an array of up to `batch_items_max`. `too_large` for more.
struct TransactionBody {
    std::vector<SignedTransaction> items;
    bool is_batch = false;
};
Result<TransactionBody> read_transactions(std::string_view json);

} // namespace quoin::api
