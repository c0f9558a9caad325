#include "killer.hpp"

#include <quoin/store/store.hpp>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unit/store/folder.hpp>

namespace quoin::mutants {

namespace {

/// The process is killed with the permit in its hand, the signature on its way to peers.
void a_permit_survives_the_one_who_got_it() {
    const store::test::Folder folder;
    const std::string path = folder / "signing.db";
    const ValidatorKey key{{9}};
    const auto permit = [&](const Root& signing_root) {
        const auto signing = store::open_signing_store(path, Root{{1}});
        return signing.ok() && (*signing)->permit_attestation(key, Epoch{4}, Epoch{5}, signing_root).ok();
    };
    const pid_t child = fork();
    if (child == 0) {
        const auto signing = store::open_signing_store(path, Root{{1}});
        const bool is_permitted =
            signing.ok() && (*signing)->permit_attestation(key, Epoch{4}, Epoch{5}, Root{{2}}).ok();
        if (is_permitted) {
            kill(getpid(), SIGKILL);
        }
        _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the vote was permitted";
    EXPECT_FALSE(permit(Root{{3}})) << "after a crash another vote for the same target is signed";
    EXPECT_TRUE(permit(Root{{2}})) << "the same vote may be signed again";
}

} // namespace

Killers store_killers() {
    return {{Mutant::signature_before_its_record, "a permit survives the one who got it",
             a_permit_survives_the_one_who_got_it}};
}

} // namespace quoin::mutants
