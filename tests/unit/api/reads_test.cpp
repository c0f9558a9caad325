#include "world.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/types/block.hpp>
#include <quoin/types/certificate.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace quoin::test {

namespace {

TEST(Reads, status_says_where_the_node_stands) {
    World world;
    world.grow(3);
    world.extend();
    const auto answer = world.client().get("/v1/status");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.at("/data/head/slot"), "4");
    EXPECT_EQ(answer.at("/data/finalized/slot"), "3");
    EXPECT_EQ(answer.at("/data/finalized/number"), "3");
    EXPECT_EQ(answer.at("/data/finality_lag_slots"), "1");
    EXPECT_EQ(answer.at("/data/genesis_root"), to_hex(world.chain().genesis_root));
    EXPECT_EQ(answer.at("/data/peers"), "1");
    EXPECT_EQ(answer.at("/finalized"), "false");
    EXPECT_EQ(answer.at("/slot"), "4");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
}

TEST(Reads, a_syncing_node_is_alive_but_not_ready) {
    World world;
    EXPECT_EQ(world.client().get("/v1/health/ready").status, 200);
    world.is_syncing = true;
    world.publish();
    EXPECT_EQ(world.client().get("/v1/health/live").status, 200);
    const auto ready = world.client().get("/v1/health/ready");
    EXPECT_EQ(ready.status, 503);
    EXPECT_EQ(ready.at("/reason"), "SYNCING");
    EXPECT_EQ(ready.headers.at("retry-after"), "1");
}

TEST(Reads, the_envelope_says_for_which_block_an_account_was_read) {
    World world;
    world.grow(1);
    const Root included = world.extend({world.transfer(0)});
    const std::string path = "/v1/accounts/" + to_hex(world.address(7));
    const auto head = world.client().get(path);
    EXPECT_EQ(head.at("/data/balance"), "10001000000000");
    EXPECT_EQ(head.at("/block_root"), to_hex(included));
    EXPECT_EQ(head.at("/finalized"), "false");
    const auto finalized = world.client().get(path + "?at=finalized");
    EXPECT_EQ(finalized.at("/data/balance"), "10000000000000");
    EXPECT_EQ(finalized.at("/block_root"), to_hex(world.root_of(1)));
    EXPECT_EQ(finalized.at("/finalized"), "true");
}

TEST(Reads, an_answer_is_not_sent_again_while_its_etag_holds) {
    World world;
    HttpClient client = world.client();
    const std::string path = "/v1/accounts/" + to_hex(world.address(0));
    const auto first = client.get(path);
    EXPECT_EQ(first.headers.at("etag"), "\"" + to_hex(world.root_of(0)) + "\"");
    const auto again = client.get(path, {{"If-None-Match", first.headers.at("etag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
    world.grow(1);
    EXPECT_EQ(client.get(path, {{"If-None-Match", first.headers.at("etag")}}).status, 200);
}

TEST(Reads, a_finalized_block_is_immutable_and_an_open_one_is_not) {
    World world;
    world.grow(2);
    const Root open = world.extend();
    HttpClient client = world.client();
    const auto final_block = client.get("/v1/blocks/1");
    EXPECT_EQ(final_block.at("/data/root"), to_hex(world.root_of(1)));
    EXPECT_EQ(final_block.at("/data/number"), "1");
    EXPECT_EQ(final_block.headers.at("cache-control"), "public, max-age=31536000, immutable");
    const auto by_root = client.get("/v1/blocks/" + to_hex(open));
    EXPECT_EQ(by_root.at("/data/number"), "null");
    EXPECT_EQ(by_root.at("/data/canonical"), "true");
    EXPECT_EQ(by_root.headers.at("cache-control"), "no-cache");
    EXPECT_EQ(client.get("/v1/blocks/head").at("/data/root"), to_hex(open));
    EXPECT_EQ(client.get("/v1/blocks/3").at("/data/root"), to_hex(open));
    EXPECT_EQ(client.get("/v1/blocks/finalized").at("/data/number"), "2");
    EXPECT_EQ(client.get("/v1/blocks/77").status, 404);
    EXPECT_EQ(client.get("/v1/blocks/nonsense").at("/details/field"), "id");
}

TEST(Reads, a_block_comes_as_ssz_on_request) {
    World world;
    world.grow(1);
    const auto answer = world.client().get("/v1/blocks/1", {{"Accept", "application/octet-stream"}});
    EXPECT_EQ(answer.headers.at("content-type"), "application/octet-stream");
    const auto block =
        decode<SignedBlock>({reinterpret_cast<const std::uint8_t*>(answer.body.data()), answer.body.size()});
    ASSERT_TRUE(block.ok());
    EXPECT_EQ(hash_tree_root(header_of(block->message)), world.root_of(1));
}

TEST(Reads, headers_run_through_finality_to_the_head) {
    World world;
    world.grow(3);
    world.extend();
    world.extend();
    HttpClient client = world.client();
    const auto all = client.get("/v1/headers?from=1").json();
    ASSERT_EQ(all["data"].Size(), 5U);
    EXPECT_EQ(member(all, "/data/0/header/message/slot"), "1");
    EXPECT_EQ(member(all, "/data/2/finalized"), "true");
    EXPECT_EQ(member(all, "/data/4/finalized"), "false");
    EXPECT_EQ(member(all, "/next"), "null");
    const auto page = client.get("/v1/headers?from=2&limit=2");
    EXPECT_EQ(page.at("/data/1/header/message/slot"), "3");
    EXPECT_EQ(page.at("/next"), "4");
}

TEST(Reads, pages_of_validators_stay_with_the_state_of_the_first_page) {
    World world;
    HttpClient client = world.client();
    const auto first = client.get("/v1/validators?limit=3");
    EXPECT_EQ(first.json()["data"].Size(), 3U);
    EXPECT_EQ(first.at("/data/2/index"), "2");
    world.grow(5);
    const auto second = client.get("/v1/validators?limit=3&after=" + first.at("/next"));
    EXPECT_EQ(second.json()["data"].Size(), 1U);
    EXPECT_EQ(second.at("/data/0/index"), "3");
    EXPECT_EQ(second.at("/block_root"), first.at("/block_root"));
    EXPECT_EQ(second.at("/next"), "null");
    const auto gone = client.get("/v1/validators?after=" + to_hex(Root{}) + ".1");
    EXPECT_EQ(gone.status, 410);
    EXPECT_EQ(gone.at("/reason"), "STATE_PRUNED");
    EXPECT_EQ(client.get("/v1/validators?after=x").at("/reason"), "CURSOR_INVALID");
}

TEST(Reads, validators_are_found_by_index_key_and_status) {
    World world;
    HttpClient client = world.client();
    const auto by_index = client.get("/v1/validators/1");
    EXPECT_EQ(by_index.at("/data/status"), "active_ongoing");
    EXPECT_EQ(by_index.at("/data/self_stake"), "1000000000000");
    EXPECT_EQ(client.get("/v1/validators/" + by_index.at("/data/public_key")).at("/data/index"), "1");
    EXPECT_EQ(client.get("/v1/validators/4").status, 404);
    EXPECT_EQ(client.get("/v1/validators/4").at("/reason"), "UNKNOWN_VALIDATOR");
    EXPECT_EQ(client.get("/v1/validators?status=active").json()["data"].Size(), 4U);
    EXPECT_EQ(client.get("/v1/validators?status=exited").json()["data"].Size(), 0U);
    EXPECT_EQ(client.get("/v1/validators?status=sleepy").at("/details/field"), "status");
    EXPECT_EQ(client.get("/v1/validators/1/duties").status, 200);
}

TEST(Reads, postings_and_transactions_of_an_account_come_in_pages_without_gaps) {
    World world;
    for (std::uint64_t nonce = 0; nonce < 7; ++nonce) {
        world.extend({world.transfer(nonce)});
    }
    world.finalize();
    HttpClient client = world.client();
    for (const std::string& path : {"/v1/accounts/" + to_hex(world.address(0)) + "/postings?",
                                    "/v1/transactions?account=" + to_hex(world.address(0)) + "&"}) {
        const auto whole = client.get(path + "limit=1000");
        std::vector<std::string> paged;
        std::string next;
        do {
            const auto page = client.get(path + "limit=3" + (next.empty() ? "" : "&after=" + next));
            ASSERT_EQ(page.status, 200) << page.body;
            const auto document = page.json();
            for (const auto& item : document["data"].GetArray()) {
                paged.push_back(member(item, "/block_number") + "." + member(item, "/index"));
            }
            next = page.at("/next");
        } while (next != "null");
        const auto document = whole.json();
        std::vector<std::string> expected;
        for (const auto& item : document["data"].GetArray()) {
            expected.push_back(member(item, "/block_number") + "." + member(item, "/index"));
        }
        EXPECT_EQ(paged, expected) << path;
        EXPECT_GE(paged.size(), 7U);
    }
}

TEST(Reads, the_trial_balance_is_zero_and_sums_its_kinds) {
    World world;
    world.extend({world.transfer(0)});
    world.finalize();
    const auto answer = world.client().get("/v1/ledger/trial-balance");
    EXPECT_EQ(answer.at("/data/total"), "0");
    EXPECT_EQ(answer.at("/data/balanced"), "true");
    EXPECT_EQ(answer.at("/data/sums/stake"), "4000000000000");
    EXPECT_EQ(world.client().get("/v1/ledger/postings?block=1").at("/data/0/kind"), "base_fee");
    EXPECT_EQ(world.client().get("/v1/ledger/postings").at("/details/field"), "account");
}

TEST(Reads, queues_rewards_and_fork_choice_answer) {
    World world;
    world.grow(20);
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/v1/queues").at("/data/entry/length"), "0");
    const auto rewards = client.get("/v1/rewards?validator=0");
    EXPECT_EQ(rewards.status, 200);
    EXPECT_EQ(rewards.at("/data/0/era"), "0");
    EXPECT_EQ(client.get("/v1/rewards").at("/details/field"), "validator");
    const auto csv = client.get("/v1/rewards?validator=0&format=csv");
    EXPECT_EQ(csv.body.substr(0, 17), "era,block_number,");
    EXPECT_EQ(client.get("/v1/fork-choice").json()["data"]["blocks"].Size(), 1U);
    EXPECT_EQ(client.get("/v1/finality").at("/data/participation/target_weight"), "0");
}

TEST(Reads, participation_is_told_of_epochs_whose_votes_still_count) {
    World world;
    world.grow(20);
    HttpClient client = world.client();
    const std::string epoch = client.get("/v1/finality").at("/data/participation/epoch");
    const auto newest = client.get("/v1/participation/" + epoch);
    EXPECT_EQ(newest.at("/data/epoch"), epoch);
    EXPECT_EQ(newest.at("/data/target_bps"), "0");
    EXPECT_EQ(newest.json()["data"]["missing"].Size(), 4U) << "nobody votes in this world";
    EXPECT_EQ(client.get("/v1/participation/1000").status, 404);
    EXPECT_EQ(client.get("/v1/participation/first").at("/details/field"), "epoch");
}

TEST(Reads, evidence_is_found_while_pending_and_when_final) {
    World world;
    world.grow(2);
    const ProposerSlashing evidence = world.double_proposal(ValidatorIndex{1}, Slot{1});
    const std::string root = to_hex(hash_tree_root(evidence));
    world.pending_evidence.push_back(evidence);
    world.publish();
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/v1/evidence?state=pending").at("/data/0/root"), root);
    EXPECT_EQ(client.get("/v1/evidence/" + root).at("/data/state"), "pending");
    EXPECT_EQ(client.get("/v1/evidence").json()["data"].Size(), 0U);
    world.extend({}, {evidence});
    world.pending_evidence.clear();
    world.finalize();
    EXPECT_EQ(client.get("/v1/evidence").at("/data/0/evidence/kind"), "proposer_slashing");
    EXPECT_EQ(client.get("/v1/evidence/1").at("/data/root"), root);
    EXPECT_EQ(client.get("/v1/evidence/" + root).at("/data/state"), "finalized");
    EXPECT_EQ(client.get("/v1/evidence/2").status, 404);
    EXPECT_EQ(client.get("/v1/validators/1/slashings").at("/data/slashings/0/offence"), "double_proposal");
}

TEST(Reads, a_certificate_comes_with_its_header_as_a_proof_in_both_forms) {
    World world;
    world.grow(3);
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/v1/finality/certificates/finalized").status, 404);
    FinalityCertificate certificate;
    certificate.finalized = {Epoch{2}, world.root_of(2)};
    world.chain_store.put_certificate(certificate, Slot{2});
    EXPECT_EQ(client.get("/v1/finality/certificates/1").at("/data/header/slot"), "2");
    EXPECT_EQ(client.get("/v1/finality/certificates/3").status, 404);
    const auto octets = client.get("/v1/finality/certificates/finalized", {{"Accept", "application/octet-stream"}});
    const auto proof =
        decode<FinalityProof>({reinterpret_cast<const std::uint8_t*>(octets.body.data()), octets.body.size()});
    ASSERT_TRUE(proof.ok());
    EXPECT_EQ(proof->genesis_root, world.chain().genesis_root);
    EXPECT_EQ(hash_tree_root(proof->header), world.root_of(2));
}

TEST(Reads, the_long_poll_waits_for_the_next_finalized_block) {
    World world;
    world.grow(2);
    HttpClient client = world.client();
    const auto first = client.get("/v1/finalized");
    EXPECT_EQ(first.json()["data"].Size(), 3U);
    EXPECT_EQ(first.at("/next"), "cursor:2.0");
    EXPECT_EQ(first.at("/data/2/prev"), to_hex(world.root_of(1)));
    const auto none = client.get("/v1/finalized?after=cursor:2.0&wait_ms=20");
    EXPECT_EQ(none.json()["data"].Size(), 0U);
    EXPECT_EQ(none.at("/next"), "cursor:2.0");
    client.connection().send("GET /v1/finalized?after=cursor:2.0&wait_ms=5000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    world.grow(1);
    const auto woken = client.read();
    EXPECT_EQ(woken.json()["data"].Size(), 1U);
    EXPECT_EQ(woken.at("/data/0/data/root"), to_hex(world.root_of(3)));
}

TEST(Reads, metrics_carry_the_names_that_dashboards_ask_for) {
    World world;
    world.grow(3);
    world.metrics.finality_latency.observe(120);
    const std::string text = world.client().get("/metrics").body;
    for (const std::string name :
         {"beacon_head_slot 3\n", "beacon_finalized_epoch 3\n", "beacon_current_active_validators 4\n",
          "beacon_reorgs_total 0\n", "quoin_ledger_imbalance 0\n",
          "quoin_finality_latency_seconds_bucket{le=\"0.150\"} 1\n", "quoin_finality_latency_seconds_sum 0.120\n",
          "quoin_duty_total{duty=\"proposal\",outcome=\"missed\"} 0\n", "quoin_database_bytes{file=\"ledger\"} 4096\n",
          "quoin_stream_subscribers 0\n"}) {
        EXPECT_NE(text.find(name), std::string::npos) << name << text;
    }
}

TEST(Reads, admin_routes_take_the_token_from_the_header_only) {
    const std::string file = testing::TempDir() + "quoin_token_" + std::to_string(::getpid());
    std::remove(file.c_str());
    api::ApiSettings settings;
    settings.token_file = file;
    Limits bounds;
    bounds.token_failures_max = 3;
    World world{bounds, settings};
    std::string token;
    std::ifstream{file} >> token;
    EXPECT_EQ(token.size(), 64U);
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/v1/admin/peers?token=" + token).status, 401);
    EXPECT_EQ(client.get("/v1/admin/peers", {{"Authorization", "Bearer " + token + "0"}}).status, 401);
    const auto good = client.get("/v1/admin/peers", {{"Authorization", "Bearer " + token}});
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(good.at("/data/0/address"), "127.0.0.1:9601");
    EXPECT_EQ(client.get("/v1/admin/peers").status, 401);
    const auto locked = client.get("/v1/admin/peers", {{"Authorization", "Bearer " + token}});
    EXPECT_EQ(locked.status, 429);
    world.clock.now += 1'000;
    EXPECT_EQ(client.get("/v1/admin/peers", {{"Authorization", "Bearer " + token}}).status, 200);
    std::remove(file.c_str());
}

TEST(Reads, without_a_token_file_admin_routes_are_forbidden) {
    World world;
    EXPECT_EQ(world.client().get("/v1/admin/peers", {{"Authorization", "Bearer "}}).status, 403);
}

TEST(Reads, a_failing_disk_is_a_503_that_tells_nothing_of_the_machine) {
    World world;
    HttpClient client = world.client();
    world.ledger.fails = true;
    const auto answer = client.get("/v1/transactions/" + to_hex(Root{}));
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.at("/reason"), "UNAVAILABLE");
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    world.ledger.fails = false;
    EXPECT_EQ(client.get("/v1/transactions/" + to_hex(Root{})).status, 404);
}

} // namespace

} // namespace quoin::test
