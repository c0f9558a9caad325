#include "print.hpp"

#include <cstddef>

namespace quoin::inline types {

namespace {

class Indenter {
public:
    std::string run(std::string_view json) {
        for (std::size_t i = 0; i < json.size(); ++i) {
            if (in_string_) {
                copy_in_string(json, i);
            } else {
                take(json[i], i + 1 < json.size() ? json[i + 1] : '\0');
            }
        }
        return std::move(text_ += '\n');
    }

private:
    void copy_in_string(std::string_view json, std::size_t& i) {
        text_ += json[i];
        if (json[i] == '\\') {
            text_ += json[++i];
        } else if (json[i] == '"') {
            in_string_ = false;
        }
    }

    void take(char c, char next) {
        const bool opens = c == '{' || c == '[';
        const bool closes = c == '}' || c == ']';
        if (closes && !just_opened_) {
            --depth_;
            break_line();
        }
        text_ += c;
        just_opened_ = opens && (next == '}' || next == ']');
        if (opens && !just_opened_) {
            ++depth_;
            break_line();
        } else if (c == ',') {
            break_line();
        } else if (c == ':') {
            text_ += ' ';
        }
        in_string_ = c == '"';
    }

    void break_line() { text_.append("\n").append(2 * depth_, ' '); }

    std::string text_;
    std::size_t depth_ = 0;
    bool in_string_ = false;
    bool just_opened_ = false; ///< an empty object or list stays on its line
};

} // namespace

std::string indent_json(std::string_view json) {
    return Indenter{}.run(json);
}

} // namespace quoin::inline types
