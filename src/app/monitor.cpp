#include "monitor.hpp"

#include "http.hpp"
#include "json.hpp"
#include "time.hpp"

#include <quoin/types/clock.hpp>

#include <algorithm>
#include <cstdlib>

namespace quoin::app {

namespace {

constexpr std::uint64_t answer_ms_max = 700;
constexpr std::size_t recent_max = 8;
/// Finality so many slots behind the clock is worth a word.
constexpr std::uint64_t stalled_slots = 12;

std::optional<std::string> body_of(const std::string& api_address, const std::string& target) {
    const auto url = parse_node_url(api_address);
    auto answer = url ? get(*url, target, answer_ms_max) : Result<HttpAnswer>{url.fault()};
    return answer && answer->status == 200 ? std::optional{std::move(answer->body)} : std::nullopt;
}

std::optional<Json> json_of(const std::string& api_address, const std::string& target) {
    const auto body = body_of(api_address, target);
    const auto json = body ? Json::parse(*body) : Result<Json>{Fault{Reason::unavailable, "", ""}};
    return json ? std::optional{*json} : std::nullopt;
}

/// The value of a metric without labels; zero when it is not there.
double metric(const std::string& text, const std::string& name) {
    const std::size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

} // namespace

Picture Monitor::look(NodeGroup& group, const Chain& chain) {
    Picture picture;
    picture.nodes.resize(group.size());
    for (std::size_t node = 0; node < group.size(); ++node) {
        ask(group, node, picture);
    }
    slot_ = std::max(slot_, picture.slot);
    picture.slot = chain.spec().pacing == Pacing::timer
                       ? slot_at(chain.spec(), chain.genesis.time_ms, wall_clock_ms()).value
                       : slot_;
    const auto speaker =
        std::find_if(picture.nodes.begin(), picture.nodes.end(), [](const auto& n) { return n.answers; });
    if (speaker != picture.nodes.end()) {
        measure_finality(speaker->api_address, picture);
        name_slashed(speaker->api_address);
    }
    for (std::string& text : group.take_events()) {
        tell(std::move(text));
    }
    const bool is_stalled = picture.slot > picture.finalized_slot + stalled_slots;
    if (speaker != picture.nodes.end() && is_stalled != is_stalled_) {
        is_stalled_ = is_stalled;
        tell(is_stalled ? "finality stands still at slot " + std::to_string(picture.finalized_slot)
                        : std::string{"finality goes on"});
    }
    for (std::string& text : std::exchange(told_, {})) {
        picture.fresh.push_back({picture.slot, std::move(text)});
        recent_.push_back(picture.fresh.back());
    }
    while (recent_.size() > recent_max) {
        recent_.pop_front();
    }
    picture.recent = recent_;
    return picture;
}

void Monitor::ask(const NodeGroup& group, std::size_t node, Picture& picture) {
    Picture::Node& seen = picture.nodes[node];
    const NodeGroup::Member& member = group.member(node);
    seen.api_address = member.running ? member.running->api_address : "";
    if (group.state(node) != NodeGroup::State::running) {
        seen.state = group.state(node) == NodeGroup::State::paused ? "paused" : "stopped (" + member.ended + ")";
        return;
    }
    const auto status = json_of(seen.api_address, "/v1/status");
    if (!status) {
        seen.state = "silent";
        return;
    }
    seen.answers = true;
    seen.state = status->flag("/data/syncing") ? "syncing" : "ok";
    seen.head_slot = status->number("/data/head/slot");
    seen.finalized_slot = status->number("/data/finalized/slot");
    seen.peers = status->number("/data/peers");
    picture.slot = std::max(picture.slot, status->number("/data/current_slot"));
    picture.head_slot = std::max(picture.head_slot, seen.head_slot);
    picture.finalized_slot = std::max(picture.finalized_slot, seen.finalized_slot);
    picture.justified_epoch = std::max(picture.justified_epoch, status->number("/data/justified/epoch"));
    const std::uint64_t validators = status->number("/data/duty_validators");
    picture.validators = std::max(picture.validators, validators);
    if (validators > 0 && picture.validators == validators && validators != duty_validators_) {
        if (duty_validators_ != 0) {
            tell("validators on duty: " + std::to_string(duty_validators_) + " -> " + std::to_string(validators));
        }
        duty_validators_ = validators;
    }
}

void Monitor::name_slashed(const std::string& api_address) {
    const auto evidence = json_of(api_address, "/v1/evidence?limit=100&after=" + evidence_id_);
    const std::size_t count = evidence ? evidence->size("/data") : 0;
    if (count == 0) {
        return;
    }
    evidence_id_ = evidence->text("/data/" + std::to_string(count - 1) + "/id");
    const auto validators = json_of(api_address, "/v1/validators?limit=1000");
    for (std::size_t i = 0; validators && i < validators->size("/data"); ++i) {
        const std::string at = "/data/" + std::to_string(i);
        const std::string index = validators->text(at + "/index");
        if (validators->flag(at + "/slashed") && slashed_.insert(index).second) {
            tell("validator " + index + " was slashed");
        }
    }
}

void Monitor::measure_finality(const std::string& api_address, Picture& picture) {
    const auto text = body_of(api_address, "/metrics");
    if (!text) {
        return;
    }
    const double sum_s = metric(*text, "quoin_finality_latency_seconds_sum");
    const double count = metric(*text, "quoin_finality_latency_seconds_count");
    if (api_address == measured_at_ && count > latency_count_) {
        constexpr double ms_per_s = 1'000;
        picture.finality_ms =
            static_cast<std::uint64_t>((sum_s - latency_sum_s_) / (count - latency_count_) * ms_per_s);
    }
    measured_at_ = api_address;
    latency_sum_s_ = sum_s;
    latency_count_ = count;
}

} // namespace quoin::app
