#include "control.hpp"
#include "scratch.hpp"

#include <thread>

namespace quoin::app {

TEST(Control, a_question_gets_its_answer_however_deep_the_folder_lies) {
    const test::Scratch scratch;
    const std::filesystem::path folder = scratch.path() / std::string(150, 'd'); // longer than a socket's path may be
    std::filesystem::create_directory(folder);
    EXPECT_FALSE(testnet_runs_in(folder));
    {
        const ControlDoor door(folder);
        std::thread supervisor([&] {
            door.serve([](const std::string& question) -> Result<std::string> { return "heard " + question; });
            door.serve([](const std::string&) -> Result<std::string> {
                return Fault{Reason::out_of_range, "node", "there is\nnone"};
            });
        });
        EXPECT_EQ(*ask_testnet(folder, "kill 2"), "heard kill 2");
        EXPECT_EQ(ask_testnet(folder, "kill 9").fault().message, "node: there is none");
        supervisor.join();
        const auto mode = std::filesystem::status(folder / "control.sock").permissions();
        EXPECT_EQ(mode, std::filesystem::perms{0600});
    }
    EXPECT_EQ(ask_testnet(folder, "kill 2").fault().reason, Reason::not_found);
}

TEST(Control, a_socket_left_behind_is_replaced) {
    const test::Scratch scratch;
    scratch.write("control.sock", "");
    const ControlDoor door(scratch.path());
    EXPECT_TRUE(testnet_runs_in(scratch.path()));
}

} // namespace quoin::app
