#include "keystore_form.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/base/limits.hpp>

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <bit>
#include <optional>

namespace quoin::keys {

namespace {

using Object = rapidjson::Value;

constexpr std::uint64_t version = 4;
constexpr std::size_t salt_bytes_max = 256;
constexpr std::uint64_t scrypt_n_times_r_max = (std::uint64_t{1} << 18) * 8;
constexpr std::uint64_t scrypt_r_max = 1'024; // r alone takes 128 * r * p bytes
constexpr std::uint64_t scrypt_p_max = 4;
constexpr std::uint64_t pbkdf2_rounds_max = 1 << 20;

std::string bare_hex(ByteView bytes) {
    return to_hex(bytes).substr(2);
}

/// Reads the fields of one JSON object; keeps the first fault, after which everything read is empty.
class Reader {
public:
    const Object* object(const Object& in, const char* name) {
        const Object* found = member(in, name);
        return found != nullptr && found->IsObject() ? found : fail(name, "is not an object");
    }

    std::string text(const Object& in, const char* name) {
        const Object* found = member(in, name);
        if (found == nullptr || !found->IsString()) {
            fail(name, "is not a text");
            return {};
        }
        return {found->GetString(), found->GetStringLength()};
    }

    std::string text_or_empty(const Object& in, const char* name) {
        return in.HasMember(name) ? text(in, name) : std::string{};
    }

    std::uint64_t number(const Object& in, const char* name, std::uint64_t least, std::uint64_t most) {
        const Object* found = member(in, name);
        if (found == nullptr || !found->IsUint64()) {
            fail(name, "is not a whole number");
            return 0;
        }
        if (found->GetUint64() < least || found->GetUint64() > most) {
            fail(name, "is not between " + std::to_string(least) + " and " + std::to_string(most));
        }
        return found->GetUint64();
    }

    ByteVector hex(const Object& in, const char* name, std::size_t least, std::size_t most) {
        Result<ByteVector> bytes = from_hex("0x" + text(in, name));
        if (!bytes || bytes->size() < least || bytes->size() > most) {
            fail(name, "is not hex of the right length");
            return ByteVector(least);
        }
        return std::move(bytes).value();
    }

    void expect(const Object& in, const char* name, std::string_view expected) {
        if (text(in, name) != expected) {
            fail(name, "is not " + std::string{expected});
        }
    }

    const Object* fail(const char* name, const std::string& what) {
        if (!fault_) {
            fault_ = invalid(name, std::string{name} + ' ' + what);
        }
        return nullptr;
    }

    const std::optional<Fault>& fault() const { return fault_; }

private:
    const Object* member(const Object& in, const char* name) {
        const auto found = in.FindMember(name);
        return found == in.MemberEnd() ? fail(name, "is missing") : &found->value;
    }

    std::optional<Fault> fault_;
};

void read_kdf(Reader& reader, const Object& crypto, Keystore& keystore) {
    const Object* kdf = reader.object(crypto, "kdf");
    const Object* params = kdf == nullptr ? nullptr : reader.object(*kdf, "params");
    if (params == nullptr) {
        return;
    }
    keystore.salt = reader.hex(*params, "salt", 0, salt_bytes_max);
    reader.number(*params, "dklen", derived_key_bytes, derived_key_bytes);
    const std::string function = reader.text(*kdf, "function");
    if (function == "scrypt") {
        ScryptCost cost;
        cost.r = reader.number(*params, "r", 1, scrypt_r_max);
        cost.p = reader.number(*params, "p", 1, scrypt_p_max);
        cost.n = reader.number(*params, "n", 2, scrypt_n_times_r_max);
        if (cost.r != 0 && cost.n > scrypt_n_times_r_max / cost.r) {
            reader.fail("n", "times r is above 2^21");
        }
        // RFC 7914: n is a power of two below 2^(128 r / 8).
        if (!std::has_single_bit(cost.n) || (cost.r == 1 && cost.n >= 1 << 16)) {
            reader.fail("n", "is not a power of two that fits r");
        }
        keystore.cost = cost;
    } else if (function == "pbkdf2") {
        reader.expect(*params, "prf", "hmac-sha256");
        keystore.cost = Pbkdf2Cost{reader.number(*params, "c", 1, pbkdf2_rounds_max)};
    } else {
        reader.fail("function", "is neither scrypt nor pbkdf2");
    }
}

void read_crypto(Reader& reader, const Object& crypto, Keystore& keystore) {
    read_kdf(reader, crypto, keystore);
    if (const Object* checksum = reader.object(crypto, "checksum")) {
        reader.expect(*checksum, "function", "sha256");
        keystore.checksum = Root::from(reader.hex(*checksum, "message", 32, 32));
    }
    const Object* cipher = reader.object(crypto, "cipher");
    if (cipher == nullptr) {
        return;
    }
    reader.expect(*cipher, "function", "aes-128-ctr");
    keystore.encrypted = Bytes<secret_bytes>::from(reader.hex(*cipher, "message", secret_bytes, secret_bytes));
    if (const Object* params = reader.object(*cipher, "params")) {
        keystore.counter = Bytes<counter_bytes>::from(reader.hex(*params, "iv", counter_bytes, counter_bytes));
    }
}

/// Writes nested objects as `writer.object("name", [&] { ... })`.
class Writer {
public:
    template <class Body>
    void object(const char* name, Body body) {
        json_.Key(name);
        object(body);
    }
    template <class Body>
    void object(Body body) {
        json_.StartObject();
        body();
        json_.EndObject();
    }
    void text(const char* name, const std::string& value) {
        json_.Key(name);
        json_.String(value);
    }
    void number(const char* name, std::uint64_t value) {
        json_.Key(name);
        json_.Uint64(value);
    }
    std::string take() const { return std::string{buffer_.GetString(), buffer_.GetSize()} + '\n'; }

private:
    rapidjson::StringBuffer buffer_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> json_{buffer_};
};

void write_kdf(Writer& writer, const Keystore& keystore) {
    const auto* scrypt_cost = std::get_if<ScryptCost>(&keystore.cost);
    writer.text("function", scrypt_cost != nullptr ? "scrypt" : "pbkdf2");
    writer.object("params", [&] {
        writer.number("dklen", derived_key_bytes);
        if (scrypt_cost != nullptr) {
            writer.number("n", scrypt_cost->n);
            writer.number("r", scrypt_cost->r);
            writer.number("p", scrypt_cost->p);
        } else {
            writer.number("c", std::get<Pbkdf2Cost>(keystore.cost).rounds);
            writer.text("prf", "hmac-sha256");
        }
        writer.text("salt", bare_hex(keystore.salt));
    });
    writer.text("message", "");
}

} // namespace

Result<Keystore> parse_keystore(std::string_view json) {
    if (json.size() > limits.body_bytes_max) {
        return invalid("", "keystore is larger than 1 MiB");
    }
    rapidjson::Document document;
    // Iterative: the depth of hostile JSON must not become depth of our stack.
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
    if (document.HasParseError() || !document.IsObject()) {
        return invalid("", "keystore is not a JSON object");
    }
    Reader reader;
    Keystore keystore;
    reader.number(document, "version", version, version);
    keystore.info.path = reader.text(document, "path");
    keystore.info.description = reader.text_or_empty(document, "description");
    keystore.uuid = reader.text(document, "uuid");
    if (document.HasMember("quoin_kind")) {
        reader.expect(document, "quoin_kind", "account");
        keystore.info.kind = KeyKind::account;
    }
    const std::size_t key_bytes = keystore.info.kind == KeyKind::account ? crypto::Ed25519PublicKey::size_bytes
                                                                         : crypto::PublicKeyBytes::size_bytes;
    keystore.info.public_key = to_hex(reader.hex(document, "pubkey", key_bytes, key_bytes));
    if (const Object* crypto = reader.object(document, "crypto")) {
        read_crypto(reader, *crypto, keystore);
    }
    if (reader.fault()) {
        return *reader.fault();
    }
    return keystore;
}

std::string to_json(const Keystore& keystore) {
    Writer writer;
    writer.object([&] {
        writer.object("crypto", [&] {
            writer.object("kdf", [&] { write_kdf(writer, keystore); });
            writer.object("checksum", [&] {
                writer.text("function", "sha256");
                writer.object("params", [] {});
                writer.text("message", bare_hex(keystore.checksum));
            });
            writer.object("cipher", [&] {
                writer.text("function", "aes-128-ctr");
                writer.object("params", [&] { writer.text("iv", bare_hex(keystore.counter)); });
                writer.text("message", bare_hex(keystore.encrypted));
            });
        });
        writer.text("description", keystore.info.description);
        writer.text("pubkey", keystore.info.public_key.substr(2));
        writer.text("path", keystore.info.path);
        writer.text("uuid", keystore.uuid);
        writer.number("version", version);
        if (keystore.info.kind == KeyKind::account) {
            writer.text("quoin_kind", "account");
        }
    });
    return writer.take();
}

} // namespace quoin::keys
