#include "connection.hpp"

#include <boost/asio/post.hpp>

#include <utility>
#include <vector>

namespace quoin::api {

namespace {

constexpr std::size_t refusals_max = 64; // connections beyond the limit that are told so, at one time

} // namespace

std::shared_ptr<Connection> Connection::open(Core& core, std::string address, asio::any_io_executor strand) {
    auto connection = std::make_shared<Connection>(core, std::move(address), std::move(strand));
    bool is_late = false;
    {
        const std::lock_guard lock(core.mutex);
        core.open.emplace(connection.get(), connection);
        is_late = core.is_stopping;
    }
    if (is_late) {
        connection->cut();
    }
    return connection;
}

Connection::Connection(Core& core, std::string address, asio::any_io_executor strand)
    : core_(core), address_(std::move(address)), strand_(std::move(strand)) {
    ++core_.context.connections;
    const std::lock_guard lock(core_.mutex);
    of_address_ = ++core_.connections_by_address[address_];
}

Connection::~Connection() {
    --core_.context.connections;
    const std::lock_guard lock(core_.mutex);
    core_.open.erase(this);
    if (--core_.connections_by_address[address_] == 0) {
        core_.connections_by_address.erase(address_);
    }
}

bool Connection::is_one_too_many() const {
    const Limits& bounds = core_.context.bounds;
    return core_.context.connections > bounds.connections_max || of_address_ > bounds.connections_per_address_max;
}

bool Connection::is_far_too_many() const {
    const Limits& bounds = core_.context.bounds;
    return core_.context.connections > bounds.connections_max + refusals_max ||
           of_address_ > bounds.connections_per_address_max + refusals_max;
}

void Connection::set_cut(std::function<void()> cut) {
    cut_ = std::move(cut);
    if (is_cut_ && cut_) {
        cut_();
    }
}

void Connection::cut() {
    asio::post(strand_, [self = shared_from_this()] {
        self->is_cut_ = true;
        if (self->cut_) {
            self->cut_();
        }
    });
}

void cut_all(Core& core) {
    std::vector<std::shared_ptr<Connection>> connections; // let go without the lock, which their end takes
    {
        const std::lock_guard lock(core.mutex);
        core.is_stopping = true;
        for (const auto& [address, connection] : core.open) {
            connections.push_back(connection.lock());
        }
    }
    for (const auto& connection : connections) {
        if (connection) {
            connection->cut();
        }
    }
}

} // namespace quoin::api
