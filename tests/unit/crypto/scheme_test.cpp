#include <quoin/crypto/scheme.hpp>
#include <quoin/crypto/sha256.hpp>

#include <gtest/gtest.h>

#include <memory>

namespace quoin::crypto {
namespace {

using Scheme = SignatureCheck::Scheme;

/// Keys of either scheme, so that both are held to the same rules.
class Signers {
public:
    virtual ~Signers() = default;
    virtual PublicKeyBytes bls_key(std::uint8_t who) = 0;
    virtual SignatureBytes bls_sign(std::uint8_t who, const Root& root) = 0;
    virtual SignatureBytes prove(std::uint8_t who) = 0;
    virtual Ed25519PublicKey ed25519_key(std::uint8_t who) = 0;
    virtual Ed25519Signature ed25519_sign(std::uint8_t who, const Root& root) = 0;
    virtual SignatureScheme& scheme() = 0;
};

class RealSigners final : public Signers {
public:
    PublicKeyBytes bls_key(std::uint8_t who) override { return secret(who).public_key().encode(); }
    SignatureBytes bls_sign(std::uint8_t who, const Root& root) override { return secret(who).sign(root).encode(); }
    SignatureBytes prove(std::uint8_t who) override { return secret(who).prove_possession().encode(); }
    Ed25519PublicKey ed25519_key(std::uint8_t who) override { return Ed25519SecretKey{{{who}}}.public_key(); }
    Ed25519Signature ed25519_sign(std::uint8_t who, const Root& root) override {
        return Ed25519SecretKey{{{who}}}.sign(root);
    }
    SignatureScheme& scheme() override { return scheme_; }

private:
    static SecretKey secret(std::uint8_t who) { return SecretKey::from_bytes({{1, who}}).value(); }
    BlsScheme scheme_;
};

class DoubledSigners final : public Signers {
public:
    PublicKeyBytes bls_key(std::uint8_t who) override { return FastDouble::bls_key({{who}}); }
    SignatureBytes bls_sign(std::uint8_t who, const Root& root) override {
        return FastDouble::sign(bls_key(who), root);
    }
    SignatureBytes prove(std::uint8_t who) override { return FastDouble::prove_possession(bls_key(who)); }
    Ed25519PublicKey ed25519_key(std::uint8_t who) override { return FastDouble::ed25519_key({{who}}); }
    Ed25519Signature ed25519_sign(std::uint8_t who, const Root& root) override {
        return FastDouble::sign(ed25519_key(who), root);
    }
    SignatureScheme& scheme() override { return scheme_; }

private:
    FastDouble scheme_;
};

template <class S>
class EitherScheme : public testing::Test {
protected:
    SignatureCheck bls(std::vector<std::uint8_t> who, const Root& root) {
        SignatureCheck check;
        std::vector<SignatureBytes> signatures;
        for (const std::uint8_t each : who) {
            check.bls_keys.push_back(signers.bls_key(each));
            signatures.push_back(signers.bls_sign(each, root));
        }
        check.message = root;
        const SignatureBytes sum = signers.scheme().aggregate(signatures).value();
        check.signature.assign(sum.begin(), sum.end());
        return check;
    }
    SignatureCheck possession(std::uint8_t who) {
        const SignatureBytes proof = signers.prove(who);
        return {Scheme::bls_possession, {signers.bls_key(who)}, {}, {}, {proof.begin(), proof.end()}};
    }
    SignatureCheck ed25519(std::uint8_t who, const Root& root) {
        const Ed25519Signature signature = signers.ed25519_sign(who, root);
        return {Scheme::ed25519, {}, signers.ed25519_key(who), root, {signature.begin(), signature.end()}};
    }
    std::vector<std::uint8_t> verify(const std::vector<SignatureCheck>& checks) {
        return signers.scheme().verify(checks, Root{{7}});
    }

    S signers;
    const Root root_a{{10}};
    const Root root_b{{11}};
};

using Both = testing::Types<RealSigners, DoubledSigners>;
TYPED_TEST_SUITE(EitherScheme, Both);

TYPED_TEST(EitherScheme, signatures_of_every_kind_verify_in_one_call) {
    EXPECT_EQ(
        this->verify({this->bls({1}, this->root_a), this->bls({2}, this->root_a), this->bls({1, 2, 3}, this->root_a),
                      this->bls({4}, this->root_b), this->possession(1), this->ed25519(1, this->root_a)}),
        std::vector<std::uint8_t>(6, 1));
    EXPECT_TRUE(this->verify({}).empty());
}

TYPED_TEST(EitherScheme, each_bad_one_is_told_from_the_good) {
    std::vector<SignatureCheck> checks{
        this->bls({1}, this->root_a), this->bls({2}, this->root_a), this->bls({1, 2}, this->root_a),
        this->bls({3}, this->root_b), this->possession(1),          this->ed25519(1, this->root_a)};
    for (std::size_t bad = 0; bad < checks.size(); ++bad) {
        std::vector<SignatureCheck> altered = checks;
        if (altered[bad].scheme == Scheme::bls_possession) {
            altered[bad].bls_keys = {this->signers.bls_key(9)};
        } else {
            altered[bad].message = Root{{99}};
        }
        std::vector<std::uint8_t> expected(checks.size(), 1);
        expected[bad] = 0;
        EXPECT_EQ(this->verify(altered), expected) << bad;
    }
}

TYPED_TEST(EitherScheme, a_sum_needs_each_signer_exactly_as_often_as_it_signed) {
    const SignatureCheck three = this->bls({1, 2, 3}, this->root_a);
    SignatureCheck fewer = three;
    fewer.bls_keys.pop_back();
    SignatureCheck more = three;
    more.bls_keys.push_back(this->signers.bls_key(4));
    SignatureCheck twice = three;
    twice.bls_keys.push_back(this->signers.bls_key(3));
    SignatureCheck thrice = twice;
    thrice.bls_keys.push_back(this->signers.bls_key(3));
    SignatureCheck none = three;
    none.bls_keys.clear();
    SignatureCheck another_order = three;
    std::swap(another_order.bls_keys[0], another_order.bls_keys[2]);
    EXPECT_EQ(this->verify({fewer, more, twice, thrice, none, another_order, this->bls({3, 3}, this->root_a)}),
              (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 1}));
}

TYPED_TEST(EitherScheme, a_signature_of_another_kind_or_length_is_not_valid) {
    SignatureCheck cut = this->bls({1}, this->root_a);
    cut.signature.pop_back();
    SignatureCheck empty = this->bls({1}, this->root_a);
    empty.signature.clear();
    SignatureCheck as_proof = this->bls({1}, this->root_a);
    as_proof.scheme = Scheme::bls_possession;
    SignatureCheck as_signature = this->possession(1);
    as_signature.scheme = Scheme::bls;
    SignatureCheck proof_of_two = this->possession(1);
    proof_of_two.bls_keys.push_back(this->signers.bls_key(2));
    SignatureCheck long_one = this->ed25519(1, this->root_a);
    long_one.signature.push_back(0);
    EXPECT_EQ(this->verify({cut, empty, as_proof, as_signature, proof_of_two, long_one}),
              std::vector<std::uint8_t>(6, 0));
}

TYPED_TEST(EitherScheme, sums_can_be_summed_and_nothing_can_not) {
    const SignatureCheck one = this->bls({1}, this->root_a);
    const SignatureCheck two = this->bls({2, 3}, this->root_a);
    const std::vector<SignatureBytes> parts{SignatureBytes::from(one.signature), SignatureBytes::from(two.signature)};
    const SignatureBytes sum = this->signers.scheme().aggregate(parts).value();
    const SignatureBytes expected = SignatureBytes::from(this->bls({1, 2, 3}, this->root_a).signature);
    EXPECT_EQ(sum, expected);
    EXPECT_EQ(this->signers.scheme().aggregate({}).fault().reason, Reason::malformed);
}

TEST(BlsScheme, keys_and_signatures_that_do_not_decode_are_not_valid) {
    RealSigners signers;
    const SignatureBytes signature = signers.bls_sign(1, Root{});
    SignatureCheck bad_key{Scheme::bls, {PublicKeyBytes{{1}}}, {}, {}, {signature.begin(), signature.end()}};
    SignatureCheck bad_signature{Scheme::bls, {signers.bls_key(1)}, {}, {}, ByteVector(96, 1)};
    EXPECT_EQ(signers.scheme().verify(std::vector{bad_key, bad_signature}, {}), (std::vector<std::uint8_t>{0, 0}));
    EXPECT_EQ(signers.scheme().aggregate(std::vector{SignatureBytes{{1}}}).fault().reason, Reason::bad_signature);
}

TEST(BlsScheme, the_cache_keeps_to_its_bound_and_verdicts_do_not_depend_on_it) {
    RealSigners signers;
    BlsScheme scheme{3};
    const Root root{{10}};
    for (int round = 0; round < 2; ++round) {
        for (std::uint8_t who = 1; who < 8; ++who) {
            const SignatureBytes signature = signers.bls_sign(who, root);
            const SignatureCheck check{
                Scheme::bls, {signers.bls_key(who)}, {}, root, {signature.begin(), signature.end()}};
            EXPECT_EQ(scheme.verify({&check, 1}, {}), std::vector<std::uint8_t>{1});
            EXPECT_LE(scheme.keys_cached(), 3u);
        }
    }
    EXPECT_EQ(scheme.keys_cached(), 3u);
}

TEST(BlsScheme, a_key_in_use_stays_in_the_cache_while_others_pass_through) {
    RealSigners signers;
    BlsScheme scheme{3};
    SignatureCheck check{Scheme::bls, {signers.bls_key(1)}, {}, {}, ByteVector(96)};
    check.signature[0] = 0xc0; // decodes, so that the key is looked up
    for (std::uint8_t passing = 2; passing < 8; ++passing) {
        check.bls_keys = {signers.bls_key(1)};
        scheme.verify({&check, 1}, {});
        check.bls_keys = {signers.bls_key(passing)};
        scheme.verify({&check, 1}, {});
        EXPECT_TRUE(scheme.is_cached(signers.bls_key(1)));
        EXPECT_TRUE(scheme.is_cached(signers.bls_key(passing)));
    }
    EXPECT_FALSE(scheme.is_cached(signers.bls_key(2)));
}

TEST(BlsScheme, keys_that_are_only_offered_are_not_kept) {
    RealSigners signers;
    BlsScheme scheme;
    const SignatureBytes proof = signers.prove(1);
    const SignatureCheck check{Scheme::bls_possession, {signers.bls_key(1)}, {}, {}, {proof.begin(), proof.end()}};
    EXPECT_EQ(scheme.verify({&check, 1}, {}), std::vector<std::uint8_t>{1});
    EXPECT_EQ(scheme.keys_cached(), 0u);
}

TEST(BlsScheme, a_sum_of_more_keys_than_the_cache_holds_verifies) {
    RealSigners signers;
    BlsScheme scheme{2};
    SignatureCheck check;
    std::vector<SignatureBytes> signatures;
    for (std::uint8_t who = 1; who < 8; ++who) {
        check.bls_keys.push_back(signers.bls_key(who));
        signatures.push_back(signers.bls_sign(who, check.message));
    }
    const SignatureBytes sum = scheme.aggregate(signatures).value();
    check.signature.assign(sum.begin(), sum.end());
    EXPECT_EQ(scheme.verify({&check, 1}, {}), std::vector<std::uint8_t>{1});
}

} // namespace
} // namespace quoin::crypto
