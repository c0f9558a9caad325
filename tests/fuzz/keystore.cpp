#include "keys/keystore_form.hpp"
#include "support/tape.hpp"

#include <string>

// A keystore file from anywhere: refused without a password, or within the bounds of what opening it may cost.

namespace quoin::fuzz {
namespace {

using namespace keys;

Keystore sample_keystore(bool is_account, bool is_scrypt) {
    Keystore keystore;
    keystore.info.kind = is_account ? KeyKind::account : KeyKind::validator;
    keystore.info.public_key = "0x" + std::string(is_account ? 64 : 96, 'b');
    keystore.info.path = "m/12381/3600/0/0/0";
    keystore.info.description = "a \"sample\"";
    keystore.uuid = "b0dbc3a5-7c3e-4c5e-9f5a-2f1e0a7b8c9d";
    keystore.cost = Pbkdf2Cost{1'024};
    if (is_scrypt) {
        keystore.cost = ScryptCost{1 << 18, 8, 1};
    }
    keystore.salt = ByteVector(32, 7);
    return keystore;
}

void require_bounded(const Keystore& keystore) {
    if (const auto* scrypt = std::get_if<ScryptCost>(&keystore.cost)) {
        require(scrypt->n <= (std::uint64_t{1} << 21) / scrypt->r && scrypt->p <= 4, "scrypt keeps its bounds");
    } else {
        require(std::get<Pbkdf2Cost>(keystore.cost).rounds <= 1 << 20, "PBKDF2 keeps its bounds");
    }
}

void read_keystore(Tape& tape) {
    const std::uint8_t form = tape.octet();
    const std::string sample = to_json(sample_keystore(form % 2 == 0, form / 2 % 2 == 0));
    const ByteVector octets = draft({sample.begin(), sample.end()}, tape);
    const std::string text(octets.begin(), octets.end());
    const Result<Keystore> read = parse_keystore(text);
    require(inspect_keystore(text).ok() == read.ok(), "what can be read can be inspected");
    if (read) {
        require_bounded(*read);
        const std::string printed = to_json(*read);
        require(to_json(parse_keystore(printed).value()) == printed, "a printed keystore reads the same");
    }
}

} // namespace
} // namespace quoin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    quoin::fuzz::Tape tape(data, size);
    quoin::fuzz::read_keystore(tape);
    return 0;
}
