#include "timeline.hpp"

#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

namespace {

constexpr std::size_t rows_max = 48;
constexpr std::size_t notes_max = 6;

std::string range(std::uint64_t least, std::uint64_t most) {
    return least == most ? std::to_string(most) : std::to_string(least) + "-" + std::to_string(most);
}

} // namespace

void Timeline::enter_slot() {
    const Slot slot = world_.slot();
    if (rows_.empty() || slot.value >= rows_.back().first.value + slots_per_row_) {
        if (rows_.size() == rows_max) {
            join_rows();
        }
        rows_.push_back({slot, slot, world_.size(), 0, 0, 0, 0, 0, {}, 0});
    }
    Row& row = rows_.back();
    row.last = slot;
    std::size_t up = 0;
    for (std::size_t i = 0; i < world_.size(); ++i) {
        up += world_.node(i).is_up() ? 1 : 0;
        row.finalized = std::max(row.finalized, world_.node(i).view()->certified.epoch.value);
    }
    row.up_least = std::min(row.up_least, up);
    row.up_most = std::max(row.up_most, up);
    row.split_slots += world_.network().is_whole() ? 0 : 1;
    const std::uint64_t finalized_slot = first_slot_of(world_.chain().spec(), Epoch{row.finalized}).value;
    row.lag_most = std::max(row.lag_most, slot.value - std::min(slot.value, finalized_slot));
    row.faults += world_.faults().total() - faults_before_;
    faults_before_ = world_.faults().total();
    take_told();
}

void Timeline::take_told() {
    for (; told_ < world_.told().size(); ++told_) {
        add_note(world_.told()[told_].slot, world_.told()[told_].what);
    }
}

void Timeline::note(const std::string& what) {
    add_note(world_.slot(), what);
}

void Timeline::add_note(Slot slot, const std::string& what) {
    if (rows_.empty()) {
        return;
    }
    if (rows_.back().notes.size() < notes_max) {
        rows_.back().notes.push_back("slot " + std::to_string(slot.value) + ": " + what);
    } else {
        ++rows_.back().notes_left_out;
    }
}

/// Each two become one.
void Timeline::join_rows() {
    std::vector<Row> joined;
    for (std::size_t i = 0; i + 1 < rows_.size(); i += 2) {
        Row row = std::move(rows_[i]);
        Row& next = rows_[i + 1];
        row.last = next.last;
        row.up_least = std::min(row.up_least, next.up_least);
        row.up_most = std::max(row.up_most, next.up_most);
        row.split_slots += next.split_slots;
        row.finalized = std::max(row.finalized, next.finalized);
        row.lag_most = std::max(row.lag_most, next.lag_most);
        row.faults += next.faults;
        row.notes_left_out += next.notes_left_out;
        for (std::string& note : next.notes) {
            if (row.notes.size() < notes_max) {
                row.notes.push_back(std::move(note));
            } else {
                ++row.notes_left_out;
            }
        }
        joined.push_back(std::move(row));
    }
    rows_ = std::move(joined);
    slots_per_row_ *= 2;
}

std::string Timeline::text_of(const Row& row) const {
    std::string text = "slot " + range(row.first.value, row.last.value) + "  up " + range(row.up_least, row.up_most) +
                       " of " + std::to_string(world_.size());
    if (row.split_slots != 0) {
        text += "  split for " + std::to_string(row.split_slots) + " slots";
    }
    return text + "  finalized epoch " + std::to_string(row.finalized) + ", " + std::to_string(row.lag_most) +
           " slots behind at most  faults " + std::to_string(row.faults);
}

std::vector<std::string> Timeline::text() {
    take_told();
    std::vector<std::string> lines;
    for (const Row& row : rows_) {
        lines.push_back(text_of(row));
        for (const std::string& note : row.notes) {
            lines.push_back("    " + note);
        }
        if (row.notes_left_out != 0) {
            lines.push_back("    and " + std::to_string(row.notes_left_out) + " more");
        }
    }
    return lines;
}

} // namespace quoin::sim
