#include <quoin/keys/derivation.hpp>
#include <quoin/keys/key_folder.hpp>
#include <quoin/keys/keystore.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace quoin::keys {
namespace {

namespace fs = std::filesystem;

class KeyFolders : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "quoin-keys-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        root = pattern;
    }
    void TearDown() override { fs::remove_all(root); }

    static unsigned mode(const fs::path& path) {
        return static_cast<unsigned>(fs::status(path).permissions() & fs::perms::mask);
    }
    static void chmod(const fs::path& path, unsigned wanted) { fs::permissions(path, static_cast<fs::perms>(wanted)); }
    fs::path validator_file(const std::string& name, std::uint32_t index) {
        const fs::path file = root / name;
        const std::string json = make_keystore(DevelopmentKeys{}.validator(index), validator_path(index), "password",
                                               KeystoreCost::development)
                                     .value();
        EXPECT_TRUE(write_secret_file(file, json));
        return file;
    }

    fs::path root;
};

TEST_F(KeyFolders, a_secret_file_is_for_its_owner_only_whatever_the_umask) {
    const mode_t before = ::umask(0);
    const fs::path folder = root / "a" / "keys";
    EXPECT_TRUE(make_secret_folder(folder));
    EXPECT_TRUE(write_secret_file(folder / "secret", "text"));
    ::umask(before);
    EXPECT_EQ(mode(folder), 0700u);
    EXPECT_EQ(mode(folder / "secret"), 0600u);
    EXPECT_EQ(read_secret_file(folder / "secret").value(), "text");
    EXPECT_TRUE(make_secret_folder(folder)); // again is fine
}

TEST_F(KeyFolders, a_file_open_to_others_is_refused) {
    const fs::path file = root / "secret";
    ASSERT_TRUE(write_secret_file(file, "text"));
    for (const unsigned wide : {0644u, 0640u, 0604u, 0660u, 0610u, 0601u, 0777u}) {
        chmod(file, wide);
        const auto read = read_secret_file(file);
        ASSERT_FALSE(read) << std::oct << wide;
        EXPECT_EQ(read.fault().reason, Reason::keystore_invalid);
        EXPECT_EQ(read.fault().path, file.string());
    }
    chmod(file, 0400);
    EXPECT_TRUE(read_secret_file(file));
}

TEST_F(KeyFolders, a_folder_open_to_others_is_refused) {
    chmod(root, 0750);
    EXPECT_EQ(make_secret_folder(root).fault().reason, Reason::keystore_invalid);
    EXPECT_EQ(KeyFolder::open(root, "password").fault().reason, Reason::keystore_invalid);
}

TEST_F(KeyFolders, a_secret_file_is_never_overwritten) {
    ASSERT_TRUE(write_secret_file(root / "secret", "first"));
    EXPECT_EQ(write_secret_file(root / "secret", "second").fault().reason, Reason::keystore_invalid);
    EXPECT_EQ(read_secret_file(root / "secret").value(), "first");
    EXPECT_EQ(write_secret_file(root / "missing" / "secret", "text").fault().reason, Reason::not_writable);
}

TEST_F(KeyFolders, what_is_missing_large_or_no_file_is_refused) {
    EXPECT_EQ(read_secret_file(root / "nothing").fault().reason, Reason::not_found);
    EXPECT_EQ(read_secret_file(root).fault().reason, Reason::keystore_invalid);
    ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_secret_file(root / "pipe").fault().message, "is not a regular file");
    ASSERT_TRUE(write_secret_file(root / "large", std::string((1 << 20) + 1, 'x')));
    EXPECT_EQ(read_secret_file(root / "large").fault().message, "is larger than 1 MiB");
    ASSERT_TRUE(write_secret_file(root / "full", std::string(1 << 20, 'x')));
    EXPECT_EQ(read_secret_file(root / "full").value().size(), std::size_t{1} << 20);
}

TEST_F(KeyFolders, a_password_is_the_first_line_of_its_file) {
    ASSERT_TRUE(write_secret_file(root / "one", "secret word\n"));
    ASSERT_TRUE(write_secret_file(root / "two", "secret word\r\nanother line"));
    ASSERT_TRUE(write_secret_file(root / "three", "secret word"));
    for (const char* name : {"one", "two", "three"}) {
        EXPECT_EQ(read_password_file(root / name).value(), "secret word");
    }
    chmod(root / "one", 0644);
    EXPECT_FALSE(read_password_file(root / "one"));
}

TEST_F(KeyFolders, all_keystores_open_in_the_order_of_their_names) {
    validator_file("b.json", 0);
    validator_file("a.json", 1);
    const std::string account =
        make_keystore(DevelopmentKeys{}.account(2), account_path(2), "password", KeystoreCost::development).value();
    ASSERT_TRUE(write_secret_file(root / "c.json", account));
    std::ofstream{root / "notes.txt"} << "not a keystore";
    const KeyFolder keys = KeyFolder::open(root, "password").value();
    ASSERT_EQ(keys.validators.size(), 2u);
    EXPECT_EQ(keys.validators[0].public_key(), DevelopmentKeys{}.validator(1).public_key());
    EXPECT_EQ(keys.validators[1].public_key(), DevelopmentKeys{}.validator(0).public_key());
    ASSERT_EQ(keys.accounts.size(), 1u);
    EXPECT_EQ(keys.accounts[0].public_key(), DevelopmentKeys{}.account(2).public_key());
}

TEST_F(KeyFolders, one_bad_file_refuses_the_folder_and_is_named) {
    validator_file("a.json", 0);
    EXPECT_EQ(KeyFolder::open(root, "wrong").fault().reason, Reason::bad_password);
    const fs::path again = validator_file("b.json", 0);
    const Fault twice = KeyFolder::open(root, "password").fault();
    EXPECT_EQ(twice.reason, Reason::duplicate_key);
    EXPECT_EQ(twice.path, again.string());
    fs::remove(again);
    ASSERT_TRUE(write_secret_file(root / "c.json", "{}"));
    const Fault empty = KeyFolder::open(root, "password").fault();
    EXPECT_EQ(empty.reason, Reason::keystore_invalid);
    EXPECT_EQ(empty.path, (root / "c.json").string());
    fs::remove(root / "c.json");
    chmod(root / "a.json", 0644);
    EXPECT_EQ(KeyFolder::open(root, "password").fault().reason, Reason::keystore_invalid);
    EXPECT_EQ(KeyFolder::open(root / "none", "password").fault().reason, Reason::not_found);
}

} // namespace
} // namespace quoin::keys
