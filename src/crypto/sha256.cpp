#include <quoin/base/assert.hpp>
#include <quoin/crypto/sha256.hpp>

#include <blst.h>
#include <sodium.h>

#include <algorithm>
#include <new>

namespace quoin::crypto {

Root sha256(ByteView bytes) {
    Root hash;
    blst_sha256(hash.data(), bytes.data(), bytes.size());
    return hash;
}

Root hash_pair(const Root& left, const Root& right) {
    Bytes<64> both;
    std::copy(left.begin(), left.end(), both.begin());
    std::copy(right.begin(), right.end(), both.begin() + 32);
    return sha256(both);
}

void hash_pairs(std::span<const Root> in, std::span<Root> out) {
    QUOIN_ASSERT(in.size() == 2 * out.size(), "a layer has half as many nodes as the one below");
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = hash_pair(in[2 * i], in[2 * i + 1]);
    }
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
