#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::app {

/// JSON that somebody else wrote, read by pointers such as `/data/head/slot`. Copies share the document.
class Json {
public:
    /// `malformed` for anything but one JSON value.
    static Result<Json> parse(std::string_view text);

    bool has(const std::string& pointer) const;
    /// A string as it is, a number or a boolean as JSON writes it; empty for anything else and for what is not there.
    std::string text(const std::string& pointer) const;
    /// A number, also one in a string; zero for anything else.
    std::uint64_t number(const std::string& pointer) const;
    bool flag(const std::string& pointer) const;
    /// Names of an object's members in their order.
    std::vector<std::string> names(const std::string& pointer) const;
    /// Items of an array; zero for anything else.
    std::size_t size(const std::string& pointer) const;
    /// The value as JSON without white space; `null` for what is not there.
    std::string raw(const std::string& pointer) const;

private:
    struct Document;
    std::shared_ptr<const Document> document_;
};

} // namespace quoin::app
