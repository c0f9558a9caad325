#include "fault_files.hpp"
#include "finalized_chain.hpp"
#include "folder.hpp"

#include <quoin/base/random.hpp>
#include <quoin/store/audit.hpp>
#include <quoin/store/fault_disk.hpp>
#include <quoin/store/store.hpp>

#include <gtest/gtest-spi.h>

#include <algorithm>
#include <map>
#include <set>

namespace quoin::store::test {
namespace {

using Failure = FaultDisk::Failure;

ByteVector some_bytes(SeededRandom& random, std::size_t size) {
    ByteVector bytes(size);
    for (std::uint8_t& byte : bytes) {
        byte = static_cast<std::uint8_t>(1 + random.below(255));
    }
    return bytes;
}

TEST(FaultFiles, a_power_cut_loses_nothing_that_was_synced) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SeededRandom random(seed);
        FaultFiles files(seed);
        auto file = files.make("a");
        const ByteVector bytes = some_bytes(random, 3'000);
        files.write(*file, 100, bytes);
        files.sync(*file);
        files.write(*file, 3'100, some_bytes(random, 2'000));
        files.cut_power();
        EXPECT_TRUE(file->gone);
        file = files.find("a");
        ASSERT_TRUE(file);
        ASSERT_GE(file->bytes().size(), 3'100U);
        EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), file->bytes().begin() + 100)) << "seed " << seed;
    }
}

/// Beside each byte all that it may be after a power cut: what was durable, and every later value.
TEST(FaultFiles, after_a_power_cut_every_byte_is_one_it_was_and_every_sector_whole) {
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        SeededRandom random(seed);
        FaultFiles files(seed);
        const auto file = files.make("a");
        files.write(*file, 0, ByteVector(4'096, 1));
        files.sync(*file);
        std::map<std::size_t, std::vector<std::uint8_t>> possible; // by sector
        for (std::size_t sector = 0; sector < 8; ++sector) {
            possible[sector] = {1};
        }
        for (std::uint8_t value = 2; value < 12; ++value) {
            const std::size_t sector = random.below(8);
            const std::size_t count = 1 + random.below(8 - sector);
            files.write(*file, sector * 512, ByteVector(count * 512, value));
            for (std::size_t i = sector; i < sector + count; ++i) {
                possible[i].push_back(value);
            }
        }
        files.cut_power();
        const ByteVector& left = files.find("a")->bytes();
        ASSERT_EQ(left.size(), 4'096U);
        for (std::size_t i = 0; i < left.size(); ++i) {
            EXPECT_EQ(left[i], left[i / 512 * 512]) << "a sector is whole, seed " << seed;
            const auto& values = possible[i / 512];
            ASSERT_NE(std::find(values.begin(), values.end(), left[i]), values.end()) << "seed " << seed;
        }
        sizes.insert(std::set<std::uint8_t>(left.begin(), left.end()).size());
    }
    EXPECT_GT(sizes.size(), 3U) << "there must be different ways to be torn";
}

TEST(FaultFiles, names_come_and_go_with_a_sync) {
    std::size_t lost = 0, back = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        FaultFiles files(seed);
        files.write(*files.make("kept"), 0, ByteVector(10, 1));
        files.sync(*files.find("kept"));
        files.make("new");
        files.remove("kept", false);
        EXPECT_FALSE(files.find("kept"));
        files.cut_power();
        lost += files.find("new") ? 0 : 1;
        back += files.find("kept") ? 1 : 0;
        files.make("again");
        files.sync(*files.find("again"));
        files.remove("again", true);
        files.cut_power();
        EXPECT_FALSE(files.find("again"));
    }
    EXPECT_GT(std::min(lost, back), 20U);
    EXPECT_LT(std::max(lost, back), 80U);
}

TEST(FaultFiles, ended_processes_lose_nothing_and_use_nothing_any_more) {
    FaultFiles files(1);
    const auto file = files.make("a");
    files.write(*file, 0, ByteVector(1'000, 7));
    files.kill_processes();
    EXPECT_TRUE(file->gone);
    EXPECT_EQ(files.find("a")->bytes(), ByteVector(1'000, 7));
    EXPECT_FALSE(files.find("a")->gone);
}

/// A ledger or a signing database at work: `acknowledged` counts what it said is durable.
class Work {
public:
    virtual ~Work() = default;
    virtual void open(const FaultDisk& disk) = 0;
    virtual void close() = 0;
    virtual void go_on(std::size_t steps) = 0;
    virtual void check_nothing_lost(const FaultDisk& disk) = 0;

    std::size_t acknowledged = 0;
};

class LedgerWork final : public Work {
public:
    void open(const FaultDisk& disk) override {
        auto opened = open_ledger_store(disk.file("ledger.db"), sample_chain());
        if (!opened) {
            throw std::runtime_error(opened.fault().text());
        }
        ledger_ = std::move(*opened);
    }
    void close() override { ledger_.reset(); }
    void go_on(std::size_t steps) override {
        const auto tip = ledger_->tip();
        std::size_t next = tip ? tip->number + 1 : 0;
        for (std::size_t i = 0; i < steps; ++i) {
            const std::size_t batch = 1 + i % 3;
            ledger_->append(std::span(finalized_chain()).subspan(next, batch));
            next += batch;
            acknowledged = next;
        }
    }
    void check_nothing_lost(const FaultDisk& disk) override {
        const auto tip = ledger_->tip();
        ASSERT_GE(tip ? tip->number + 1 : 0, acknowledged);
        if (tip) {
            const AuditReport report = opened(audit_ledger(disk.file("ledger.db"), sample_chain()));
            EXPECT_TRUE(report.clean()) << report.findings.front().message;
        }
    }

private:
    std::unique_ptr<ports::LedgerStore> ledger_;
};

class SigningWork final : public Work {
public:
    void open(const FaultDisk& disk) override {
        auto opened = open_signing_store(disk.file("signing.db"), Root{{1}});
        if (!opened) {
            throw std::runtime_error(opened.fault().text());
        }
        signing_ = std::move(*opened);
        ++round_;
    }
    void close() override { signing_.reset(); }
    void go_on(std::size_t steps) override {
        for (std::size_t i = 0; i < steps; ++i) {
            const std::uint64_t at = ++tried_;
            const bool vote = at % 3 != 0;
            const auto permit = vote ? signing_->permit_attestation(key_, Epoch{at - 1}, Epoch{at}, root(at, round_))
                                     : signing_->permit_proposal(key_, Slot{at}, root(at, round_));
            if (permit) {
                permitted_.push_back({vote, at, round_});
                ++acknowledged;
            }
        }
    }
    /// What was signed may be signed again, and nothing else in its place.
    void check_nothing_lost(const FaultDisk&) override {
        for (const auto& [vote, at, round] : permitted_) {
            const auto other = vote ? signing_->permit_attestation(key_, Epoch{at - 1}, Epoch{at}, root(at, 99))
                                    : signing_->permit_proposal(key_, Slot{at}, root(at, 99));
            ASSERT_FALSE(other) << "signed at " << at << " and forgotten";
            const auto same = vote ? signing_->permit_attestation(key_, Epoch{at - 1}, Epoch{at}, root(at, round))
                                   : signing_->permit_proposal(key_, Slot{at}, root(at, round));
            ASSERT_TRUE(same) << "the record of " << at << " is gone";
        }
    }

private:
    struct Permitted {
        bool vote;
        std::uint64_t at;
        std::uint64_t round;
    };
    static Root root(std::uint64_t at, std::uint64_t round) {
        Root root;
        root[0] = static_cast<std::uint8_t>(at);
        root[1] = static_cast<std::uint8_t>(at >> 8);
        root[2] = static_cast<std::uint8_t>(round);
        return root;
    }

    ValidatorKey key_{{9}};
    std::unique_ptr<ports::SigningStore> signing_;
    std::vector<Permitted> permitted_;
    std::uint64_t tried_ = 0;
    std::uint64_t round_ = 0;
};

using MakeWork = std::unique_ptr<Work> (*)();
template <class T>
std::unique_ptr<Work> make_work() {
    return std::make_unique<T>();
}

/// True when the failure came before the end.
bool meets_failure(Work& work, const FaultDisk& disk, std::size_t steps) {
    try {
        work.open(disk);
        work.go_on(steps);
        return false;
    } catch (const std::runtime_error&) {
        return true;
    }
}

std::uint64_t calls_of(const MakeWork& make, std::size_t steps) {
    FaultDisk disk(0);
    const std::unique_ptr<Work> work = make();
    EXPECT_FALSE(meets_failure(*work, disk, steps));
    return disk.calls();
}

class FaultyStore : public testing::TestWithParam<MakeWork> {
protected:
    static constexpr std::size_t steps = 12;

    void expect_whole_and_going_on(Work& work, const FaultDisk& disk) {
        work.close();
        ASSERT_NO_THROW(work.open(disk));
        work.check_nothing_lost(disk);
        ASSERT_NO_THROW(work.go_on(2));
        work.check_nothing_lost(disk);
        work.close();
    }
};

TEST_P(FaultyStore, loses_nothing_that_was_acknowledged_in_500_power_cuts) {
    const std::uint64_t calls = calls_of(GetParam(), steps);
    std::size_t cut = 0, begun = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        FaultDisk disk(seed);
        disk.fail_at(1 + SeededRandom(seed).below(calls), Failure::power_cut);
        const std::unique_ptr<Work> work = GetParam()();
        cut += meets_failure(*work, disk, steps) ? 1 : 0;
        begun += work->acknowledged > 0 ? 1 : 0;
        ASSERT_NO_FATAL_FAILURE(expect_whole_and_going_on(*work, disk));
    }
    EXPECT_EQ(cut, 500U);
    EXPECT_GT(begun, 300U);
}

TEST_P(FaultyStore, survives_one_power_cut_after_another) {
    SeededRandom random(3);
    FaultDisk disk(3);
    const std::unique_ptr<Work> work = GetParam()();
    for (int cut = 0; cut < 30; ++cut) {
        disk.fail_at(1 + random.below(40), Failure::power_cut);
        meets_failure(*work, disk, 2);
        work->close();
    }
    disk.fail_at(0, Failure::io_error);
    ASSERT_NO_FATAL_FAILURE(expect_whole_and_going_on(*work, disk));
}

TEST_P(FaultyStore, a_process_that_ends_anywhere_loses_nothing) {
    FaultDisk disk(4);
    const std::unique_ptr<Work> work = GetParam()();
    for (int end = 0; end < 20; ++end) {
        work->open(disk);
        work->go_on(2);
        work->check_nothing_lost(disk);
        disk.kill_processes();
        EXPECT_THROW(work->go_on(1), std::runtime_error);
        work->close();
    }
    ASSERT_NO_FATAL_FAILURE(expect_whole_and_going_on(*work, disk));
}

/// The checker must be worth something: when the disk lies, what was acknowledged goes missing and it sees that.
TEST_P(FaultyStore, a_lying_disk_is_noticed) {
    std::size_t noticed = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        FaultDisk disk(seed);
        const std::unique_ptr<Work> work = GetParam()();
        work->open(disk);
        work->go_on(3);
        disk.set_lying(true);
        work->go_on(3);
        disk.cut_power();
        work->close();
        testing::TestPartResultArray failures;
        {
            const testing::ScopedFakeTestPartResultReporter reporter(
                testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
            work->open(disk);
            work->check_nothing_lost(disk);
        }
        noticed += failures.size() > 0 ? 1 : 0;
    }
    EXPECT_GT(noticed, 50U);
    EXPECT_LT(noticed, 100U) << "now and then all of it arrives";
}

TEST_P(FaultyStore, an_input_output_error_at_any_call_stops_it_and_costs_nothing) {
    const std::uint64_t calls = calls_of(GetParam(), steps);
    std::size_t stopped = 0;
    for (std::uint64_t call = 1; call <= calls; ++call) {
        SCOPED_TRACE("call " + std::to_string(call));
        FaultDisk disk(call);
        disk.fail_at(call, Failure::io_error);
        const std::unique_ptr<Work> work = GetParam()();
        stopped += meets_failure(*work, disk, steps) ? 1 : 0;
        call % 2 == 0 ? disk.cut_power() : disk.kill_processes();
        ASSERT_NO_FATAL_FAILURE(expect_whole_and_going_on(*work, disk));
    }
    EXPECT_GT(stopped, calls * 9 / 10) << "an error may pass unseen only where nothing depends on it";
}

TEST_P(FaultyStore, a_full_disk_stops_it_at_any_call_until_there_is_room_again) {
    const std::uint64_t calls = calls_of(GetParam(), steps);
    std::size_t stopped = 0;
    for (std::uint64_t call = 1; call <= calls; ++call) {
        SCOPED_TRACE("call " + std::to_string(call));
        FaultDisk disk(call);
        disk.fail_at(call, Failure::disk_full);
        const std::unique_ptr<Work> work = GetParam()();
        const bool failed = meets_failure(*work, disk, steps);
        stopped += failed ? 1 : 0;
        if (failed) {
            EXPECT_TRUE(meets_failure(*work, disk, 3)) << "it is still full";
        }
        disk.set_full(false);
        ASSERT_NO_FATAL_FAILURE(expect_whole_and_going_on(*work, disk));
    }
    EXPECT_GT(stopped, calls * 8 / 10);
}

INSTANTIATE_TEST_SUITE_P(Every, FaultyStore, testing::Values(make_work<LedgerWork>, make_work<SigningWork>),
                         [](const auto& parameter) { return parameter.index == 0 ? "ledger" : "signing"; });

} // namespace
} // namespace quoin::store::test
