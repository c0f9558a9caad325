#pragma once

#include "parameters.hpp"
#include "stream_session.hpp"
#include "view.hpp"

namespace quoin::api {

/// A page of ledger rows: `limit` of them after the row that the query's `after` names.
struct RowPage {
    std::optional<ports::RowCursor> after;
    std::uint64_t limit = 0;
};

inline RowPage row_page_of(const Context& context, Parameters& query) {
    RowPage page;
    const auto after = query.text("after");
    page.after = after ? parse_row_cursor(*after) : std::nullopt;
    page.limit = query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    if (after && !page.after) {
        query.refuse("after", Reason::cursor_invalid, "expected the `next` of a page");
    }
    return page;
}

/// The cursor of the next page: none when this one is not full.
template <class Row>
std::string next_of(const std::vector<Row>& rows, std::uint64_t limit) {
    if (rows.size() < limit) {
        return {};
    }
    return std::to_string(rows.back().block_number) + "." + std::to_string(rows.back().index);
}

} // namespace quoin::api
