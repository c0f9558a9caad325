#include "driver.hpp"

#include <quoin/node/node.hpp>

namespace quoin::node {

Node::Node(const Doors& doors, std::unique_ptr<engine::Engine> engine, const engine::Anchor& anchor)
    : driver_(std::make_unique<Driver>(doors, std::move(engine), anchor)) {}
Node::~Node() = default;

void Node::set_network(ports::Network& network) {
    driver_->network = &network;
}

void Node::run() {
    driver_->run();
}

void Node::start() {
    driver_->start();
}

bool Node::work() {
    return driver_->work();
}

std::uint64_t Node::next_wakeup_ms() const {
    return driver_->next_wakeup_ms();
}

std::vector<engine::Engine::QueueDepth> Node::queue_depths() const {
    return driver_->queue_depths();
}

void Node::stop() {
    driver_->stop();
}

bool Node::push(engine::Input input) {
    return driver_->queue().push(std::move(input));
}

void Node::submit(std::variant<engine::Transactions, engine::Evidence> what, Completion done) {
    driver_->submissions().submit(std::move(what), std::move(done));
}

std::vector<SignedBlock> Node::blocks(const engine::BlockRequest& request) {
    return driver_->library().find(request);
}

ports::Standing Node::standing() {
    return driver_->library().standing();
}

} // namespace quoin::node
