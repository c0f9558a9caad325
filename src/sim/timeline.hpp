#pragma once

#include "world.hpp"

#include <string>
#include <vector>

namespace quoin::sim {

/// What happened when, in so few rows that a person can read them: as a run grows longer, rows are joined.
class Timeline {
public:
    explicit Timeline(const World& world) : world_(world) {}

    /// At the start of each slot.
    void enter_slot();
    /// Something a script did.
    void note(const std::string& what);

    /// One line a row, and under it what happened in it.
    std::vector<std::string> text();

private:
    struct Row {
        Slot first;
        Slot last;
        std::size_t up_least = 0;
        std::size_t up_most = 0;
        std::uint64_t split_slots = 0;
        std::uint64_t finalized = 0; ///< epoch, by the furthest node
        std::uint64_t lag_most = 0;  ///< slots from the furthest node's finality to the clock
        std::uint64_t faults = 0;
        std::vector<std::string> notes;
        std::uint64_t notes_left_out = 0;
    };

    void take_told();
    void add_note(Slot slot, const std::string& what);
    void join_rows();
    std::string text_of(const Row& row) const;

    const World& world_;
    std::vector<Row> rows_;
    std::uint64_t slots_per_row_ = 8;
    std::uint64_t faults_before_ = 0;
    std::size_t told_ = 0;
};

} // namespace quoin::sim
