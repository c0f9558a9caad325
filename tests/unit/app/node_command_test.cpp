#include "data_folder.hpp"
#include "line.hpp"
#include "scratch.hpp"

#include <netinet/in.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

namespace quoin::test {

namespace {

/// A port that somebody listens on.
class TakenPort {
public:
    TakenPort() {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(socket_, 1), 0);
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
    }
    TakenPort(const TakenPort&) = delete;
    TakenPort& operator=(const TakenPort&) = delete;
    ~TakenPort() { ::close(socket_); }
    std::string text() const { return std::to_string(port_); }

private:
    int socket_ = -1;
    int port_ = 0;
};

/// A folder with a genesis, and a run of a node in it that must end by itself.
class NodeCommand : public testing::Test {
protected:
    void SetUp() override {
        genesis_ = make_genesis("first");
        ASSERT_EQ(start({"--genesis", genesis_, "--api-port", port_.text()}).code, 5); // leaves sound databases behind
    }

    std::string make_genesis(const std::string& name) const {
        const std::string file = scratch_.file(name + ".json");
        EXPECT_EQ(
            quoin({"genesis", "new", "--template", "minimal", "--name", name, "--start-ms", "600000", "--output", file})
                .code,
            0);
        return file;
    }
    Said start(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"node", "--dir", folder()});
        arguments.insert(arguments.end(), {"--peer-port", "0"});
        return quoin(arguments);
    }
    std::string folder() const { return scratch_.file("node"); }

    void set_schema(const std::string& file, int version) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open((folder() + "/" + file).c_str(), &database), SQLITE_OK);
        const std::string text = "PRAGMA user_version = " + std::to_string(version);
        EXPECT_EQ(sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

    Scratch scratch_;
    TakenPort port_;
    std::string genesis_;
};

} // namespace

TEST_F(NodeCommand, a_port_in_use_leaves_with_five) {
    const Said api = start({"--api-port", port_.text()});
    EXPECT_EQ(api.code, 5);
    EXPECT_TRUE(holds(api.error, "PORT_IN_USE")) << api.error;
    const Said peers = quoin({"node", "--dir", folder(), "--api-port", "0", "--peer-port", port_.text()});
    EXPECT_EQ(peers.code, 5);
    EXPECT_TRUE(holds(peers.error, "PORT_IN_USE")) << peers.error;
}

TEST_F(NodeCommand, a_data_folder_of_another_genesis_leaves_with_four) {
    const Said said = start({"--genesis", make_genesis("second")});
    EXPECT_EQ(said.code, 4);
    EXPECT_TRUE(holds(said.error, "WRONG_GENESIS")) << said.error;
}

TEST_F(NodeCommand, databases_of_another_genesis_leave_with_four) {
    std::filesystem::copy_file(make_genesis("second"), folder() + "/genesis.json",
                               std::filesystem::copy_options::overwrite_existing);
    const Said said = start({});
    EXPECT_EQ(said.code, 4);
    EXPECT_TRUE(holds(said.error, "WRONG_GENESIS")) << said.error;
}

TEST_F(NodeCommand, a_newer_schema_leaves_with_four) {
    for (const char* file : {"signing.db", "ledger.db", "chain.db"}) {
        set_schema(file, 999);
        const Said said = start({});
        EXPECT_EQ(said.code, 4) << file;
        EXPECT_TRUE(holds(said.error, "NEWER_SCHEMA")) << said.error;
    }
}

TEST_F(NodeCommand, a_file_that_is_no_database_leaves_with_four) {
    std::ofstream{folder() + "/ledger.db"} << "not a database, but long enough to look like some file of somebody else";
    EXPECT_EQ(start({}).code, 4);
}

TEST_F(NodeCommand, what_is_no_folder_leaves_with_four) {
    const std::string file = scratch_.write("file", "");
    EXPECT_EQ(quoin({"node", "--dir", file}).code, 4);
    EXPECT_EQ(quoin({"node", "--dir", file + "/below"}).code, 4);
    const Said unwritable = quoin({"node", "--dir", "/proc/quoin"});
    EXPECT_EQ(unwritable.code, 4);
    EXPECT_TRUE(holds(unwritable.error, "NOT_WRITABLE")) << unwritable.error;
}

TEST_F(NodeCommand, a_folder_that_another_process_works_in_leaves_with_four) {
    const auto held = app::DataFolder::open(folder());
    ASSERT_TRUE(held.ok());
    const Said said = start({});
    EXPECT_EQ(said.code, 4);
    EXPECT_TRUE(holds(said.error, "BUSY")) << said.error;
}

TEST_F(NodeCommand, settings_that_are_wrong_leave_with_three) {
    std::ofstream{folder() + "/node.toml"} << "api_prot = 1\n";
    const Said said = start({});
    EXPECT_EQ(said.code, 3);
    EXPECT_TRUE(holds(said.error, "api_prot")) << said.error;
    std::ofstream{folder() + "/node.toml"} << "";
    EXPECT_EQ(start({"--log", "xml"}).code, 3);
    EXPECT_EQ(start({"--log-level", "loud"}).code, 3);
    EXPECT_EQ(start({"--peer", "nowhere"}).code, 3);
    EXPECT_EQ(start({"--graffiti", std::string(33, 'x')}).code, 3);
}

TEST_F(NodeCommand, keystores_that_others_may_read_leave_with_three) {
    ASSERT_EQ(quoin({"keys", "new", "--dir", folder() + "/keys", "--key", "dev:0"}).code, 0);
    for (const auto& entry : std::filesystem::directory_iterator{folder() + "/keys"}) {
        std::filesystem::permissions(entry.path(), std::filesystem::perms{0644});
    }
    const Said said = start({});
    EXPECT_EQ(said.code, 3);
    EXPECT_TRUE(holds(said.error, "open to other users")) << said.error;
}

TEST_F(NodeCommand, a_published_key_is_refused_where_the_genesis_is_not_marked) {
    ASSERT_EQ(quoin({"keys", "new", "--dir", folder() + "/keys", "--key", "dev:7"}).code, 0);
    EXPECT_EQ(start({"--api-port", port_.text()}).code, 5) << "marked: it comes as far as its ports";

    const std::string other = scratch_.file("unmarked");
    std::string genesis = scratch_.read("first.json");
    for (std::size_t at = 0; (at = genesis.find("\"development\": true")) != std::string::npos;) {
        genesis.replace(at, 19, "\"development\": false");
    }
    ASSERT_EQ(quoin({"keys", "new", "--dir", other + "/keys", "--key", "dev:7"}).code, 0);
    const Said said =
        quoin({"node", "--dir", other, "--genesis", scratch_.write("unmarked.json", genesis), "--peer-port", "0"});
    EXPECT_EQ(said.code, 3);
    EXPECT_TRUE(holds(said.error, "published development key")) << said.error;
}

TEST_F(NodeCommand, a_template_is_no_genesis_to_run) {
    const Said said = quoin({"node", "--dir", scratch_.file("fresh"), "--genesis", "devnet"});
    EXPECT_EQ(said.code, 3);
    EXPECT_TRUE(holds(said.error, "template")) << said.error;
    EXPECT_EQ(quoin({"node", "--dir", scratch_.file("fresh")}).code, 3) << "nor is none";
}

} // namespace quoin::test
