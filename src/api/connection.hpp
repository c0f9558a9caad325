#pragma once

#include "core.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <string>

namespace quoin::api {

/// A connection's place among those that are open, and the way to end it.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    static std::shared_ptr<Connection> open(Core& core, std::string address, asio::any_io_executor strand);
    Connection(Core& core, std::string address, asio::any_io_executor strand);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    bool is_one_too_many() const;
    /// Not even worth the words that it is one too many.
    bool is_far_too_many() const;

    /// Whoever owns the socket now says how to close it, and takes that back before it goes. On the strand.
    void set_cut(std::function<void()> cut);
    /// Closes the socket, now or as soon as somebody owns it; the coroutines around it then end by themselves. From any
    /// thread.
    void cut();

private:
    Core& core_;
    std::string address_;
    asio::any_io_executor strand_;
    std::function<void()> cut_;
    std::size_t of_address_ = 0;
    bool is_cut_ = false;
};

/// Cuts every connection, and those still to come.
void cut_all(Core& core);

} // namespace quoin::api
