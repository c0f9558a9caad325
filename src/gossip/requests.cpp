#include "requests.hpp"

namespace quoin::gossip {

bool Requests::add(engine::BlockRequest request) {
    if (waiting_.size() >= waiting_max) {
        return false;
    }
    waiting_.push_back({next_id_++, std::move(request)});
    return true;
}

std::optional<Requests::Outgoing> Requests::next(std::uint64_t now_ms) {
    if (waiting_.empty() || in_flight_.size() >= in_flight_max_) {
        return std::nullopt;
    }
    std::optional<Outgoing> outgoing{std::move(waiting_.front())};
    waiting_.pop_front();
    in_flight_.emplace(outgoing->id, now_ms);
    return outgoing;
}

Requests::Verdict Requests::answered(std::uint64_t id) {
    if (in_flight_.erase(id) == 1) {
        return Verdict::asked;
    }
    return id != 0 && id < next_id_ ? Verdict::late : Verdict::never_asked;
}

std::size_t Requests::expire(std::uint64_t now_ms) {
    return std::erase_if(in_flight_, [&](const auto& entry) { return now_ms - entry.second > timeout_ms_; });
}

} // namespace quoin::gossip
