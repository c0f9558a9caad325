#include "http.hpp"
#include "json.hpp"
#include "line.hpp"
#include "scratch.hpp"
#include "testnet_file.hpp"
#include "testnet_folder.hpp"

namespace quoin::test {

TEST(CommandLine, what_is_not_understood_leaves_with_two) {
    EXPECT_EQ(quoin({}).code, 2);
    EXPECT_EQ(quoin({"frobnicate"}).code, 2);
    EXPECT_EQ(quoin({"node"}).code, 2);
    EXPECT_EQ(quoin({"transfer", "--from", "dev:0"}).code, 2);
    EXPECT_EQ(quoin({"testnet", "fault", "bribe"}).code, 2);
    EXPECT_EQ(quoin({"stake", "--from", "dev:0", "--amount", "1"}).code, 2);
    EXPECT_EQ(quoin({"unstake", "--from", "dev:0", "--validator", "0"}).code, 2);
    EXPECT_EQ(quoin({"status", "--node", "nowhere"}).code, 2);
    EXPECT_EQ(quoin({"stake", "--from", "dev:x", "--key", "dev:0", "--amount", "1", "--node", "127.0.0.1:1"}).code, 2);
    EXPECT_EQ(quoin({"stake", "--from", "dev:0", "--key", "dev:0", "--amount", "x", "--node", "127.0.0.1:1"}).code, 2);
}

TEST(CommandLine, every_command_has_help_with_an_example) {
    const std::vector<std::vector<std::string>> commands{{"testnet"},
                                                         {"testnet", "fault"},
                                                         {"node"},
                                                         {"genesis", "new"},
                                                         {"genesis", "hash"},
                                                         {"genesis", "show"},
                                                         {"genesis", "validate"},
                                                         {"keys", "new"},
                                                         {"keys", "import"},
                                                         {"keys", "export"},
                                                         {"keys", "list"},
                                                         {"account", "new"},
                                                         {"account", "show"},
                                                         {"transfer"},
                                                         {"stake"},
                                                         {"unstake"},
                                                         {"withdraw"},
                                                         {"status"},
                                                         {"validators"},
                                                         {"watch"},
                                                         {"verify", "finality"},
                                                         {"audit"}};
    for (std::vector<std::string> command : commands) {
        command.emplace_back("--help");
        const Said said = quoin(command);
        EXPECT_EQ(said.code, 0) << command.front();
        EXPECT_TRUE(holds(said.out, "Example: quoin " + command.front())) << said.out;
    }
    EXPECT_EQ(quoin({"--version"}).out, "quoin 0.1.0\n");
}

TEST(CommandLine, nobody_at_the_other_end_leaves_with_five) {
    const Scratch scratch;
    EXPECT_EQ(quoin({"status", "--node", "http://127.0.0.1:1"}).code, 5);
    EXPECT_EQ(quoin({"status", "--testnet", scratch.path().string()}).code, 5);
    EXPECT_EQ(quoin({"testnet", "fault", "kill", "--dir", scratch.path().string()}).code, 5);
    EXPECT_EQ(quoin({"watch", "--node", "http://127.0.0.1:1", "--patience", "0"}).code, 5);
}

TEST(CommandLine, keys_and_accounts_are_made_shown_and_copied) {
    const Scratch scratch;
    const std::string password = scratch.write("password", "correct horse\n");
    std::filesystem::permissions(password, std::filesystem::perms{0600});
    const std::string folder = scratch.file("keys");
    const Said made = quoin({"keys", "new", "--dir", folder, "--key", "dev:3", "--json"});
    ASSERT_EQ(made.code, 0) << made.error;
    const std::string public_key = app::Json::parse(made.out)->text("/public_key");
    EXPECT_TRUE(holds(quoin({"keys", "list", "--dir", folder}).out, public_key));
    EXPECT_EQ(quoin({"keys", "export", public_key, "--dir", folder, "--output", scratch.file("copy.json")}).code, 0);
    EXPECT_EQ(quoin({"keys", "export", "0x00", "--dir", folder, "--output", scratch.file("none.json")}).code, 3);
    const Said wrong = quoin(
        {"keys", "import", scratch.file("copy.json"), "--dir", scratch.file("other"), "--password-file", password});
    EXPECT_EQ(wrong.code, 3);
    EXPECT_TRUE(holds(wrong.error, "BAD_PASSWORD")) << wrong.error;
    EXPECT_TRUE(holds(quoin({"account", "show", "dev:4"}).out, "0x643c7aa0544e77fec3a7eb66af79f9cc98bada48"));
    EXPECT_EQ(quoin({"account", "show", scratch.file("copy.json")}).code, 3) << "a validator's is no account's";
}

TEST(CommandLine, no_proof_at_all_is_a_negative_verdict) {
    const Scratch scratch;
    ASSERT_EQ(quoin({"genesis", "new", "--template", "minimal", "--start-ms", "1000", "--output",
                     scratch.file("genesis.json")})
                  .code,
              0);
    for (const char* text : {"", "{", "{}", "null", "\x01\x02\x03"}) {
        const Said said =
            quoin({"verify", "finality", scratch.write("proof.json", text), "--genesis", scratch.file("genesis.json")});
        EXPECT_EQ(said.code, 1) << text << said.out << said.error;
    }
    EXPECT_EQ(quoin({"verify", "finality", scratch.file("absent"), "--genesis", scratch.file("genesis.json")}).code, 3);
    EXPECT_EQ(quoin({"audit", "--dir", scratch.path().string()}).code, 4);
}

TEST(CommandLine, a_testnet_needs_a_folder_and_validators_it_can_run) {
    const Scratch scratch;
    scratch.write("something", "else");
    EXPECT_EQ(quoin({"testnet", "--dir", scratch.path().string()}).code, 4);
    EXPECT_EQ(quoin({"testnet", "--dir", scratch.file("something")}).code, 4);
    EXPECT_EQ(quoin({"testnet", "--dir", scratch.file("new"), "--genesis", scratch.file("absent.json")}).code, 3);
}

TEST(CommandLine, a_testnet_that_is_there_stays_as_it_is) {
    const Scratch scratch;
    const std::string folder = scratch.file("testnet");
    const app::TestnetFolder made = app::make_testnet_folder({folder, "", 2, false, {}});
    EXPECT_FALSE(made.is_continued);
    EXPECT_EQ(made.nodes[0].validators, (std::vector<std::size_t>{0, 2}));
    const app::TestnetFolder again = app::make_testnet_folder({folder, "devnet", 0, false, {}});
    EXPECT_TRUE(again.is_continued);
    EXPECT_EQ(again.chain->genesis_root, made.chain->genesis_root);
    EXPECT_EQ(again.nodes.size(), 2U);
    EXPECT_EQ(again.nodes[1].peer_id, made.nodes[1].peer_id);

    EXPECT_EQ(quoin({"testnet", "--dir", folder, "--genesis", "minimal"}).code, 4);
    EXPECT_EQ(quoin({"testnet", "--dir", folder, "--genesis", "nothing"}).code, 3);
    EXPECT_EQ(quoin({"testnet", "--dir", folder, "--nodes", "4"}).code, 4) << "a validator would lose its records";
    EXPECT_FALSE(app::make_testnet_folder({folder, "minimal", 0, true, {}}).is_continued) << "unless it starts over";
}

TEST(CommandLine, a_testnets_spec_can_be_changed_when_it_is_made_and_not_later) {
    const Scratch scratch;
    const std::string folder = scratch.file("testnet");
    const std::vector<std::string> slower{"slot_ms=500", "epochs_per_era=16"};
    const app::TestnetFolder made = app::make_testnet_folder({folder, "", 4, false, slower});
    EXPECT_EQ(made.chain->spec().slot_ms, 500U);
    EXPECT_EQ(made.chain->spec().epochs_per_era, 16U);
    EXPECT_EQ(app::make_testnet_folder({folder, "", 0, false, {}}).chain->genesis_root, made.chain->genesis_root);
    EXPECT_EQ(app::make_testnet_folder({folder, "devnet", 0, false, slower}).chain->genesis_root,
              made.chain->genesis_root);
    EXPECT_EQ(quoin({"testnet", "--dir", folder, "--set", "slot_ms=250"}).code, 4);
    EXPECT_EQ(quoin({"testnet", "--dir", folder, "--genesis", "devnet"}).code, 4);
}

TEST(CommandLine, a_setting_that_does_not_fit_names_its_field_and_leaves_an_old_testnet_alone) {
    const Scratch scratch;
    const std::string folder = scratch.file("testnet");
    const app::TestnetFolder made = app::make_testnet_folder({folder, "", 4, false, {}});
    const std::vector<std::tuple<std::string, int, std::string>> cases{
        {"slots=1", 2, "slots=1"},     {"slot_ms", 2, "slot_ms"},        {"slot_ms=fast", 2, "slot_ms"},
        {"pacing=brisk", 2, "pacing"}, {"slot_ms=1", 3, "spec.slot_ms"}, {"min_slot_ms=251", 3, "spec.min_slot_ms"}};
    for (const auto& [setting, code, named] : cases) {
        const Said said = quoin({"testnet", "--dir", folder, "--new", "--set", setting});
        EXPECT_EQ(said.code, code) << setting;
        EXPECT_TRUE(holds(said.error, named)) << said.error;
    }
    EXPECT_EQ(app::make_testnet_folder({folder, "", 0, false, {}}).chain->genesis_root, made.chain->genesis_root);
}

TEST(NodeUrl, is_a_host_and_a_port) {
    EXPECT_EQ(app::parse_node_url("http://127.0.0.1:9700/")->text(), "http://127.0.0.1:9700");
    EXPECT_EQ(app::parse_node_url("127.0.0.1:9700")->port, "9700");
    for (const char* text : {"", "127.0.0.1", "http://", "http://:1", "https://a:1", "a:b", "a:123456", "a/b:1"}) {
        EXPECT_FALSE(app::parse_node_url(text).ok()) << text;
    }
}

TEST(TestnetFile, reads_what_it_writes) {
    const Scratch scratch;
    app::TestnetFile file;
    file.genesis = scratch.file("genesis.json");
    file.genesis_root = "0x01";
    file.pid = 7;
    file.nodes = {{1, "0xaa", "127.0.0.1:1", "127.0.0.1:2", "token \"1\""}, {2, "0xbb", "a:3", "b:4", ""}};
    const auto read = app::read_testnet_file(scratch.write("testnet.json", file.json()));
    ASSERT_TRUE(read.ok()) << read.fault().text();
    EXPECT_EQ(read->nodes, file.nodes);
    EXPECT_EQ(read->genesis, file.genesis);
    EXPECT_EQ(read->nodes[0].peer(), "0xaa@127.0.0.1:1");
    EXPECT_EQ(app::read_testnet_file(scratch.write("x.json", "{}")).fault().reason, Reason::config_invalid);
    EXPECT_EQ(app::read_testnet_file(scratch.file("absent")).fault().reason, Reason::not_found);
}

} // namespace quoin::test
