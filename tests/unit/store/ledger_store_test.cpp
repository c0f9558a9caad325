#include "finalized_chain.hpp"
#include "folder.hpp"
#include "ledger_queries.hpp"
#include "row_values.hpp"
#include "snapshots.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/staking/report.hpp>
#include <quoin/store/store.hpp>

#include <atomic>
#include <map>
#include <thread>

namespace quoin::store::test {
namespace {

using Blocks = std::vector<ports::FinalizedBlock>;

std::unique_ptr<ports::LedgerStore> open(const Folder& folder) {
    return opened(open_ledger_store(folder / "ledger.db", sample_chain()));
}

void append_all(ports::LedgerStore& ledger, std::size_t batch) {
    const Blocks& blocks = finalized_chain();
    for (std::size_t at = 0; at < blocks.size(); at += batch) {
        ledger.append(std::span(blocks).subspan(at, std::min(batch, blocks.size() - at)));
    }
}

std::vector<ports::PostingRow> all_postings() {
    std::vector<ports::PostingRow> rows;
    for (const ports::FinalizedBlock& block : finalized_chain()) {
        for (const ports::PostingRow& row : record_of(block, 1).postings) {
            rows.push_back(row);
        }
    }
    return rows;
}

bool same(const ports::PostingRow& one, const ports::PostingRow& other) {
    return one.block_number == other.block_number && one.index == other.index && one.block_root == other.block_root &&
           one.posting == other.posting;
}

TEST(Ledger, the_sample_chain_has_every_kind_of_row) {
    std::size_t failed = 0, slashed = 0, rewards = 0, lifecycle = 0, unstaked = 0;
    for (const ports::FinalizedBlock& block : finalized_chain()) {
        for (const TransactionOutcome& outcome : block.effects.transactions) {
            failed += outcome.failure.has_value();
        }
        for (const Posting& posting : staking::postings_of(block.effects)) {
            unstaked += posting.kind == PostingKind::withdraw;
        }
        slashed += block.effects.slashings.size();
        lifecycle += block.effects.lifecycle.size();
        for (const EraReport& era : block.effects.eras) {
            rewards += staking::rewards_of(era).size();
        }
    }
    EXPECT_GT(failed, 5U);
    EXPECT_EQ(slashed, 1U);
    EXPECT_GT(rewards, 40U);
    EXPECT_GT(lifecycle, 0U);
    EXPECT_GT(unstaked, 0U);
}

TEST(Ledger, a_new_one_is_empty) {
    const Folder folder;
    const auto ledger = open(folder);
    EXPECT_FALSE(ledger->tip());
    EXPECT_FALSE(ledger->snapshot_at_or_below(100));
    EXPECT_FALSE(ledger->block_by_number(0));
    EXPECT_TRUE(ledger->balances("", 10).empty());
    EXPECT_TRUE(ledger->signed_blocks(Slot{0}, 100, 100).empty());
}

TEST(Ledger, gives_back_every_row_of_every_block) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 7);
    std::uint64_t evidence_id = 1;
    Root hash = sample_chain().genesis_root;
    for (const ports::FinalizedBlock& block : finalized_chain()) {
        LedgerRecord expected = record_of(block, evidence_id);
        evidence_id += expected.evidence.size();
        hash = running_hash(hash, expected);
        const auto row = ledger->block_by_number(block.number);
        ASSERT_TRUE(row);
        EXPECT_EQ(row->root, block.root);
        EXPECT_EQ(row->running_hash, hash) << block.number;

        LedgerRecord found;
        found.row = *row;
        found.body = encode(*ledger->signed_block(block.number));
        found.postings = ledger->postings_of_block(block.number);
        found.transactions = ledger->transactions_of_block(block.number);
        found.evidence = ledger->evidence_of_block(block.number);
        found.slashings = ledger->slashings_of_block(block.number);
        found.lifecycle = ledger->lifecycle_of_block(block.number);
        found.rewards = ledger->rewards_of_block(block.number);
        EXPECT_EQ(running_hash(Root{}, found), running_hash(Root{}, expected)) << block.number;
        ASSERT_EQ(found.postings.size(), expected.postings.size());
        for (std::size_t i = 0; i < expected.postings.size(); ++i) {
            EXPECT_TRUE(same(found.postings[i], expected.postings[i]));
        }
    }
    EXPECT_EQ(ledger->tip()->running_hash, hash);
    EXPECT_EQ(ledger->tip()->number, finalized_blocks - 1);
}

TEST(Ledger, the_running_hash_sees_every_field_of_a_posting) {
    LedgerRecord record = record_of(finalized_chain()[10], 1);
    const Root whole = running_hash(Root{}, record);
    Posting& posting = record.postings.front().posting;
    const Posting before = posting;
    const auto differs = [&](const auto& change) {
        change();
        const bool different = running_hash(Root{}, record) != whole;
        posting = before;
        return different;
    };
    EXPECT_TRUE(differs([&] { posting.amount += Amount{1}; }));
    EXPECT_TRUE(differs([&] { std::swap(posting.debit, posting.credit); }));
    EXPECT_TRUE(differs([&] { posting.kind = PostingKind::dust; }));
    EXPECT_TRUE(differs([&] { posting.reference[31] ^= 1; }));
    EXPECT_TRUE(differs([&] { ++posting.era; }));
    EXPECT_TRUE(differs([&] { ++posting.slot; }));
    record.postings.pop_back();
    EXPECT_NE(running_hash(Root{}, record), whole);
}

TEST(Ledger, finds_blocks_by_number_slot_and_root) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 64);
    const ports::FinalizedBlock& block = finalized_chain()[77];
    EXPECT_EQ(ledger->block_by_slot(block.block.message.slot)->number, 77U);
    EXPECT_EQ(ledger->block_by_root(block.root)->number, 77U);
    EXPECT_FALSE(ledger->block_by_root(Root{}));
    EXPECT_FALSE(ledger->block_by_slot(Slot{~std::uint64_t{0}}));
    const auto page = ledger->blocks_after(76, 3);
    ASSERT_EQ(page.size(), 3U);
    EXPECT_EQ(page[0].root, block.root);
    EXPECT_TRUE(ledger->blocks_after(~std::uint64_t{0}, 3).empty());
}

TEST(Ledger, serves_blocks_by_range_of_slots_whatever_the_range) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 64);
    const auto some = ledger->signed_blocks(Slot{20}, 20, 1'000);
    std::size_t expected = 0;
    for (const ports::FinalizedBlock& block : finalized_chain()) {
        const Slot slot = block.block.message.slot;
        expected += slot >= Slot{20} && slot < Slot{40};
    }
    ASSERT_EQ(some.size(), expected);
    EXPECT_LT(expected, 20U) << "an empty slot should be among them";
    for (const SignedBlock& block : some) {
        EXPECT_EQ(block, finalized_chain()[ledger->block_by_slot(block.message.slot)->number].block);
    }
    EXPECT_EQ(ledger->signed_blocks(Slot{10}, ~std::uint64_t{0}, 5).size(), 5U);
    EXPECT_TRUE(ledger->signed_blocks(Slot{~std::uint64_t{0}}, 1, 5).empty());
    EXPECT_TRUE(ledger->signed_blocks(Slot{~std::uint64_t{0} - 5}, 1'000, 5).empty());
    EXPECT_TRUE(ledger->signed_blocks(Slot{std::uint64_t{1} << 63}, 1'000, 5).empty());
}

TEST(Ledger, pages_through_the_postings_of_an_account_as_a_filter_would) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 64);
    std::map<std::string, std::vector<ports::PostingRow>> by_account;
    for (const ports::PostingRow& row : all_postings()) {
        by_account[row.posting.debit.text()].push_back(row);
        if (row.posting.credit != row.posting.debit) {
            by_account[row.posting.credit.text()].push_back(row);
        }
    }
    ASSERT_GT(by_account.size(), 15U);
    for (const auto& [account, expected] : by_account) {
        std::vector<ports::PostingRow> found;
        std::optional<ports::RowCursor> cursor;
        while (true) {
            const auto page = ledger->postings_of_account(account, cursor, 5);
            if (page.empty()) {
                break;
            }
            ASSERT_LE(page.size(), 5U);
            found.insert(found.end(), page.begin(), page.end());
            cursor = ports::RowCursor{page.back().block_number, page.back().index};
        }
        ASSERT_EQ(found.size(), expected.size()) << account;
        EXPECT_TRUE(std::equal(found.begin(), found.end(), expected.begin(), same)) << account;
    }
    EXPECT_TRUE(ledger->postings_of_account("account:0x00", std::nullopt, 5).empty());
}

TEST(Ledger, finds_transactions_by_hash_and_sender) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 64);
    std::vector<ports::TransactionRow> sent;
    const Address sender =
        Address::from(crypto::sha256(finalized_chain()[1].block.message.body.transactions[0].message.sender));
    for (const ports::FinalizedBlock& block : finalized_chain()) {
        for (const ports::TransactionRow& row : record_of(block, 1).transactions) {
            if (row.outcome.sender == sender) {
                sent.push_back(row);
            }
            const auto found = ledger->transaction(row.outcome.hash);
            ASSERT_TRUE(found);
            EXPECT_EQ(found->transaction, row.transaction);
            EXPECT_EQ(found->outcome, row.outcome);
            EXPECT_EQ(found->block_number, block.number);
        }
    }
    ASSERT_GT(sent.size(), 20U);
    const auto first = ledger->transactions_of_account(sender, std::nullopt, 10);
    const auto second =
        ledger->transactions_of_account(sender, ports::RowCursor{first.back().block_number, first.back().index}, 1'000);
    ASSERT_EQ(first.size() + second.size(), sent.size());
    EXPECT_EQ(first[0].outcome, sent[0].outcome);
    EXPECT_EQ(second.back().outcome, sent.back().outcome);
    EXPECT_FALSE(ledger->transaction(Root{}));
}

TEST(Ledger, shows_evidence_slashings_events_and_rewards) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 64);
    const auto evidence = ledger->evidence_after(0, 10);
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].id, 1U);
    EXPECT_TRUE(ledger->evidence_after(1, 10).empty());
    EXPECT_EQ(ledger->evidence(evidence[0].evidence_root)->evidence, evidence[0].evidence);
    const auto slashings = ledger->slashings_after(std::nullopt, 10);
    ASSERT_EQ(slashings.size(), 1U);
    EXPECT_EQ(slashings[0].outcome.validator, ValidatorIndex{3});
    EXPECT_EQ(slashings[0].outcome.evidence, evidence[0].evidence_root);
    EXPECT_EQ(ledger->slashings_of_validator(ValidatorIndex{3}).size(), 1U);
    EXPECT_TRUE(ledger->slashings_of_validator(ValidatorIndex{2}).empty());
    EXPECT_TRUE(ledger->slashings_after(ports::RowCursor{slashings[0].block_number, slashings[0].index}, 10).empty());
    EXPECT_FALSE(ledger->lifecycle_of_validator(ValidatorIndex{3}).empty());
    const auto rewards = ledger->rewards_of_validator(ValidatorIndex{1}, Era{2}, Era{~std::uint64_t{0}}, 3);
    ASSERT_EQ(rewards.size(), 3U);
    EXPECT_EQ(rewards[0].era, Era{2});
    EXPECT_EQ(rewards[2].era, Era{4});
    EXPECT_FALSE(rewards[0].reward.ideal.is_zero());
}

TEST(Ledger, balances_are_what_the_state_says_and_sum_to_zero) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 13);
    std::map<std::string, std::string> held;
    Int128 total = 0;
    std::string after;
    while (true) {
        const auto page = ledger->balances(after, 4);
        if (page.empty()) {
            break;
        }
        for (const ports::BalanceRow& row : page) {
            held[row.account] = row.balance;
            total += signed_from_decimal(row.balance);
        }
        after = page.back().account;
    }
    EXPECT_EQ(signed_decimal(total), "0");
    const State& state = *finalized_chain().back().post_state;
    for (const Account& account : state.accounts) {
        EXPECT_EQ(held[LedgerAccount::of(account.address).text()], std::to_string(account.balance.value));
    }
    EXPECT_EQ(held["issuance"], signed_decimal(-static_cast<Int128>(state.issued)));
    EXPECT_EQ(held["burned"], signed_decimal(static_cast<Int128>(state.burned)));
    EXPECT_EQ(held["stake:1"], std::to_string(state.tokens[1].value));
}

TEST(Ledger, keeps_a_snapshot_of_genesis_of_every_16th_era_and_of_the_newest) {
    const Folder folder;
    const auto ledger = open(folder);
    append_all(*ledger, 13);
    Connection db(folder / "ledger.db", SQLite::OPEN_READONLY);
    const std::vector<std::uint64_t> kept = snapshots::numbers(db);
    std::vector<std::uint64_t> era_starts{0};
    for (std::size_t i = 1; i < finalized_blocks; ++i) {
        const Spec& spec = sample_chain().spec();
        if (era_of(spec, finalized_chain()[i].block.message.slot) >
            era_of(spec, finalized_chain()[i - 1].block.message.slot)) {
            era_starts.push_back(i);
        }
    }
    const std::size_t last = era_starts.size() - 1;
    ASSERT_GT(last, 17U);
    EXPECT_EQ(kept, (std::vector<std::uint64_t>{0, era_starts[16], era_starts[last - 2], era_starts[last - 1],
                                                era_starts[last]}));
    const auto snapshot = ledger->snapshot_at_or_below(era_starts[last] + 1);
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->block_number, era_starts[last]);
    EXPECT_EQ(snapshot->block_root, finalized_chain()[era_starts[last]].root);
    EXPECT_EQ(snapshot->state, *finalized_chain()[era_starts[last]].post_state);
    EXPECT_EQ(ledger->snapshot_at_or_below(5)->block_number, 0U);
}

TEST(Ledger, goes_on_where_it_ended_after_it_was_opened_again) {
    const Folder folder;
    const Blocks& blocks = finalized_chain();
    Root straight;
    {
        const Folder other;
        const auto ledger = open(other);
        append_all(*ledger, 100);
        straight = ledger->tip()->running_hash;
    }
    open(folder)->append(std::span(blocks).first(50));
    EXPECT_EQ(open(folder)->tip()->number, 49U);
    open(folder)->append(std::span(blocks).subspan(50));
    EXPECT_EQ(open(folder)->tip()->running_hash, straight) << "batches must not matter";
}

TEST(Ledger, readers_see_whole_batches_only) {
    const Folder folder;
    const auto ledger = open(folder);
    std::atomic<bool> stop = false;
    std::atomic<std::size_t> reads = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
            while (!stop) {
                Int128 total = 0;
                for (const ports::BalanceRow& row : ledger->balances("", 1'000)) {
                    total += signed_from_decimal(row.balance);
                }
                EXPECT_TRUE(total == 0) << signed_decimal(total);
                if (const auto tip = ledger->tip()) {
                    EXPECT_EQ(ledger->postings_of_block(tip->number).size(), tip->postings);
                }
                ++reads;
            }
        });
    }
    append_all(*ledger, 3);
    while (reads < 50) {
        std::this_thread::yield();
    }
    stop = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
}

TEST(LedgerDeathTest, a_block_that_does_not_follow_is_a_bug_of_ours) {
    const Folder folder;
    const auto ledger = open(folder);
    const Blocks& blocks = finalized_chain();
    EXPECT_DEATH(ledger->append(std::span(blocks).subspan(1, 1)), "numbered without gaps");
    ledger->append(std::span(blocks).first(3));
    EXPECT_DEATH(ledger->append(std::span(blocks).subspan(4, 1)), "numbered without gaps");
    ports::FinalizedBlock stranger = blocks[3];
    stranger.block.message.parent_root = Root{};
    EXPECT_DEATH(ledger->append(std::span(&stranger, 1)), "follow on one another");
}

TEST(RowValues, accounts_and_numbers_read_back_as_they_were_written) {
    for (const ports::PostingRow& row : all_postings()) {
        EXPECT_EQ(account_from_text(row.posting.debit.text()), row.posting.debit);
        EXPECT_EQ(account_from_text(row.posting.credit.text()), row.posting.credit);
        EXPECT_EQ(posting_kind_from_text(to_string(row.posting.kind)), row.posting.kind);
    }
    for (const char* wrong : {"", "stake", "stake:", "stake:03", "stake:1:2", "account:0x12", "issuance:", "burnt",
                              "unbonding:1:2", "stake:99999999999999999999"}) {
        EXPECT_THROW((void)account_from_text(wrong), Corrupt) << wrong;
    }
    EXPECT_EQ(signed_decimal(signed_from_decimal("-170141183460469231731687303715")),
              "-170141183460469231731687303715");
    EXPECT_EQ(signed_decimal(0), "0");
    for (const char* wrong : {"", "-", "1x", "0x1", "1234567890123456789012345678901234567890"}) {
        EXPECT_THROW((void)signed_from_decimal(wrong), Corrupt) << wrong;
    }
    EXPECT_EQ(reason_from_text("NONCE_TOO_LOW"), Reason::nonce_too_low);
    EXPECT_THROW((void)reason_from_text("UNKNOWN"), Corrupt);
}

} // namespace
} // namespace quoin::store::test
