#pragma once

#include <quoin/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace quoin::inline codec::detail {

/// Where a reader stands in its input, and the first fault it met: sticky, later ones are not kept.
class Trail {
public:
    void enter(const char* name) { steps_.push_back({name, 0}); }
    void enter(std::size_t index) { steps_.push_back({nullptr, index}); }
    void leave() { steps_.pop_back(); }

    bool failed() const { return fault_.has_value(); }
    void fail(Reason reason, std::string message);
    /// As `fail`, for the field `name` below here.
    void fail_at(const char* name, Reason reason, std::string message);
    const Fault& fault() const { return *fault_; }

private:
    struct Step {
        const char* name; ///< none: a place in a list
        std::size_t index;
    };

    std::string path() const;

    std::vector<Step> steps_;
    std::optional<Fault> fault_;
};

} // namespace quoin::inline codec::detail
