#include "support/sample.hpp"
#include "support/tape.hpp"

#include <quoin/codec/ssz.hpp>

#include <type_traits>

// What decodes is in its only form: it encodes to the same octets, and hashing it works.

namespace quoin::fuzz {
namespace {

template <class T>
void read_one(const T& sample, Tape& tape) {
    const ByteVector octets = draft(encode(sample), tape);
    Result<T> value = decode<T>(octets);
    if (!value) {
        return;
    }
    require(encode(*value) == octets, "what decodes encodes to the same octets");
    const Root root = hash_tree_root(*value);
    if constexpr (std::is_same_v<T, State>) {
        require(seal(*value) == root, "sealing does not change the root");
    }
}

void read_any(Tape& tape) {
    const Sample& made = sample();
    switch (tape.below(10)) {
    case 0:
        return read_one(made.block, tape);
    case 1:
        return read_one(made.attestation, tape);
    case 2:
        return read_one(made.transactions, tape);
    case 3:
        return read_one(made.transactions.items[tape.below(5)], tape);
    case 4:
        return read_one(engine::Evidence{made.proposer_slashing}, tape);
    case 5:
        return read_one(engine::Evidence{made.attester_slashing}, tape);
    case 6:
        return read_one(made.certificate, tape);
    case 7:
        return read_one(engine::Proposal{made.block, {made.attestation}}, tape);
    case 8:
        return read_one(made.aggregate, tape);
    default:
        return read_one(made.state, tape);
    }
}

} // namespace
} // namespace quoin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    quoin::fuzz::Tape tape(data, size);
    quoin::fuzz::read_any(tape);
    return 0;
}
