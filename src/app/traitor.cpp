#include "traitor.hpp"

#include "time.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace quoin::app {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds connect_for{5'000};
constexpr milliseconds look_every{10};
constexpr milliseconds look_often{2};
/// What was said is on its way to all peers after so long.
constexpr milliseconds spread_for{500};

std::vector<NodeUrl> apis_of(const TestnetFile& testnet) {
    std::vector<NodeUrl> urls;
    for (const RunningNode& node : testnet.nodes) {
        urls.push_back(or_exit(parse_node_url(node.api_address), ExitCode::config));
    }
    return urls;
}

Root root_at(const Json& json, const std::string& pointer) {
    return or_exit(bytes_from_hex<32>(json.text(pointer)), ExitCode::network);
}

Checkpoint checkpoint_at(const Json& json, const std::string& pointer) {
    return {Epoch{json.number(pointer + "/epoch")}, root_at(json, pointer + "/root")};
}

} // namespace

/// Hears nothing and has nothing to give: enough of a node to be a peer.
struct Traitor::Ears final : ports::Inbox, ports::BlockServer {
    explicit Ears(ports::Standing standing) : where(std::move(standing)) {}

    bool push(engine::Input) override { return true; }
    void submit(std::variant<engine::Transactions, engine::Evidence>, Completion) override {}
    std::vector<SignedBlock> blocks(const engine::BlockRequest&) override { return {}; }
    ports::Standing standing() override { return where; }

    ports::Standing where;
};

Traitor::Traitor(const TestnetFile& testnet, std::shared_ptr<const Chain> chain, ValidatorIndex validator,
                 crypto::SecretKey key, const std::filesystem::path& scratch)
    : chain_(std::move(chain)), validator_(validator), key_(std::move(key)), api_(apis_of(testnet)) {
    const Json status = api_.get("/v1/status").json;
    ports::Standing standing;
    standing.genesis_root = chain_->genesis_root;
    standing.fork_version = chain_->genesis.fork_version;
    standing.head = {Slot{status.number("/data/head/slot")}, root_at(status, "/data/head/root")};
    standing.finalized = checkpoint_at(status, "/data/certified");
    ears_ = std::make_unique<Ears>(std::move(standing));

    gossip::GossipSettings settings;
    settings.tls_folder = (scratch / "tls").string();
    settings.discover = false;
    for (const RunningNode& node : testnet.nodes) {
        settings.peers.push_back(node.peer());
    }
    gossip_ = or_exit(gossip::make_gossip(settings, chain_, *ears_, *ears_));
    or_exit(gossip_->start());
    const auto deadline = std::chrono::steady_clock::now() + connect_for;
    while (gossip_->peers().size() < testnet.nodes.size() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(look_every);
    }
    if (gossip_->peers().empty()) {
        throw Exit(ExitCode::network, {Reason::unavailable, "", "no node takes the traitor as its peer"});
    }
}

Traitor::~Traitor() {
    if (gossip_) {
        std::this_thread::sleep_for(spread_for);
        gossip_->stop();
    }
}

Slot Traitor::current_slot() {
    if (chain_->spec().pacing == Pacing::timer) {
        return slot_at(chain_->spec(), chain_->genesis.time_ms, wall_clock_ms());
    }
    return Slot{api_.get("/v1/status").json.number("/data/current_slot")};
}

bool Traitor::vote_twice() {
    const Spec& spec = chain_->spec();
    const Json head = api_.get("/v1/finality?at=head").json;
    const Slot slot = current_slot();
    const Epoch epoch = epoch_of(spec, slot);
    const Slot head_slot{head.number("/slot")};
    const Checkpoint justified = checkpoint_at(head, "/data/justified_on_chain");
    if (justified.epoch.value < 2 || justified.epoch >= epoch || head_slot > first_slot_of(spec, epoch)) {
        return false;
    }
    // The source of the second vote: the checkpoint one epoch below the justified one on the same chain.
    const Json block = api_.get("/v1/blocks/" + to_hex(justified.root)).json;
    const Epoch below = justified.epoch - 1;
    const bool is_above = block.number("/data/block/message/slot") > first_slot_of(spec, below).value;
    const Root older = is_above ? root_at(block, "/data/block/message/parent_root") : justified.root;

    SingleAttestation first;
    first.validator = validator_;
    first.data = {slot, root_at(head, "/block_root"), justified, {epoch, root_at(head, "/block_root")}};
    SingleAttestation second = first;
    second.data.source = {below, older};
    for (SingleAttestation* vote : {&first, &second}) {
        vote->signature = sign(transition::attestation_signing_root(*chain_, vote->data));
        gossip_->broadcast(*vote, std::nullopt);
    }
    return true;
}

/// Waits until the last block before the validator's turn is there, and none of its own slot. False when that is too
/// far ahead.
bool Traitor::comes_to_turn(const Json& duties) {
    constexpr std::uint64_t wait_ms_max = 20'000;
    constexpr std::uint64_t before_ms = 50;
    const std::uint64_t slot = duties.number("/data/proposals/0/slot");
    const std::uint64_t due_ms = duties.number("/data/proposals/0/time_ms");
    const std::uint64_t now_ms = wall_clock_ms();
    if (slot == 0 || due_ms < now_ms + before_ms || due_ms > now_ms + wait_ms_max) {
        return false;
    }
    std::this_thread::sleep_for(milliseconds(due_ms - before_ms - now_ms));
    if (chain_->spec().pacing == Pacing::responsive) { // the time was an estimate
        while (current_slot().value + 1 < slot && wall_clock_ms() < due_ms + wait_ms_max) {
            std::this_thread::sleep_for(look_often);
        }
    }
    return true;
}

bool Traitor::propose_twice() {
    const Spec& spec = chain_->spec();
    const std::string index = std::to_string(validator_.value);
    const Json duties = api_.get("/v1/validators/" + index + "/duties?limit=1").json;
    if (!comes_to_turn(duties)) {
        return false;
    }
    const Json status = api_.get("/v1/status").json;
    SignedBlock block;
    block.message.slot = Slot{duties.number("/data/proposals/0/slot")};
    if (status.number("/data/head/slot") >= block.message.slot.value) {
        return false;
    }
    block.message.time_ms = spec.pacing == Pacing::timer
                                ? slot_start_ms(spec, chain_->genesis.time_ms, block.message.slot)
                                : wall_clock_ms();
    block.message.proposer_index = validator_;
    block.message.parent_root = root_at(status, "/data/head/root");
    block.message.body.randao_reveal = sign(transition::randao_signing_root(*chain_, block.message.slot));
    for (std::uint8_t mark = 1; mark <= 2; ++mark) {
        block.message.body.graffiti[0] = mark;
        block.signature = sign(transition::proposal_signing_root(*chain_, header_of(block.message)));
        gossip_->broadcast(engine::Proposal{block, {}}, std::nullopt);
    }
    return true;
}

} // namespace quoin::app
