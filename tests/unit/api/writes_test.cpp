#include "world.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/transition/signatures.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace quoin::test {

namespace {

std::string json_of(const std::vector<SignedTransaction>& items) {
    std::string text = "[";
    for (const SignedTransaction& item : items) {
        text += (text.size() > 1 ? "," : "") + to_json(item);
    }
    return text + "]";
}

TEST(Writes, an_accepted_transaction_is_pending_under_its_hash) {
    World world;
    const SignedTransaction transaction = world.transfer(0);
    const auto answer = world.client().post("/v1/transactions", to_json(transaction));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.at("/data/hash"), to_hex(hash_tree_root(transaction)));
    EXPECT_EQ(answer.at("/data/status"), "pending");
    EXPECT_EQ(world.inbox.submissions(), 1U);
}

TEST(Writes, a_refusal_has_the_engines_reason) {
    World world;
    world.inbox.verdict = [](std::size_t, const Root&) -> Result<Root> {
        return Fault{Reason::nonce_too_low, "message.nonce", "the nonce was used"};
    };
    const SignedTransaction transaction = world.transfer(0);
    HttpClient client = world.client();
    const auto answer = client.post("/v1/transactions", to_json(transaction));
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.at("/code"), "409");
    EXPECT_EQ(answer.at("/reason"), "NONCE_TOO_LOW");
    EXPECT_EQ(answer.at("/details/field"), "message.nonce");
    const auto status = client.get("/v1/transactions/" + to_hex(hash_tree_root(transaction)));
    EXPECT_EQ(status.at("/data/status"), "rejected");
    EXPECT_EQ(status.at("/data/reason"), "NONCE_TOO_LOW");
}

TEST(Writes, a_batch_reports_each_failure_by_index_and_what_was_accepted) {
    World world;
    world.inbox.verdict = [](std::size_t item, const Root& hash) -> Result<Root> {
        return item == 1 ? Result<Root>{Fault{Reason::fee_too_low, "", "below the base fee"}} : Result<Root>{hash};
    };
    const std::vector<SignedTransaction> items{world.transfer(0), world.transfer(1), world.transfer(2)};
    const auto answer = world.client().post("/v1/transactions", json_of(items));
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.at("/failures/0/index"), "1");
    EXPECT_EQ(answer.at("/failures/0/reason"), "FEE_TOO_LOW");
    EXPECT_EQ(answer.json()["details"]["accepted"].Size(), 2U);
    world.inbox.verdict = nullptr;
    const auto good = world.client().post("/v1/transactions", json_of(items));
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(good.json()["data"].Size(), 3U);
}

TEST(Writes, a_batch_holds_1024_transactions_and_not_one_more) {
    Limits bounds;
    bounds.body_bytes_max = 8 << 20;
    World world{bounds};
    std::vector<SignedTransaction> items(1'023, world.transfer(0));
    HttpClient client = world.client();
    EXPECT_EQ(client.post("/v1/transactions", json_of(items)).status, 200);
    items.push_back(items.front());
    EXPECT_EQ(client.post("/v1/transactions", json_of(items)).status, 200);
    items.push_back(items.front());
    const auto answer = client.post("/v1/transactions", json_of(items));
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.at("/reason"), "TOO_LARGE");
    EXPECT_EQ(client.post("/v1/transactions", "[]").status, 400);
}

TEST(Writes, a_body_that_is_no_transaction_names_the_field) {
    World world;
    HttpClient client = world.client();
    const std::string good = to_json(world.transfer(0));
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return client.post("/v1/transactions", text);
    };
    EXPECT_EQ(changed("\"nonce\":\"0\"", "\"nonce\":\"-1\"").at("/details/field"), "message.nonce");
    EXPECT_EQ(changed("\"nonce\":\"0\"", "\"nonce\":\"18446744073709551616\"").at("/reason"), "OUT_OF_RANGE");
    EXPECT_EQ(changed("\"nonce\":\"0\"", "\"nonce\":true").at("/reason"), "WRONG_TYPE");
    EXPECT_EQ(changed("\"nonce\":\"0\",", "").at("/reason"), "MISSING_FIELD");
    EXPECT_EQ(changed("\"nonce\":\"0\"", "\"nonce\":\"0\",\"colour\":1").at("/reason"), "UNKNOWN_FIELD");
    EXPECT_EQ(changed("\"sender\":\"0x", "\"sender\":\"0xzz").at("/reason"), "BAD_HEX");
    EXPECT_EQ(changed("\"sender\":\"0x", "\"sender\":\"0xaa").at("/reason"), "WRONG_LENGTH");
    EXPECT_EQ(changed("\"kind\":\"transfer\"", "\"kind\":\"gift\"").at("/details/field"), "message.payload.kind");
    EXPECT_EQ(client.post("/v1/transactions", "{\"message\":").at("/reason"), "MALFORMED");
    EXPECT_EQ(client.post("/v1/transactions", "").status, 400);
    EXPECT_EQ(client.post("/v1/transactions", "[" + good + ",{}]").at("/details/field"), "[1].message");
    EXPECT_EQ(world.inbox.submissions(), 0U);
}

TEST(Writes, a_deeply_nested_body_is_refused_without_recursion) {
    World world;
    const auto answer = world.client().post("/v1/transactions", std::string(100'000, '['));
    EXPECT_EQ(answer.status, 413);
}

TEST(Writes, waiting_for_finality_ends_when_the_ledger_holds_it) {
    World world;
    const SignedTransaction transaction = world.transfer(0);
    HttpClient client = world.client();
    const std::string body = to_json(transaction);
    client.connection().send("POST /v1/transactions?wait=finalized&timeout_ms=5000 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                             "Content-Type: application/json\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n" + body);
    while (world.inbox.submissions() == 0) {
        std::this_thread::yield();
    }
    world.extend({transaction});
    EXPECT_EQ(world.client().get("/v1/transactions/" + to_hex(hash_tree_root(transaction))).at("/data/status"),
              "included");
    world.finalize();
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.at("/data/status"), "finalized");
    EXPECT_EQ(answer.at("/data/block_root"), to_hex(world.root_of(1)));
    EXPECT_EQ(answer.at("/data/failure"), "null");
    EXPECT_EQ(answer.at("/finalized"), "true");
    const auto status = world.client().get("/v1/transactions/" + to_hex(hash_tree_root(transaction)));
    EXPECT_EQ(status.at("/data/outcome/kind"), "transfer");
}

TEST(Writes, a_wait_for_inclusion_ends_with_the_block) {
    World world;
    const SignedTransaction transaction = world.transfer(0);
    std::thread chain{[&] {
        while (world.inbox.submissions() == 0) {
            std::this_thread::yield();
        }
        world.extend({transaction});
    }};
    const auto answer = world.client().post("/v1/transactions?wait=included&timeout_ms=5000", to_json(transaction));
    chain.join();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.at("/data/status"), "included");
    EXPECT_EQ(answer.at("/data/slot"), "1");
}

TEST(Writes, a_wait_that_runs_out_is_202_with_the_hash) {
    World world;
    const SignedTransaction transaction = world.transfer(0);
    world.mempool.push_back({hash_tree_root(transaction), world.address(0), 0, Slot{0}});
    world.publish();
    const auto answer = world.client().post("/v1/transactions?wait=finalized&timeout_ms=30", to_json(transaction));
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.at("/data/hash"), to_hex(hash_tree_root(transaction)));
    EXPECT_EQ(answer.at("/data/status"), "pending");
    world.inbox.holds = true;
    const auto silent = world.client().post("/v1/transactions?timeout_ms=30", to_json(transaction));
    EXPECT_EQ(silent.status, 202);
    EXPECT_EQ(silent.at("/data/status"), "submitted");
    world.inbox.release(); // the request is long gone
}

TEST(Writes, an_engine_that_answers_after_the_server_has_gone_is_harmless) {
    World world;
    world.inbox.holds = true;
    HttpClient waiting = world.client();
    const std::string body = to_json(world.transfer(0));
    waiting.connection().send("POST /v1/transactions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                              "Content-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body);
    while (world.inbox.submissions() == 0) {
        std::this_thread::yield();
    }
    world.close();
    world.inbox.release();
}

TEST(Writes, side_exits_have_names) {
    World world;
    const SignedTransaction replaced = world.transfer(0, 1);
    const SignedTransaction other = world.transfer(0, 2);
    Transaction late = world.message(Transfer{world.address(7), Amount{1}}, 5);
    late.valid_until_slot = Slot{1};
    const SignedTransaction expired = world.sign(late);
    const SignedTransaction evicted = world.transfer(9);
    HttpClient client = world.client();
    client.post("/v1/transactions", json_of({replaced, expired, evicted}));
    EXPECT_EQ(client.get("/v1/transactions/" + to_hex(hash_tree_root(evicted))).at("/data/status"), "pending");
    world.clock.now += 2'000;
    world.extend({other});
    world.extend();
    const auto status = [&](const SignedTransaction& transaction) {
        return client.get("/v1/transactions/" + to_hex(hash_tree_root(transaction))).at("/data/status");
    };
    EXPECT_EQ(status(replaced), "replaced");
    EXPECT_EQ(status(expired), "expired");
    EXPECT_EQ(status(evicted), "evicted");
    EXPECT_EQ(client.get("/v1/transactions/" + to_hex(Root{})).status, 404);
}

TEST(Writes, a_dry_run_shows_effects_and_fee_and_sends_nothing) {
    World world;
    world.grow(1);
    const SignedTransaction transaction = world.transfer(0, 5'000);
    const auto answer = world.client().post("/v1/transactions?dry_run=true", to_json(transaction));
    EXPECT_EQ(answer.status, 200);
    const std::uint64_t units = staking::units_of(transaction);
    EXPECT_EQ(answer.at("/data/units"), std::to_string(units));
    EXPECT_EQ(answer.at("/data/fee_burned"), std::to_string(units * world.head().base_fee.value));
    EXPECT_EQ(answer.at("/data/postings/0/kind"), "base_fee") << answer.body;
    EXPECT_EQ(world.inbox.submissions(), 0U);
    const auto batch = world.client().post("/v1/transactions?dry_run=true",
                                           json_of({world.transfer(0), world.transfer(1), world.transfer(2)}));
    EXPECT_EQ(batch.json()["data"].Size(), 3U);
}

TEST(Writes, a_dry_run_refuses_what_the_chain_would_refuse) {
    World world;
    HttpClient client = world.client();
    SignedTransaction forged = world.transfer(0);
    forged.signature[0] ^= 1;
    EXPECT_EQ(client.post("/v1/transactions?dry_run=true", to_json(forged)).at("/reason"), "BAD_SIGNATURE");
    EXPECT_EQ(client.post("/v1/transactions?dry_run=true", to_json(world.transfer(0, ~std::uint64_t{0}))).at("/reason"),
              "INSUFFICIENT_BALANCE");
    EXPECT_EQ(client.post("/v1/transactions?dry_run=true", to_json(world.transfer(0, 0))).at("/reason"),
              "AMOUNT_IS_ZERO");
    EXPECT_EQ(client.post("/v1/transactions?dry_run=true", to_json(world.transfer(500))).at("/reason"),
              "NONCE_TOO_HIGH");
    const auto batch = client.post("/v1/transactions?dry_run=true", json_of({world.transfer(0), forged}));
    EXPECT_EQ(batch.at("/details/field"), "[1].signature");
}

TEST(Writes, prepare_makes_the_message_that_is_then_accepted) {
    World world;
    world.mempool.push_back({Root{}, world.address(0), 0, Slot{0}});
    world.publish();
    const std::string body = R"({"payload":{"kind":"transfer","to":")" + to_hex(world.address(7)) +
                             R"(","amount":"77"},"sender":")" + to_hex(world.key(0)) + R"("})";
    HttpClient client = world.client();
    const auto answer = client.post("/v1/transactions/prepare", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.at("/data/message/nonce"), "1"); // after the one that waits
    EXPECT_EQ(answer.at("/data/preview/nonce"), "1");
    const auto message = from_json<Transaction>(answer.at("/data/message"));
    ASSERT_TRUE(message.ok());
    EXPECT_EQ(answer.at("/data/signing_root"), to_hex(transition::transaction_signing_root(world.chain(), *message)));
    const auto sent = client.post("/v1/transactions?dry_run=true", to_json(world.sign(*message)));
    EXPECT_EQ(sent.status, 200) << sent.body;
    EXPECT_EQ(sent.at("/data/fee"), answer.at("/data/fee"));
    EXPECT_EQ(client.post("/v1/transactions/prepare", R"({"sender":"0x00"})").status, 400);
}

TEST(Writes, prepare_says_when_the_payload_would_fail) {
    World world;
    const std::string body =
        R"({"payload":{"kind":"withdraw","validator":"99"},"sender":")" + to_hex(world.key(0)) + R"("})";
    const auto answer = world.client().post("/v1/transactions/prepare", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.at("/data/preview"), "null");
    EXPECT_EQ(answer.at("/data/would_fail/reason"), "UNKNOWN_VALIDATOR");
}

TEST(Writes, typed_routes_take_their_kind_and_say_when_it_takes_effect) {
    World world;
    HttpClient client = world.client();
    Bytes<32> scalar;
    scalar[31] = 7;
    const crypto::SecretKey secret_key = *crypto::SecretKey::from_bytes(scalar);
    Stake stake;
    stake.public_key = secret_key.public_key().encode();
    stake.proof_of_possession = secret_key.prove_possession().encode();
    stake.withdrawal_address = world.address(0);
    stake.commission = {500, 1'000, 100};
    stake.amount = Amount{1'000'000'000'000};
    const SignedTransaction staking_one = world.sign(world.message(stake, 0));
    const auto staked = client.post("/v1/stake", to_json(staking_one));
    EXPECT_EQ(staked.status, 200) << staked.body;
    EXPECT_NE(staked.at("/data/expected_era"), "?");
    EXPECT_NE(staked.at("/data/expected_era"), "null");
    EXPECT_GT(std::stoull(staked.at("/data/expected_time_ms")), world.chain().genesis.time_ms);
    EXPECT_EQ(staked.at("/data/slashable_until_era"), "null");
    const auto dry = client.post("/v1/stake?dry_run=true", to_json(staking_one));
    EXPECT_EQ(dry.status, 200) << dry.body;
    EXPECT_EQ(dry.at("/data/kind"), "stake");
    EXPECT_EQ(dry.at("/data/expected_era"), staked.at("/data/expected_era"));
    const auto wrong = client.post("/v1/unstake", to_json(staking_one));
    EXPECT_EQ(wrong.status, 400);
    EXPECT_EQ(wrong.at("/details/field"), "message.payload.kind");
    const auto exit =
        client.post("/v1/unstake", to_json(world.sign(world.message(Unstake{ValidatorIndex{0}, {}, true}, 0))));
    EXPECT_EQ(exit.status, 200) << exit.body;
    EXPECT_NE(exit.at("/data/slashable_until_era"), "null");
    EXPECT_EQ(
        client.post("/v1/unstake", to_json(world.sign(world.message(Unstake{ValidatorIndex{50}, {}, true}, 0)))).status,
        404);
    EXPECT_EQ(client.post("/v1/withdraw", to_json(world.sign(world.message(Withdraw{ValidatorIndex{0}}, 0)))).status,
              200);
    EXPECT_EQ(client.post("/v1/withdraw", json_of({world.transfer(0)})).at("/reason"), "WRONG_TYPE");
}

TEST(Writes, an_idempotency_key_gets_the_first_answer_again) {
    World world;
    HttpClient client = world.client();
    const std::string body = to_json(world.transfer(0));
    const auto first = client.post("/v1/transactions", body, {{"Idempotency-Key", "k-1"}});
    const auto again = client.post("/v1/transactions", body, {{"Idempotency-Key", "k-1"}});
    EXPECT_EQ(first.body, again.body);
    EXPECT_EQ(again.headers.at("idempotency-replayed"), "true");
    EXPECT_EQ(world.inbox.submissions(), 1U);
    const auto other = client.post("/v1/transactions", to_json(world.transfer(1)), {{"Idempotency-Key", "k-1"}});
    EXPECT_EQ(other.status, 409);
    EXPECT_EQ(other.at("/reason"), "DUPLICATE_KEY");
    const auto bad = client.post("/v1/transactions", body, {{"Idempotency-Key", std::string(256, 'k')}});
    EXPECT_EQ(bad.at("/details/field"), "Idempotency-Key");
}

TEST(Writes, a_key_is_busy_while_its_request_is_answered_and_free_after_a_wait_that_ran_out) {
    World world;
    world.inbox.holds = true;
    HttpClient waiting = world.client();
    const std::string body = to_json(world.transfer(0));
    waiting.connection().send(
        "POST /v1/transactions?timeout_ms=300 HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: k\r\n"
        "Content-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    while (world.inbox.submissions() == 0) {
        std::this_thread::yield();
    }
    const auto busy = world.client().post("/v1/transactions?timeout_ms=300", body, {{"Idempotency-Key", "k"}});
    EXPECT_EQ(busy.status, 409);
    EXPECT_EQ(busy.at("/reason"), "BUSY");
    EXPECT_EQ(waiting.read().status, 202);
    world.inbox.holds = false;
    EXPECT_EQ(world.client().post("/v1/transactions?timeout_ms=300", body, {{"Idempotency-Key", "k"}}).status, 200);
}

TEST(Writes, a_full_queue_and_a_syncing_node_are_503_and_a_full_mempool_429) {
    World world;
    HttpClient client = world.client();
    const std::string body = to_json(world.transfer(0));
    for (const auto& [reason, status] : {std::pair{Reason::unavailable, 503}, std::pair{Reason::mempool_full, 429},
                                         std::pair{Reason::account_queue_full, 429}}) {
        world.inbox.verdict = [reason = reason](std::size_t, const Root&) -> Result<Root> {
            return Fault{reason, "", "full"};
        };
        const auto answer = client.post("/v1/transactions", body);
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.headers.at("retry-after"), "1");
    }
    world.is_syncing = true;
    world.publish();
    EXPECT_EQ(client.post("/v1/transactions", body).at("/reason"), "SYNCING");
    EXPECT_EQ(client.post("/v1/transactions?dry_run=true", body).status, 200);
}

TEST(Writes, reported_evidence_gets_the_engines_verdict) {
    World world;
    HttpClient client = world.client();
    const ProposerSlashing evidence = world.double_proposal(ValidatorIndex{1}, Slot{1});
    const std::string body = R"({"kind":"proposer_slashing",)" + to_json(evidence).substr(1);
    const auto good = client.post("/v1/evidence", body);
    EXPECT_EQ(good.status, 200);
    EXPECT_EQ(good.at("/data/root"), to_hex(hash_tree_root(evidence)));
    world.inbox.verdict = [](std::size_t, const Root&) -> Result<Root> {
        return Fault{Reason::not_slashable, "", "the headers are the same"};
    };
    EXPECT_EQ(client.post("/v1/evidence", body).status, 400);
    EXPECT_EQ(client.post("/v1/evidence", to_json(evidence)).at("/details/field"), "kind");
}

TEST(Writes, too_many_waiting_requests_are_429) {
    Limits bounds;
    bounds.waits_max = 2;
    World world{bounds};
    std::vector<HttpClient> waiting;
    for (int i = 0; i < 2; ++i) {
        waiting.push_back(world.client());
        waiting.back().connection().send(
            "GET /v1/finalized?after=cursor:0.0&wait_ms=4000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(world.client().get("/v1/finalized?after=cursor:0.0&wait_ms=4000").status, 429);
    world.grow(1);
    EXPECT_EQ(waiting[0].read().status, 200);
    EXPECT_EQ(waiting[1].read().status, 200);
}

} // namespace

} // namespace quoin::test
