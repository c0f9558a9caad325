#include "support/vectors.hpp"

#include <quoin/crypto/signing.hpp>

#include <gtest/gtest.h>

namespace quoin::crypto {
namespace {

DomainType type_from(const ByteVector& little_endian) {
    std::uint32_t type = 0;
    for (std::size_t i = 4; i-- > 0;) {
        type = type << 8 | little_endian.at(i);
    }
    return DomainType{type};
}

TEST(Signing, every_published_domain_and_signing_root_comes_out) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("signing/domains.json");
    ASSERT_GE(cases.Size(), 10u);
    for (const auto& each : cases.GetArray()) {
        const ForkVersion version = ForkVersion::from(test::hex_octets(each["fork_version"]));
        const Root genesis = Root::from(test::hex_octets(each["genesis_validators_root"]));
        const Domain domain = compute_domain(type_from(test::hex_octets(each["domain_type"])), version, genesis);
        EXPECT_EQ(compute_fork_data_root(version, genesis), Root::from(test::hex_octets(each["fork_data_root"])));
        EXPECT_EQ(compute_fork_digest(version, genesis), Bytes<4>::from(test::hex_octets(each["fork_digest"])));
        EXPECT_EQ(domain, Domain::from(test::hex_octets(each["domain"])));
        EXPECT_EQ(signing_root(Root::from(test::hex_octets(each["object_root"])), domain),
                  Root::from(test::hex_octets(each["signing_root"])));
    }
}

TEST(Signing, another_purpose_fork_or_chain_gives_another_root) {
    const Root object{{9}};
    const auto root = [&](DomainType type, ForkVersion version, Root genesis) {
        return signing_root(object, compute_domain(type, version, genesis));
    };
    const Root base = root(DomainType::attester, {{1}}, {{2}});
    EXPECT_NE(base, root(DomainType::proposer, {{1}}, {{2}}));
    EXPECT_NE(base, root(DomainType::attester, {{3}}, {{2}}));
    EXPECT_NE(base, root(DomainType::attester, {{1}}, {{4}}));
}

} // namespace
} // namespace quoin::crypto
