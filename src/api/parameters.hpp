#pragma once

#include "http.hpp"

#include <quoin/base/hex.hpp>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::api {

/// Digits only, no leading zero, at most 2^64 - 1.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Reads a request's query. The first thing wrong with it sticks; a parameter that nobody asked for is wrong too.
///     Parameters query{request};
///     const auto limit = query.number("limit", 100, 1, 1'000);
///     if (const auto fault = query.finish()) { return *fault; }
class Parameters {
public:
    explicit Parameters(const Request& request) : request_(request), is_read_(request.query.size()) {}

    std::optional<std::string> text(std::string_view name);
    std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most);
    std::uint64_t number(std::string_view name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most) {
        return number(name, least, most).value_or(otherwise);
    }
    /// True for `true`, false for `false` and when absent.
    bool flag(std::string_view name);
    /// One of `choices`, the first of them when absent.
    std::string choice(std::string_view name, std::initializer_list<std::string_view> choices);
    template <std::size_t N>
    std::optional<Bytes<N>> octets(std::string_view name) {
        const auto given = text(name);
        if (!given) {
            return std::nullopt;
        }
        const Result<Bytes<N>> read = bytes_from_hex<N>(*given);
        if (!read) {
            refuse(name, read.fault().reason, read.fault().message);
            return std::nullopt;
        }
        return *read;
    }

    void refuse(std::string_view name, Reason reason, std::string message);

    /// What is wrong, once all parameters have been asked for.
    std::optional<Fault> finish();

private:
    const Request& request_;
    std::vector<bool> is_read_;
    std::optional<Fault> fault_;
};

} // namespace quoin::api
