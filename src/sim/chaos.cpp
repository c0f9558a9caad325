#include "chaos.hpp"

#include <algorithm>

namespace quoin::sim {

namespace {

class Storm {
public:
    Storm(int line_number, std::uint64_t nodes, std::uint64_t slot_ms, SeededRandom& random)
        : number_(line_number), nodes_(nodes), slot_ms_(slot_ms), random_(random) {}

    /// Ends healed and run until finality is owed.
    void blow(std::uint64_t slots, std::uint64_t finality_slots) {
        for (std::uint64_t passed = 0; passed < slots;) {
            break_or_mend();
            const std::uint64_t calm = 1 + random_.below(8);
            add({"run", std::to_string(calm)});
            passed += calm;
        }
        add({"heal"});
        add({"expect", "finality-within", std::to_string(finality_slots), "slots", "of", "heal"});
    }

    Lines lines;

private:
    void break_or_mend() {
        switch (random_.below(16)) {
        case 0:
        case 1:
            return add({"lose", below(40)});
        case 2:
            return add({"duplicate", below(30)});
        case 3:
            return add({"reorder", below(30)});
        case 4:
        case 5:
            return add({"delay", "1", std::to_string(1 + random_.below(slot_ms_ * 6 / 5))});
        case 6:
            return add({"link", below(nodes_), below(nodes_), "lose", below(100)});
        case 7:
            return split();
        case 8:
        case 9:
            return add({"unite"});
        case 10:
            return add({"crash", below(nodes_)});
        case 11:
        case 12:
        case 13:
            return add({"restart", below(nodes_)});
        case 14:
            return add({"skew", below(nodes_), signed_below(slot_ms_)});
        default:
            return add({"drift", below(nodes_), signed_below(20'000)});
        }
    }

    void split() {
        Line line{number_, {"split"}};
        std::vector<std::string> other{"|"};
        for (std::uint64_t node = 0; node < nodes_; ++node) {
            (random_.below(2) == 0 ? line.words : other).push_back(std::to_string(node));
        }
        line.words.insert(line.words.end(), other.begin(), other.end());
        lines.push_back(std::move(line));
    }

    std::string below(std::uint64_t bound) { return std::to_string(random_.below(bound)); }
    std::string signed_below(std::uint64_t bound) {
        return std::to_string(static_cast<std::int64_t>(random_.below(2 * bound)) - static_cast<std::int64_t>(bound));
    }
    void add(std::vector<std::string> words) { lines.push_back({number_, std::move(words)}); }

    int number_;
    std::uint64_t nodes_;
    std::uint64_t slot_ms_;
    SeededRandom& random_;
};

} // namespace

Lines chaos(int line_number, std::uint64_t slots, std::uint64_t nodes, std::uint64_t slot_ms,
            std::uint64_t finality_slots, SeededRandom& random) {
    Storm storm(line_number, nodes, slot_ms, random);
    for (std::uint64_t passed = 0; passed < slots;) {
        const std::uint64_t storm_slots = std::min(slots - passed, 100 + random.below(300));
        storm.blow(storm_slots, finality_slots);
        passed += storm_slots + finality_slots;
    }
    return std::move(storm.lines);
}

} // namespace quoin::sim
