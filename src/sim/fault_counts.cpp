#include "fault_counts.hpp"

#include <numeric>

namespace quoin::sim {

std::uint64_t FaultCounts::total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::string FaultCounts::text() const {
    std::string text;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] != 0) {
            text += (text.empty() ? "" : ", ") + std::string{fault_names[i]} + " " + std::to_string(counts_[i]);
        }
    }
    return text.empty() ? "none" : text;
}

FaultCounts& FaultCounts::operator+=(const FaultCounts& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        counts_[i] += other.counts_[i];
    }
    return *this;
}

} // namespace quoin::sim
