#include "finalized_chain.hpp"
#include "folder.hpp"

#include <quoin/base/random.hpp>
#include <quoin/store/audit.hpp>
#include <quoin/store/store.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace quoin::store::test {
namespace {

void expect_whole(const std::string& path, std::uint64_t blocks_at_least) {
    const AuditReport report = opened(audit_ledger(path, sample_chain()));
    EXPECT_TRUE(report.clean()) << report.findings.front().message;
    EXPECT_GE(report.blocks, blocks_at_least);
}

TEST(Crash, a_write_ahead_log_torn_anywhere_leaves_whole_batches) {
    const Folder folder;
    const std::string path = folder / "ledger.db";
    const std::string image = folder / "image.db";
    const auto ledger = opened(open_ledger_store(path, sample_chain()));
    const std::uint64_t seed = 7;
    SeededRandom random(seed);
    const auto& blocks = finalized_chain();
    std::size_t shorter = 0;
    for (std::size_t i = 0; i + 2 <= blocks.size(); i += 2) {
        ledger->append(std::span(blocks).subspan(i, 2));
        copy_database(path, image);
        expect_whole(image, i + 2);
        copy_database(path, image);
        std::vector<char> log = read_file(image + "-wal");
        if (i % 6 != 0 || log.empty()) {
            continue;
        }
        const std::size_t cut = random.below(log.size());
        if (random.chance(50)) {
            log.resize(cut);
        } else { // sectors of the end never reached the disk
            std::fill(log.begin() + static_cast<std::ptrdiff_t>(cut), log.end(), 0);
        }
        write_file(image + "-wal", log);
        const auto again = open_ledger_store(image, sample_chain());
        if (!again) {
            continue; // the log held the whole file, from its making on
        }
        const auto tip = (*again)->tip();
        EXPECT_TRUE(!tip || tip->number % 2 == 1) << "half a batch, seed " << seed;
        shorter += !tip || tip->number < i + 1;
        const auto rest = std::span(blocks).subspan(tip ? tip->number + 1 : 0);
        (*again)->append(rest.first(std::min<std::size_t>(rest.size(), 2))); // and it goes on
        expect_whole(image, 2);
    }
    EXPECT_GT(shorter, 5U);
}

/// When the clock of a kill begins to run.
enum class Since { start, first_acknowledgement };

/// Runs `work(acknowledge)` in a process of its own and kills it after a while: the last number it acknowledged.
template <class Work>
std::uint64_t killed_after(std::uint64_t microseconds, Since since, const Work& work) {
    int ends[2] = {};
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        work([&](std::uint64_t number) { (void)!write(ends[1], &number, sizeof number); });
        pause();
        _exit(0);
    }
    close(ends[1]);
    std::uint64_t last = 0;
    std::uint64_t number = 0;
    if (since == Since::first_acknowledgement && read(ends[0], &number, sizeof number) == sizeof number) {
        last = number;
    }
    usleep(static_cast<unsigned>(microseconds));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(ends[0], &number, sizeof number) == sizeof number) {
        last = number;
    }
    close(ends[0]);
    return last;
}

TEST(Crash, kill_9_loses_no_block_that_was_acknowledged) {
    const Folder folder;
    const std::string path = folder / "ledger.db";
    const auto& blocks = finalized_chain(); // made before the children are
    SeededRandom random(11);
    std::uint64_t held = 0;
    std::size_t kills = 0;
    while (held < blocks.size() && kills < 60) {
        const std::uint64_t acknowledged =
            killed_after(random.below(8'000), kills % 2 == 0 ? Since::first_acknowledgement : Since::start,
                         [&](const auto& acknowledge) {
                             const auto ledger = std::move(*open_ledger_store(path, sample_chain()));
                             const auto tip = ledger->tip();
                             for (std::size_t i = tip ? tip->number + 1 : 0; i < blocks.size(); ++i) {
                                 ledger->append(std::span(blocks).subspan(i, 1));
                                 acknowledge(i + 1);
                             }
                         });
        ++kills;
        const auto report = audit_ledger(path, sample_chain());
        if (!report) {
            EXPECT_EQ(acknowledged, 0U) << report.fault().text(); // killed before the file was made
            continue;
        }
        EXPECT_TRUE(report->clean()) << report->findings.front().message;
        EXPECT_GE(report->blocks, acknowledged);
        held = report->blocks;
    }
    EXPECT_GE(kills, 2U);
    EXPECT_GT(held, 0U);
}

TEST(Crash, kill_9_forgets_no_signature_that_was_permitted) {
    const Folder folder;
    const std::string path = folder / "signing.db";
    const ValidatorKey key{{9}};
    const Root genesis{{1}};
    SeededRandom random(12);
    std::uint64_t signed_up_to = 0;
    for (int kills = 0; kills < 20; ++kills) {
        const std::uint64_t acknowledged =
            killed_after(random.below(15'000), kills % 2 == 0 ? Since::first_acknowledgement : Since::start,
                         [&](const auto& acknowledge) {
                             const auto store = std::move(*open_signing_store(path, genesis));
                             for (std::uint64_t target = signed_up_to + 1;; ++target) {
                                 if (store->permit_attestation(key, Epoch{target - 1}, Epoch{target}, Root{{1}})) {
                                     acknowledge(target);
                                 }
                             }
                         });
        if (acknowledged == 0) {
            continue;
        }
        const auto store = opened(open_signing_store(path, genesis));
        EXPECT_FALSE(store->permit_attestation(key, Epoch{acknowledged - 1}, Epoch{acknowledged}, Root{{2}}));
        signed_up_to = acknowledged + 1; // one more may have been recorded
    }
    EXPECT_GE(signed_up_to, 10U);
}

} // namespace
} // namespace quoin::store::test
