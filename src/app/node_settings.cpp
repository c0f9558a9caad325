#include "node_settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace quoin::app {

namespace {

/// Reads one key after the other; what nobody asked for stays and is a fault.
class Reader {
public:
    Reader(toml::table table, std::string file) : table_(std::move(table)), file_(std::move(file)) {}

    void read(const char* key, std::optional<std::string>& value) {
        if (const toml::node* node = take(key)) {
            value = node->value_exact<std::string>();
            expect(value.has_value(), key, "a string");
        }
    }
    void read(const char* key, std::optional<bool>& value) {
        if (const toml::node* node = take(key)) {
            value = node->value_exact<bool>();
            expect(value.has_value(), key, "true or false");
        }
    }
    template <class Number>
    requires std::is_unsigned_v<Number>
    void read(const char* key, std::optional<Number>& value) {
        if (const toml::node* node = take(key)) {
            const auto number = node->value_exact<std::int64_t>();
            constexpr std::uint64_t most = std::numeric_limits<Number>::max();
            const bool fits = number && *number >= 0 && static_cast<std::uint64_t>(*number) <= most;
            expect(fits, key, "a number of 0 to " + std::to_string(most));
            value = fits ? std::optional{static_cast<Number>(*number)} : std::nullopt;
        }
    }
    void read(const char* key, std::optional<std::vector<std::string>>& value) {
        if (const toml::node* node = take(key)) {
            const toml::array* items = node->as_array();
            expect(items != nullptr, key, "a list of strings");
            value.emplace();
            for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
                const auto item = items->get(i)->value_exact<std::string>();
                expect(item.has_value(), key, "a list of strings");
                value->push_back(item.value_or(""));
            }
        }
    }

    Result<void> finish() const {
        if (fault_) {
            return *fault_;
        }
        for (const auto& [key, node] : table_) {
            const std::string name{key.str()};
            const bool is_known = std::find(asked_.begin(), asked_.end(), name) != asked_.end();
            if (!is_known) {
                return Fault{Reason::config_invalid, file_ + ": " + name, "is no setting of a node"};
            }
        }
        return {};
    }

private:
    const toml::node* take(const char* key) {
        asked_.emplace_back(key);
        return table_.get(key);
    }
    void expect(bool holds, const char* key, const std::string& wanted) {
        if (!holds && !fault_) {
            fault_ = Fault{Reason::config_invalid, file_ + ": " + key, "expected " + wanted};
        }
    }

    toml::table table_;
    std::string file_;
    std::vector<std::string> asked_;
    std::optional<Fault> fault_;
};

template <class T>
std::optional<T> first_of(std::optional<T> flag, std::optional<T> in_file) {
    return flag ? std::move(flag) : std::move(in_file);
}

} // namespace

Result<NodeSettings> read_node_file(const std::filesystem::path& file) {
    NodeSettings settings;
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        return settings;
    }
    try {
        Reader reader(toml::parse_file(file.string()), file.string());
        reader.read("peers", settings.peers);
        reader.read("peer_host", settings.peer_host);
        reader.read("peer_port", settings.peer_port);
        reader.read("announce", settings.announce);
        reader.read("discover", settings.discover);
        reader.read("api_host", settings.api_host);
        reader.read("api_port", settings.api_port);
        reader.read("allowed_hosts", settings.allowed_hosts);
        reader.read("allowed_origins", settings.allowed_origins);
        reader.read("password_file", settings.password_file);
        reader.read("verifier_threads", settings.verifier_threads);
        reader.read("graffiti", settings.graffiti);
        reader.read("log", settings.log);
        reader.read("log_level", settings.log_level);
        if (const auto sound = reader.finish(); !sound) {
            return sound.fault();
        }
    } catch (const toml::parse_error& broken) {
        return Fault{Reason::config_invalid, file.string() + ":" + std::to_string(broken.source().begin.line),
                     std::string{broken.description()}};
    }
    if (settings.password_file && !std::filesystem::path{*settings.password_file}.is_absolute()) {
        settings.password_file = (file.parent_path() / *settings.password_file).string();
    }
    return settings;
}

NodeSettings merged(NodeSettings flags, NodeSettings file) {
    flags.peers = first_of(std::move(flags.peers), std::move(file.peers));
    flags.peer_host = first_of(std::move(flags.peer_host), std::move(file.peer_host));
    flags.peer_port = first_of(flags.peer_port, file.peer_port);
    flags.announce = first_of(std::move(flags.announce), std::move(file.announce));
    flags.discover = first_of(flags.discover, file.discover);
    flags.api_host = first_of(std::move(flags.api_host), std::move(file.api_host));
    flags.api_port = first_of(flags.api_port, file.api_port);
    flags.allowed_hosts = first_of(std::move(flags.allowed_hosts), std::move(file.allowed_hosts));
    flags.allowed_origins = first_of(std::move(flags.allowed_origins), std::move(file.allowed_origins));
    flags.password_file = first_of(std::move(flags.password_file), std::move(file.password_file));
    flags.verifier_threads = first_of(flags.verifier_threads, file.verifier_threads);
    flags.graffiti = first_of(std::move(flags.graffiti), std::move(file.graffiti));
    flags.log = first_of(std::move(flags.log), std::move(file.log));
    flags.log_level = first_of(std::move(flags.log_level), std::move(file.log_level));
    return flags;
}

} // namespace quoin::app
