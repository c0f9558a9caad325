#include <quoin/codec/detail/trail.hpp>

#include <utility>

namespace quoin::inline codec::detail {

void Trail::fail(Reason reason, std::string message) {
    if (!fault_) {
        fault_ = Fault{reason, path(), std::move(message)};
    }
}

void Trail::fail_at(const char* name, Reason reason, std::string message) {
    enter(name);
    fail(reason, std::move(message));
    leave();
}

std::string Trail::path() const {
    std::string text;
    for (const Step& step : steps_) {
        if (step.name == nullptr) {
            text += '[' + std::to_string(step.index) + ']';
        } else {
            text += text.empty() ? "" : ".";
            text += step.name;
        }
    }
    return text;
}

} // namespace quoin::inline codec::detail
