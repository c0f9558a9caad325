#include "folder.hpp"

#include <quoin/store/store.hpp>

#include <support/vectors.hpp>

#include <atomic>
#include <thread>

namespace quoin::store::test {
namespace {

using quoin::test::hex_octets;
using quoin::test::integer;

const Root genesis{{7, 7, 7}};
const ValidatorKey key{{1}};

Root root_number(std::uint64_t number) {
    return Root{{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}};
}

class SigningStoreTest : public testing::Test {
protected:
    std::unique_ptr<ports::SigningStore> open() { return opened(open_signing_store(path_, genesis)); }

    Folder folder_;
    std::string path_ = folder_ / "signing.db";
};

TEST_F(SigningStoreTest, a_permit_names_what_was_asked_for) {
    const auto store = open();
    const auto permit = store->permit_proposal(key, Slot{5}, root_number(1));
    ASSERT_TRUE(permit);
    EXPECT_EQ(permit->key(), key);
    EXPECT_EQ(permit->signing_root(), root_number(1));
    EXPECT_EQ(store->permit_unrecorded(key, root_number(2)).signing_root(), root_number(2));
}

TEST_F(SigningStoreTest, the_same_block_is_signed_again_and_another_is_not) {
    const auto store = open();
    EXPECT_TRUE(store->permit_proposal(key, Slot{5}, root_number(1)));
    EXPECT_TRUE(store->permit_proposal(key, Slot{5}, root_number(1)));
    const auto twice = store->permit_proposal(key, Slot{5}, root_number(2));
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.fault().reason, Reason::slashable_refused);
    EXPECT_FALSE(store->permit_proposal(key, Slot{4}, root_number(3)));
    EXPECT_TRUE(store->permit_proposal(key, Slot{6}, root_number(4)));
    EXPECT_TRUE(store->permit_proposal(ValidatorKey{{2}}, Slot{5}, root_number(2))) << "keys are apart";
}

TEST_F(SigningStoreTest, double_and_surrounding_votes_are_refused) {
    const auto store = open();
    EXPECT_TRUE(store->permit_attestation(key, Epoch{10}, Epoch{11}, root_number(1)));
    EXPECT_TRUE(store->permit_attestation(key, Epoch{10}, Epoch{11}, root_number(1)));
    EXPECT_FALSE(store->permit_attestation(key, Epoch{10}, Epoch{11}, root_number(2)));
    EXPECT_FALSE(store->permit_attestation(key, Epoch{9}, Epoch{12}, root_number(3))) << "surrounds";
    EXPECT_TRUE(store->permit_attestation(key, Epoch{10}, Epoch{20}, root_number(4)));
    EXPECT_FALSE(store->permit_attestation(key, Epoch{12}, Epoch{19}, root_number(5))) << "surrounded";
    EXPECT_FALSE(store->permit_attestation(key, Epoch{30}, Epoch{25}, root_number(6))) << "source above target";
    EXPECT_TRUE(store->permit_attestation(key, Epoch{11}, Epoch{21}, root_number(7)));
}

TEST_F(SigningStoreTest, numbers_that_the_file_can_not_hold_are_refused) {
    const auto store = open();
    const std::uint64_t huge = std::uint64_t{1} << 63;
    EXPECT_FALSE(store->permit_proposal(key, Slot{huge}, root_number(1)));
    EXPECT_FALSE(store->permit_attestation(key, Epoch{1}, Epoch{huge}, root_number(1)));
    EXPECT_TRUE(store->permit_proposal(key, Slot{1}, root_number(1)));
}

TEST_F(SigningStoreTest, what_was_permitted_is_known_after_it_was_opened_again) {
    for (std::uint64_t slot = 1; slot <= 20; ++slot) {
        EXPECT_TRUE(open()->permit_proposal(key, Slot{slot}, root_number(slot)));
        EXPECT_TRUE(open()->permit_attestation(key, Epoch{slot - 1}, Epoch{slot}, root_number(slot)));
        const auto store = open();
        EXPECT_TRUE(store->permit_proposal(key, Slot{slot}, root_number(slot)));
        EXPECT_FALSE(store->permit_proposal(key, Slot{slot}, root_number(slot + 1)));
        EXPECT_FALSE(store->permit_attestation(key, Epoch{slot - 1}, Epoch{slot}, root_number(slot + 1)));
    }
}

TEST_F(SigningStoreTest, a_permit_is_durable_when_it_is_given) {
    // The files as a kill at that moment leaves them, the log cut off at nothing but what was written.
    const auto store = open();
    for (std::uint64_t slot = 1; slot <= 30; ++slot) {
        ASSERT_TRUE(store->permit_attestation(key, Epoch{slot - 1}, Epoch{slot}, root_number(slot)));
        copy_database(path_, folder_ / "image.db");
        const auto image = opened(open_signing_store(folder_ / "image.db", genesis));
        EXPECT_FALSE(image->permit_attestation(key, Epoch{slot - 1}, Epoch{slot}, root_number(slot + 1)));
        EXPECT_TRUE(image->permit_attestation(key, Epoch{slot - 1}, Epoch{slot}, root_number(slot)));
    }
}

TEST_F(SigningStoreTest, old_messages_go_and_stay_refused) {
    const auto store = open();
    EXPECT_TRUE(store->permit_proposal(key, Slot{1}, root_number(1)));
    EXPECT_TRUE(store->permit_attestation(key, Epoch{0}, Epoch{1}, root_number(1)));
    EXPECT_TRUE(store->permit_proposal(key, Slot{10'000}, root_number(2)));
    EXPECT_TRUE(store->permit_attestation(key, Epoch{9'999}, Epoch{10'000}, root_number(2)));
    for (const std::uint64_t number : {1, 2, 9'999}) {
        EXPECT_FALSE(store->permit_proposal(key, Slot{number}, root_number(1)));
        EXPECT_FALSE(store->permit_attestation(key, Epoch{number - 1}, Epoch{number}, root_number(1)));
    }
}

TEST_F(SigningStoreTest, of_a_thousand_races_for_one_slot_exactly_one_racer_wins_each) {
    const auto store = open();
    constexpr std::uint64_t races = 1'000;
    constexpr unsigned racers = 3;
    std::vector<std::atomic<unsigned>> blocks(races), votes(races);
    std::atomic<std::uint64_t> arrived = 0;
    std::vector<std::thread> threads;
    for (unsigned racer = 0; racer < racers; ++racer) {
        threads.emplace_back([&, racer] {
            for (std::uint64_t race = 0; race < races; ++race) {
                for (++arrived; arrived < (race + 1) * racers;) {
                    std::this_thread::yield();
                }
                const Root mine{{static_cast<std::uint8_t>(racer + 1)}};
                blocks[race] += store->permit_proposal(key, Slot{race + 1}, mine).ok();
                votes[race] += store->permit_attestation(key, Epoch{race}, Epoch{race + 1}, mine).ok();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::uint64_t race = 0; race < races; ++race) {
        // A racer may be late and find a higher slot signed, but two never win one.
        ASSERT_LE(blocks[race], 1U) << race;
        ASSERT_LE(votes[race], 1U) << race;
    }
    EXPECT_EQ(blocks.back(), 1U);
    EXPECT_EQ(votes.back(), 1U);
}

// EIP-3076. The rule keeps the highest values only, so it permits no more than a complete database and no less than a
// minimal one.
class Interchange : public SigningStoreTest {
protected:
    static void expect_between(bool permitted, const rapidjson::Value& message, const std::string& what) {
        EXPECT_TRUE(!permitted || message["should_succeed_complete"].GetBool()) << what << " was permitted";
        EXPECT_TRUE(permitted || !message["should_succeed"].GetBool()) << what << " was refused";
    }

    static Root signing_root(const rapidjson::Value& message) {
        return message.HasMember("signing_root") ? Root::from(hex_octets(message["signing_root"])) : Root{};
    }

    void run_step(const rapidjson::Value& step, const std::string& path, const Root& root) {
        const auto imported = import_interchange(path, root, quoin::test::json_text(step["interchange"]));
        EXPECT_TRUE(imported.ok() == step["should_succeed"].GetBool() || step["contains_slashable_data"].GetBool());
        const auto store = opened(open_signing_store(path, root));
        for (const rapidjson::Value& block : step["blocks"].GetArray()) {
            const auto permit = store->permit_proposal(ValidatorKey::from(hex_octets(block["pubkey"])),
                                                       Slot{integer(block["slot"])}, signing_root(block));
            expect_between(permit.ok(), block, "block " + quoin::test::json_text(block));
        }
        for (const rapidjson::Value& vote : step["attestations"].GetArray()) {
            const auto permit = store->permit_attestation(ValidatorKey::from(hex_octets(vote["pubkey"])),
                                                          Epoch{integer(vote["source_epoch"])},
                                                          Epoch{integer(vote["target_epoch"])}, signing_root(vote));
            expect_between(permit.ok(), vote, "vote " + quoin::test::json_text(vote));
        }
    }
};

TEST_F(Interchange, the_published_vectors_hold) {
    QUOIN_NEEDS_VECTORS();
    std::size_t files = 0;
    for (const auto& file : quoin::test::vector_files("eip3076")) {
        if (file.filename() == "schema.json") {
            continue;
        }
        SCOPED_TRACE(file.filename().string());
        const rapidjson::Document test = quoin::test::open_vectors(file);
        const std::string path = folder_ / ("vector" + std::to_string(files++) + ".db");
        for (const rapidjson::Value& step : test["steps"].GetArray()) {
            run_step(step, path, Root::from(hex_octets(test["genesis_validators_root"])));
        }
    }
    EXPECT_EQ(files, 26U);
}

std::string interchange(const std::string& root, const std::string& data) {
    return R"({"metadata":{"interchange_format_version":"5","genesis_validators_root":")" + root + R"("},"data":)" +
           data + "}";
}

TEST_F(Interchange, a_bad_file_changes_nothing) {
    const std::string ours = "0x070707" + std::string(58, '0');
    const std::string key_hex = "0x01" + std::string(94, '0');
    const auto one_block = [&](const std::string& slot) {
        return R"([{"pubkey":")" + key_hex + R"(","signed_blocks":[{"slot":"7"},{"slot":")" + slot +
               R"("}],"signed_attestations":[]}])";
    };
    EXPECT_EQ(import_interchange(path_, genesis, "{").fault().reason, Reason::malformed);
    EXPECT_EQ(import_interchange(path_, genesis, interchange("0x" + std::string(64, '1'), "[]")).fault().reason,
              Reason::wrong_genesis);
    EXPECT_FALSE(import_interchange(path_, genesis, interchange(ours, one_block("-1"))));
    EXPECT_FALSE(import_interchange(path_, genesis, interchange(ours, one_block("18446744073709551615"))));
    EXPECT_FALSE(import_interchange(path_, genesis, interchange(ours, one_block("18446744073709551616"))));
    EXPECT_TRUE(open()->permit_proposal(key, Slot{7}, root_number(1)));
    EXPECT_EQ(opened(import_interchange(path_, genesis, interchange(ours, one_block("9")))), 2U);
    EXPECT_FALSE(open()->permit_proposal(key, Slot{9}, root_number(1)));
    EXPECT_FALSE(open()->permit_proposal(key, Slot{7}, root_number(1))) << "a message without a root equals nothing";
    EXPECT_TRUE(open()->permit_proposal(key, Slot{10}, root_number(1)));
}

TEST_F(Interchange, the_order_of_files_does_not_matter) {
    const std::string ours = "0x070707" + std::string(58, '0');
    const auto vote = [&](int source, int target) {
        return interchange(ours, R"([{"pubkey":"0x01)" + std::string(94, '0') +
                                     R"(","signed_blocks":[],"signed_attestations":[{"source_epoch":")" +
                                     std::to_string(source) + R"(","target_epoch":")" + std::to_string(target) +
                                     R"("}]}])");
    };
    for (const bool high_source_first : {true, false}) {
        const std::string path = folder_ / (high_source_first ? "one.db" : "other.db");
        ASSERT_TRUE(import_interchange(path, genesis, high_source_first ? vote(10, 11) : vote(5, 6'000)));
        ASSERT_TRUE(import_interchange(path, genesis, high_source_first ? vote(5, 6'000) : vote(10, 11)));
        const auto store = opened(open_signing_store(path, genesis));
        EXPECT_TRUE(store->permit_attestation(key, Epoch{10}, Epoch{6'001}, root_number(1)));
        // The message with the highest source is old by its target; it must still count.
        EXPECT_FALSE(store->permit_attestation(key, Epoch{9}, Epoch{6'002}, root_number(1)));
    }
}

TEST_F(Interchange, of_two_messages_for_one_target_the_stricter_counts) {
    const std::string ours = "0x070707" + std::string(58, '0');
    const auto vote = [&](int source) {
        return interchange(ours, R"([{"pubkey":"0x01)" + std::string(94, '0') +
                                     R"(","signed_blocks":[],"signed_attestations":[{"source_epoch":")" +
                                     std::to_string(source) + R"(","target_epoch":"20","signing_root":"0x)" +
                                     std::string(64, '0') + R"("}]}])");
    };
    ASSERT_TRUE(import_interchange(path_, genesis, vote(10)));
    EXPECT_TRUE(open()->permit_attestation(key, Epoch{10}, Epoch{20}, Root{})) << "the same message again";
    ASSERT_TRUE(import_interchange(path_, genesis, vote(5)));
    const auto store = open();
    EXPECT_FALSE(store->permit_attestation(key, Epoch{9}, Epoch{21}, root_number(1)));
    EXPECT_FALSE(store->permit_attestation(key, Epoch{5}, Epoch{20}, Root{}));
    EXPECT_TRUE(store->permit_attestation(key, Epoch{10}, Epoch{21}, root_number(1)));
}

} // namespace
} // namespace quoin::store::test
