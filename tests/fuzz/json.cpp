#include "api/bodies.hpp"
#include "support/sample.hpp"
#include "support/tape.hpp"

#include <quoin/codec/json.hpp>
#include <quoin/types/genesis.hpp>

#include <string>

// What clients and operators write: it is refused, or means the same once it is printed and read again.

namespace quoin::fuzz {
namespace {

std::string text_from(const std::string& sample, Tape& tape) {
    const ByteVector octets = draft({sample.begin(), sample.end()}, tape);
    return {octets.begin(), octets.end()};
}

void read_transaction(Tape& tape) {
    const std::string text = text_from(to_json(sample().transactions.items[tape.below(5)]), tape);
    if (const Result<SignedTransaction> read = from_json<SignedTransaction>(text)) {
        require(from_json<SignedTransaction>(to_json(*read)).value() == *read, "a printed transaction reads the same");
    }
}

void read_batch(Tape& tape) {
    const std::string one = to_json(sample().transactions.items[0]);
    (void)api::read_transactions(text_from("[" + one + "," + one + "]", tape));
}

void read_evidence(Tape& tape) {
    const engine::Evidence evidence =
        tape.octet() % 2 == 0 ? engine::Evidence{sample().proposer_slashing} : sample().attester_slashing;
    if (const Result<engine::Evidence> read = api::read_evidence(text_from(to_json(evidence), tape))) {
        require(api::read_evidence(to_json(*read)).value() == *read, "printed evidence reads the same");
    }
}

void read_genesis(Tape& tape) {
    static const std::string printed = print_genesis(sample().chain->genesis);
    if (const Result<Chain> read = load_genesis(text_from(printed, tape))) {
        const Result<Chain> again = load_genesis(print_genesis(read->genesis));
        require(again.ok() && again->genesis_root == read->genesis_root, "a printed genesis is the same chain");
    }
}

void read_any(Tape& tape) {
    switch (tape.below(6)) {
    case 0:
        return read_transaction(tape);
    case 1:
        return read_batch(tape);
    case 2:
        return read_evidence(tape);
    case 3:
        (void)api::read_prepare_body(
            text_from("{\"payload\":{\"kind\":\"withdraw\",\"validator\":\"1\"},\"sender\":\"0x" +
                          std::string(64, 'a') + "\",\"nonce\":\"7\",\"tip\":null}",
                      tape));
        return;
    case 4:
        (void)api::read_stream_command(
            text_from("{\"op\":\"subscribe\",\"id\":\"1\",\"topic\":\"blocks\",\"from\":\"latest\","
                      "\"include\":[\"body\"],\"credit\":\"10\"}",
                      tape));
        return;
    default:
        return read_genesis(tape);
    }
}

} // namespace
} // namespace quoin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    quoin::fuzz::Tape tape(data, size);
    quoin::fuzz::read_any(tape);
    return 0;
}
