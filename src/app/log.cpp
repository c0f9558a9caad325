#include "log.hpp"

#include <quoin/codec/json.hpp>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace quoin::app {

namespace {

/// `%Q`: the message as a JSON string.
class QuotedMessage final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string quoted = json_quoted({message.payload.data(), message.payload.size()});
        out.append(quoted.data(), quoted.data() + quoted.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<QuotedMessage>(); }
};

} // namespace

Result<void> start_log(const std::string& form, const std::string& level) {
    if (form != "text" && form != "json") {
        return Fault{Reason::config_invalid, "log", "expected text or json"};
    }
    const auto wanted = spdlog::level::from_str(level);
    if (wanted == spdlog::level::off && level != "off") {
        return Fault{Reason::config_invalid, "log_level", "expected trace, debug, info, warning, error or off"};
    }
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<QuotedMessage>('Q');
    formatter->set_pattern(form == "json" ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%Q})"
                                          : "%Y-%m-%dT%H:%M:%S.%eZ %l %v");
    auto logger = std::make_shared<spdlog::logger>("quoin", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::move(formatter));
    logger->set_level(wanted);
    spdlog::set_default_logger(std::move(logger));
    return {};
}

} // namespace quoin::app
