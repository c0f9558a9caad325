// trace_hash FILE SEED COUNT: plays a scenario in memory with COUNT seeds from SEED on, and prints of each the hash
// over every event. It needs no floor above 6, so that any compiler and any configuration can be asked cheaply.

#include "scenario.hpp"

#include <quoin/base/hex.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace quoin;
using namespace quoin::sim;

int fail(const std::string& why) {
    std::cerr << "trace_hash: " << why << '\n';
    return 1;
}

int play(const Lines& lines, std::uint64_t seed) {
    Scenario scenario(lines, {.seed = seed});
    if (const auto played = scenario.run(); !played) {
        return fail(played.fault().text());
    }
    for (const Violation& violation : scenario.violations()) {
        return fail(violation.promise + ": " + violation.text);
    }
    const World& world = *scenario.world();
    std::cout << seed << ' ' << to_hex(world.trace().hash()) << ' ' << world.trace().events() << " events "
              << world.node_slots() << " node-slots " << world.faults().total() << " faults\n";
    return 0;
}

} // namespace

int main(int count, char** words) {
    if (count != 4) {
        return fail("FILE SEED COUNT");
    }
    std::ifstream file(words[1]);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Lines lines = parse_script(text);
    const std::uint64_t first = std::strtoull(words[2], nullptr, 10);
    int status = 0;
    for (std::uint64_t i = 0; i < std::strtoull(words[3], nullptr, 10) && status == 0; ++i) {
        status = play(lines, first + i);
    }
    return status;
}
