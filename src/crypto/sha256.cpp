#include "sha256_pairs.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/crypto/sha256.hpp>

#include <blst.h>
#include <sodium.h>

#include <new>

namespace quoin::crypto {

Root sha256(ByteView bytes) {
    Root hash;
    blst_sha256(hash.data(), bytes.data(), bytes.size());
    return hash;
}

namespace {

void hash_all(const RootPairs& pairs, Root* out) {
    static const auto hash = has_sha_instructions() ? hash_pairs_with_instructions : hash_pairs_portably;
    hash(pairs, out);
}

} // namespace

Root hash_pair(const Root& left, const Root& right) {
    Root hash;
    hash_all({&left, &right, 1, 1}, &hash);
    return hash;
}

void hash_pairs(std::span<const Root> in, std::span<Root> out) {
    QUOIN_ASSERT(in.size() == 2 * out.size(), "a layer has half as many nodes as the one below");
    hash_all({in.data(), in.data() + 1, 2, out.size()}, out.data());
}

void hash_zipped(std::span<const Root> left, std::span<const Root> right, std::span<Root> out) {
    QUOIN_ASSERT(left.size() == out.size() && right.size() == out.size(), "every pair has its place");
    hash_all({left.data(), right.data(), 1, out.size()}, out.data());
}

namespace {

crypto_hash_sha256_state& state_in(std::uint8_t* storage) {
    return *std::launder(reinterpret_cast<crypto_hash_sha256_state*>(storage));
}

} // namespace

Sha256::Sha256() {
    static_assert(sizeof(crypto_hash_sha256_state) == state_bytes && alignof(crypto_hash_sha256_state) <= 8);
    crypto_hash_sha256_init(new (state_.data()) crypto_hash_sha256_state);
}

Sha256& Sha256::update(ByteView bytes) {
    crypto_hash_sha256_update(&state_in(state_.data()), bytes.data(), bytes.size());
    return *this;
}

Root Sha256::finish() {
    Root hash;
    crypto_hash_sha256_final(&state_in(state_.data()), hash.data());
    crypto_hash_sha256_init(&state_in(state_.data()));
    return hash;
}

} // namespace quoin::crypto
