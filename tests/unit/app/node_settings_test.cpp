#include "node_settings.hpp"
#include "scratch.hpp"

namespace quoin::app {

namespace {

Result<NodeSettings> read(const std::string& toml) {
    const test::Scratch scratch;
    return read_node_file(scratch.write("node.toml", toml));
}

} // namespace

TEST(NodeSettings, a_folder_without_the_file_has_none) {
    const test::Scratch scratch;
    const auto settings = read_node_file(scratch.file("node.toml"));
    ASSERT_TRUE(settings.ok());
    EXPECT_FALSE(settings->api_port);
}

TEST(NodeSettings, all_kinds_of_values_are_read) {
    const auto settings = read("peers = [\"127.0.0.1:1\", \"127.0.0.1:2\"]\napi_port = 0\ndiscover = false\n"
                               "log = \"json\"\nverifier_threads = 3\n");
    ASSERT_TRUE(settings.ok()) << settings.fault().text();
    EXPECT_EQ(settings->peers->size(), 2U);
    EXPECT_EQ(*settings->api_port, 0);
    EXPECT_FALSE(*settings->discover);
    EXPECT_EQ(*settings->log, "json");
    EXPECT_EQ(*settings->verifier_threads, 3U);
}

TEST(NodeSettings, a_password_file_is_sought_in_the_folder_of_the_file) {
    const test::Scratch scratch;
    const auto settings = read_node_file(scratch.write("node.toml", "password_file = \"password\"\n"));
    ASSERT_TRUE(settings.ok());
    EXPECT_EQ(*settings->password_file, scratch.file("password"));
}

TEST(NodeSettings, unknown_keys_wrong_types_and_broken_toml_are_refused_by_name) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"api_prot = 1\n", "api_prot"},     {"api_port = \"9700\"\n", "api_port"},
        {"api_port = 65536\n", "api_port"}, {"api_port = -1\n", "api_port"},
        {"peers = \"a\"\n", "peers"},       {"peers = [1]\n", "peers"},
        {"discover = 1\n", "discover"},     {"[table]\nx = 1\n", "table"},
        {"api_port = \n", "node.toml:1"},   {"log = \"text\"\nlog = \"json\"\n", "node.toml:2"}};
    for (const auto& [toml, named] : cases) {
        const auto settings = read(toml);
        ASSERT_FALSE(settings.ok()) << toml;
        EXPECT_EQ(settings.fault().reason, Reason::config_invalid);
        EXPECT_NE(settings.fault().path.find(named), std::string::npos) << settings.fault().text();
    }
}

TEST(NodeSettings, flags_win_over_the_file) {
    NodeSettings flags;
    flags.api_port = 1;
    NodeSettings file;
    file.api_port = 2;
    file.peer_port = 3;
    const NodeSettings settings = merged(flags, file);
    EXPECT_EQ(*settings.api_port, 1);
    EXPECT_EQ(*settings.peer_port, 3);
    EXPECT_FALSE(settings.log);
}

} // namespace quoin::app
