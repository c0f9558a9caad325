#include "parameters.hpp"

#include "faults.hpp"

#include <quoin/base/checked.hpp>

#include <algorithm>

namespace quoin::api {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (text.empty() || text.size() > 20 || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (const char digit : text) {
        const auto shifted = digit >= '0' && digit <= '9' ? checked_mul(number, 10) : std::nullopt;
        const auto sum = shifted ? checked_add(*shifted, static_cast<std::uint64_t>(digit - '0')) : std::nullopt;
        if (!sum) {
            return std::nullopt;
        }
        number = *sum;
    }
    return number;
}

std::optional<std::string> Parameters::text(std::string_view name) {
    std::optional<std::string> found;
    for (std::size_t i = 0; i < request_.query.size(); ++i) {
        if (request_.query[i].first != name) {
            continue;
        }
        is_read_[i] = true;
        if (found) {
            refuse(name, Reason::malformed, "the parameter is given twice");
        }
        found = request_.query[i].second;
    }
    return found;
}

std::optional<std::uint64_t> Parameters::number(std::string_view name, std::uint64_t least, std::uint64_t most) {
    const auto given = text(name);
    if (!given) {
        return std::nullopt;
    }
    const bool is_digits =
        !given->empty() && std::all_of(given->begin(), given->end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto number = parse_number(*given);
    if (!is_digits) {
        refuse(name, Reason::wrong_type, "expected an integer in decimal digits");
    } else if (!number || *number < least || *number > most) {
        refuse(name, Reason::out_of_range,
               "expected an integer from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }
    return number;
}

bool Parameters::flag(std::string_view name) {
    const auto given = text(name);
    if (given && *given != "true" && *given != "false") {
        refuse(name, Reason::wrong_type, "expected true or false");
    }
    return given == "true";
}

std::string Parameters::choice(std::string_view name, std::initializer_list<std::string_view> choices) {
    const auto given = text(name);
    if (!given) {
        return std::string{*choices.begin()};
    }
    if (std::find(choices.begin(), choices.end(), *given) == choices.end()) {
        std::string message = "expected one of";
        for (const std::string_view choice : choices) {
            message.append(" ").append(choice);
        }
        refuse(name, Reason::out_of_range, std::move(message));
    }
    return *given;
}

void Parameters::refuse(std::string_view name, Reason reason, std::string message) {
    if (!fault_) {
        fault_ = Fault{reason, shown(name), std::move(message)};
    }
}

std::optional<Fault> Parameters::finish() {
    for (std::size_t i = 0; i < is_read_.size(); ++i) {
        if (!is_read_[i]) {
            refuse(request_.query[i].first, Reason::unknown_field, "no such parameter");
        }
    }
    return fault_;
}

} // namespace quoin::api
