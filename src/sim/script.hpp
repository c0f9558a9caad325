#pragma once

#include <quoin/base/random.hpp>
#include <quoin/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::sim {

/// A line of a scenario: one command and its arguments (tests/scripts/README.md lists the words).
struct Line {
    int number = 0; ///< in its file; lines that chaos was made into have chaos's
    std::vector<std::string> words;

    const std::string& command() const { return words.front(); }
    std::string text() const;
};

using Lines = std::vector<Line>;

/// Splits into lines and words; `#` starts a comment.
Lines parse_script(std::string_view text);

/// Reads arguments one after the other; the first fault stays.
class Arguments {
public:
    explicit Arguments(const Line& line) : line_(line) {}

    std::uint64_t number();
    std::int64_t signed_number();
    std::string word();
    bool is_done() const { return next_ >= line_.words.size(); }
    /// The next word, if it is this one.
    bool skip(std::string_view word);

    /// Also a fault when words are left over.
    Result<void> finish() const;
    void fail(const std::string& message);

private:
    const Line& line_;
    std::size_t next_ = 1;
    Result<void> outcome_;
};

/// True for what disturbs a world and could be left out of a scenario.
bool is_disturbance(const Line& line);

} // namespace quoin::sim
