#include "script.hpp"

#include <charconv>
#include <set>
#include <sstream>

namespace quoin::sim {

std::string Line::text() const {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

Lines parse_script(std::string_view text) {
    Lines lines;
    std::istringstream stream{std::string{text}};
    std::string read;
    for (int number = 1; std::getline(stream, read); ++number) {
        std::istringstream words(read.substr(0, read.find('#')));
        Line line{number, {}};
        for (std::string word; words >> word;) {
            line.words.push_back(std::move(word));
        }
        if (!line.words.empty()) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::int64_t Arguments::signed_number() {
    const std::string text = word();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        fail("`" + text + "` is no number");
    }
    return value;
}

std::uint64_t Arguments::number() {
    const std::int64_t value = signed_number();
    if (value < 0) {
        fail("a number below zero is not possible here");
    }
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

std::string Arguments::word() {
    if (is_done()) {
        fail("a word is missing");
        return "0";
    }
    return line_.words[next_++];
}

bool Arguments::skip(std::string_view word) {
    const bool is_next = !is_done() && line_.words[next_] == word;
    next_ += is_next ? 1 : 0;
    return is_next;
}

void Arguments::fail(const std::string& message) {
    if (outcome_) {
        outcome_ =
            Fault{Reason::malformed, "line " + std::to_string(line_.number), "`" + line_.text() + "`: " + message};
    }
}

Result<void> Arguments::finish() const {
    if (outcome_ && !is_done()) {
        Arguments copy = *this;
        copy.fail("`" + line_.words[next_] + "` is one word too many");
        return copy.outcome_;
    }
    return outcome_;
}

bool is_disturbance(const Line& line) {
    static const std::set<std::string> words{"lose",    "delay", "duplicate", "reorder", "link",  "crash",
                                             "restart", "split", "unite",     "skew",    "drift", "equivocate"};
    return words.contains(line.command());
}

} // namespace quoin::sim
