#include <quoin/crypto/sha256.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/keys/signer.hpp>

#include <gtest/gtest.h>

#include <type_traits>

namespace quoin::keys {
namespace {

static_assert(!std::is_copy_constructible_v<ports::Permit> && !std::is_default_constructible_v<ports::Permit>);
static_assert(!std::is_constructible_v<ports::Permit, ValidatorKey, Root>);

/// Permits everything: the rules are the store's, not the signer's.
class OpenStore final : public ports::SigningStore {
public:
    Result<ports::Permit> permit_proposal(const ValidatorKey& key, Slot, const Root& root) override {
        return grant(key, root);
    }
    Result<ports::Permit> permit_attestation(const ValidatorKey& key, Epoch, Epoch, const Root& root) override {
        return grant(key, root);
    }
};

ValidatorSigner signer_of(std::initializer_list<std::uint32_t> indices) {
    std::vector<crypto::SecretKey> keys;
    for (const std::uint32_t index : indices) {
        keys.push_back(DevelopmentKeys{}.validator(index));
    }
    return ValidatorSigner{std::move(keys)};
}

TEST(ValidatorSigner, it_signs_the_root_of_the_permit_with_the_key_of_the_permit) {
    ValidatorSigner signer = signer_of({0, 1});
    OpenStore store;
    const Root root = crypto::sha256({});
    const crypto::PublicKey key = DevelopmentKeys{}.validator(1).public_key();
    const ValidatorSignature signature =
        signer.sign(store.permit_proposal(key.encode(), Slot{4}, root).value()).value();
    EXPECT_TRUE(crypto::verify(key, root, crypto::Signature::decode(signature).value()));
}

TEST(ValidatorSigner, it_names_each_key_once_in_order) {
    const std::vector<ValidatorKey> keys = signer_of({2, 0, 2}).keys();
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_LT(keys[0], keys[1]);
}

TEST(ValidatorSigner, a_key_it_does_not_hold_is_an_unknown_validator) {
    ValidatorSigner signer = signer_of({0});
    OpenStore store;
    const ValidatorKey other = DevelopmentKeys{}.validator(1).public_key().encode();
    EXPECT_EQ(signer.sign(store.permit_unrecorded(other, Root{})).fault().reason, Reason::unknown_validator);
}

} // namespace
} // namespace quoin::keys
