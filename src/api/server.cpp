#include "sessions.hpp"
#include "token_guard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

namespace quoin::api {

namespace {

using asio::ip::tcp;

asio::awaitable<void> serve(Core& core, tcp::socket socket, std::shared_ptr<Connection> connection) {
    beast::tcp_stream stream{std::move(socket)};
    try {
        if (connection->is_one_too_many()) {
            co_await refuse_connection(*connection, std::move(stream));
        } else {
            co_await serve_http(core, *connection, std::move(stream));
        }
    } catch (const std::exception& failure) {
        spdlog::error("api session_failed error=\"{}\"", failure.what());
    }
}

asio::awaitable<void> accept_all(Core& core, tcp::acceptor& acceptor) {
    constexpr std::chrono::milliseconds pause_after_failure{50};
    while (acceptor.is_open()) {
        const asio::any_io_executor strand = asio::make_strand(core.io);
        tcp::socket socket{strand};
        boost::system::error_code error;
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || !acceptor.is_open()) {
            co_return;
        }
        if (error) { // out of file descriptors, most likely: let others finish
            asio::steady_timer pause{acceptor.get_executor(), pause_after_failure};
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        socket.set_option(tcp::no_delay{true}, error);
        const tcp::endpoint remote = socket.remote_endpoint(error);
        auto connection = Connection::open(core, remote.address().to_string(), strand);
        if (!connection->is_far_too_many()) {
            asio::co_spawn(strand, serve(core, std::move(socket), std::move(connection)), asio::detached);
        }
    }
}

class Server final : public ApiServer {
public:
    Server(ApiSettings settings, ApiParts parts, const Limits& bounds)
        : core_(std::make_shared<Core>(std::move(settings), parts, bounds)), acceptor_(asio::make_strand(core_->io)) {}
    ~Server() override { Server::stop(); }

    Result<void> start() override;
    void stop() override;
    std::uint16_t port() const override { return port_; }

private:
    Result<void> listen();
    void wait_for_streams() const;
    void wait_for_threads();

    std::shared_ptr<Core> core_;
    tcp::acceptor acceptor_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_;
    std::counting_semaphore<> ended_{0}; ///< threads that have
    std::uint16_t port_ = 0;
    std::vector<std::thread> threads_;
};

Result<void> Server::start() {
    Context& context = core_->context;
    if (!context.settings.token_file.empty()) {
        Result<std::string> token = load_token(context.settings.token_file);
        if (!token) {
            return token.fault();
        }
        context.token = std::move(*token);
    }
    if (const auto listening = listen(); !listening) {
        return listening;
    }
    context.hub.open([this](std::function<void()> work) { asio::post(core_->io, std::move(work)); });
    asio::co_spawn(acceptor_.get_executor(), accept_all(*core_, acceptor_), asio::detached);
    guard_.emplace(core_->io.get_executor());
    for (std::size_t i = 0; i < context.settings.io_threads; ++i) {
        threads_.emplace_back([this] {
            core_->io.run();
            ended_.release();
        });
    }
    spdlog::info("api listening address={} port={}", context.settings.listen_host, port_);
    return {};
}

Result<void> Server::listen() {
    const std::string& host = core_->context.settings.listen_host;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) {
        return Fault{Reason::config_invalid, "listen_host", "'" + host + "' is no IP address"};
    }
    const tcp::endpoint endpoint{address, core_->context.settings.listen_port};
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
        acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
        acceptor_.bind(endpoint, error);
    }
    if (!error) {
        acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    }
    if (error) {
        const std::string where = host + ":" + std::to_string(endpoint.port());
        const bool is_taken = error == asio::error::address_in_use;
        return Fault{is_taken ? Reason::port_in_use : Reason::config_invalid, "", where + ": " + error.message()};
    }
    port_ = acceptor_.local_endpoint().port();
    return {};
}

void Server::stop() {
    if (threads_.empty()) {
        return;
    }
    asio::post(acceptor_.get_executor(), [this] {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    });
    core_->context.hub.close();
    wait_for_streams();
    cut_all(*core_);
    guard_.reset();
    wait_for_threads();
}

/// Streams get a moment to say where their clients shall resume.
void Server::wait_for_streams() const {
    constexpr int looks_max = 30;
    for (int look = 0; look < looks_max && core_->context.hub.listeners() > 0; ++look) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

/// The threads end when the last session has. One that does not is our bug; it is left behind.
void Server::wait_for_threads() {
    constexpr std::chrono::seconds patience{5};
    for (std::size_t i = 0; i < threads_.size(); ++i) {
        if (!ended_.try_acquire_for(patience)) {
            spdlog::error("api stop_forced connections={}", core_->context.connections.load());
            core_->io.stop();
        }
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

} // namespace

std::unique_ptr<ApiServer> make_api(ApiSettings settings, ApiParts parts, const Limits& bounds) {
    return std::make_unique<Server>(std::move(settings), parts, bounds);
}

} // namespace quoin::api
