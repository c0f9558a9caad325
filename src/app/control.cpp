#include "control.hpp"

#include "exit.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

namespace quoin::app {

namespace {

constexpr const char* socket_name = "control.sock";
constexpr std::size_t line_bytes_max = 4'096;
constexpr std::string_view yes = "ok ";
constexpr std::string_view no = "no ";

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    int number() const { return number_; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

/// The socket's address by way of an open folder, since the path of a socket may have only 107 characters.
sockaddr_un address_in(int folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(folder) + "/" + socket_name;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
}

int open_folder(const std::filesystem::path& folder) {
    return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

template <class Call>
bool with_address(const std::filesystem::path& folder, Call call) {
    const Descriptor opened{open_folder(folder)};
    const sockaddr_un address = address_in(opened.number());
    return opened.number() >= 0 && call(reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

int connect_to(const std::filesystem::path& folder) {
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const bool is_there = with_address(
        folder, [&](const sockaddr* address, socklen_t size) { return ::connect(socket.number(), address, size); });
    return is_there ? socket.release() : -1;
}

void set_patience(int socket, int seconds) {
    const timeval patience{seconds, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

std::string read_line(int socket) {
    std::string line;
    char octet = 0;
    while (line.size() < line_bytes_max && ::recv(socket, &octet, 1, 0) == 1 && octet != '\n') {
        line.push_back(octet);
    }
    return line;
}

void write_line(int socket, std::string line) {
    for (char& octet : line) {
        octet = octet == '\n' ? ' ' : octet;
    }
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t sent = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return;
        }
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
}

} // namespace

ControlDoor::ControlDoor(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::remove(folder / socket_name);
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const bool is_bound = with_address(
        folder, [&](const sockaddr* address, socklen_t size) { return ::bind(socket.number(), address, size); });
    constexpr int waiting_max = 16;
    if (!is_bound || ::chmod((folder / socket_name).c_str(), 0600) != 0 ||
        ::listen(socket.number(), waiting_max) != 0) {
        throw Exit(ExitCode::data_folder, {Reason::not_writable, (folder / socket_name).string(),
                                           std::string{"cannot be made: "} + std::strerror(errno)});
    }
    listener_ = socket.release();
}

ControlDoor::~ControlDoor() {
    ::close(listener_);
    std::error_code ignored;
    std::filesystem::remove(folder_ / socket_name, ignored);
}

void ControlDoor::serve(const Answer& answer) const {
    const Descriptor client{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)};
    if (client.number() < 0) {
        return;
    }
    set_patience(client.number(), 1);
    const Result<std::string> said = answer(read_line(client.number()));
    write_line(client.number(),
               std::string{said ? yes : no} + (said ? *said : said.fault().path + ": " + said.fault().message));
}

bool testnet_runs_in(const std::filesystem::path& folder) {
    const Descriptor other{connect_to(folder)};
    return other.number() >= 0;
}

Result<std::string> ask_testnet(const std::filesystem::path& folder, const std::string& question) {
    const Descriptor socket{connect_to(folder)};
    if (socket.number() < 0) {
        return Fault{Reason::not_found, folder.string(), "no testnet runs here: start one with `quoin testnet`"};
    }
    constexpr int patience_s = 60;
    set_patience(socket.number(), patience_s);
    write_line(socket.number(), question);
    const std::string answer = read_line(socket.number());
    if (answer.starts_with(yes)) {
        return answer.substr(yes.size());
    }
    return Fault{Reason::unavailable, "", answer.starts_with(no) ? answer.substr(no.size()) : "the testnet went away"};
}

} // namespace quoin::app
