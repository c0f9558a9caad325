#include "phase0.hpp"
#include "vector_case.hpp"

#include <string>

namespace quoin::test {
namespace {

template <class T>
void check_container(const std::string& name) {
    SCOPED_TRACE(name);
    const rapidjson::Document vectors = open_vectors("ssz_static/" + name + ".json");
    ASSERT_TRUE(vectors.IsArray());
    ASSERT_FALSE(vectors.Empty());
    for (const auto& vector : vectors.GetArray()) {
        check_case<T>(vector, JsonCheck::yes);
    }
}

} // namespace

TEST(SszStatic, small_containers_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    check_container<phase0::Checkpoint>("Checkpoint");
    check_container<phase0::Fork>("Fork");
    check_container<phase0::ForkData>("ForkData");
    check_container<phase0::SigningData>("SigningData");
    check_container<phase0::Validator>("Validator");
    check_container<phase0::Eth1Data>("Eth1Data");
    check_container<phase0::VoluntaryExit>("VoluntaryExit");
    check_container<phase0::SignedVoluntaryExit>("SignedVoluntaryExit");
}

TEST(SszStatic, deposits_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    check_container<phase0::DepositMessage>("DepositMessage");
    check_container<phase0::DepositData>("DepositData");
    check_container<phase0::Deposit>("Deposit");
}

TEST(SszStatic, attestations_and_slashings_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    check_container<phase0::AttestationData>("AttestationData");
    check_container<phase0::Attestation>("Attestation");
    check_container<phase0::PendingAttestation>("PendingAttestation");
    check_container<phase0::IndexedAttestation>("IndexedAttestation");
    check_container<phase0::AttesterSlashing>("AttesterSlashing");
    check_container<phase0::ProposerSlashing>("ProposerSlashing");
}

TEST(SszStatic, blocks_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    check_container<phase0::BeaconBlockHeader>("BeaconBlockHeader");
    check_container<phase0::SignedBeaconBlockHeader>("SignedBeaconBlockHeader");
    check_container<phase0::BeaconBlockBody>("BeaconBlockBody");
    check_container<phase0::BeaconBlock>("BeaconBlock");
    check_container<phase0::SignedBeaconBlock>("SignedBeaconBlock");
}

} // namespace quoin::test
