#include "folder.hpp"
#include "identity.hpp"

#include <quoin/gossip/gossip.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace quoin::gossip {
namespace {

namespace fs = std::filesystem;

TEST(Identity, is_made_once_and_kept_readable_by_its_owner_alone) {
    const TemporaryFolder folder;
    const std::string tls = folder.path("node/tls");
    const auto made = ensure_identity(tls);
    ASSERT_TRUE(made) << made.fault().text();
    EXPECT_EQ(fs::status(tls).permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(tls + "/key.pem").permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(ensure_identity(tls).value(), *made);
}

TEST(Identity, two_folders_are_two_peers) {
    const TemporaryFolder folder;
    EXPECT_NE(ensure_identity(folder.path("a")).value(), ensure_identity(folder.path("b")).value());
}

TEST(Identity, a_lost_certificate_is_made_anew_for_the_same_peer) {
    const TemporaryFolder folder;
    const auto made = ensure_identity(folder.path("tls"));
    fs::remove(folder.path("tls/certificate.pem"));
    EXPECT_EQ(ensure_identity(folder.path("tls")).value(), *made);
}

TEST(Identity, a_key_that_others_may_read_is_refused) {
    const TemporaryFolder folder;
    ASSERT_TRUE(ensure_identity(folder.path("tls")));
    fs::permissions(folder.path("tls/key.pem"), fs::perms::group_read, fs::perm_options::add);
    EXPECT_EQ(ensure_identity(folder.path("tls")).fault().reason, Reason::config_invalid);
}

TEST(Identity, a_damaged_file_or_a_certificate_of_another_key_is_refused) {
    const TemporaryFolder folder;
    ASSERT_TRUE(ensure_identity(folder.path("a")));
    ASSERT_TRUE(ensure_identity(folder.path("b")));
    fs::copy_file(folder.path("a/certificate.pem"), folder.path("b/certificate.pem"),
                  fs::copy_options::overwrite_existing);
    EXPECT_EQ(ensure_identity(folder.path("b")).fault().reason, Reason::config_invalid);
    std::ofstream{folder.path("a/key.pem")} << "nonsense";
    EXPECT_EQ(ensure_identity(folder.path("a")).fault().reason, Reason::config_invalid);
}

} // namespace
} // namespace quoin::gossip
