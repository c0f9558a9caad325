#include "packing.hpp"

namespace quoin::gossip {

namespace {

constexpr std::size_t offset_bytes = 4;

void put_offset(ByteVector& bytes, std::size_t offset) {
    for (int shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(offset >> shift & 0xff));
    }
}

std::size_t offset_at(ByteView bytes, std::size_t position) {
    std::size_t offset = 0;
    for (std::size_t i = 0; i < offset_bytes; ++i) {
        offset |= std::size_t{bytes[position + i]} << (8 * i);
    }
    return offset;
}

Fault malformed(const char* message) {
    return Fault{Reason::malformed, "items", message};
}

Fault too_many() {
    return Fault{Reason::too_many_items, "items", "the list is longer than its limit"};
}

Result<std::vector<ByteView>> split_fixed(ByteView list, std::size_t item_bytes, std::size_t items_max) {
    if (list.size() % item_bytes != 0) {
        return malformed("the list is no whole number of items");
    }
    if (list.size() / item_bytes > items_max) {
        return too_many();
    }
    std::vector<ByteView> items;
    for (std::size_t at = 0; at < list.size(); at += item_bytes) {
        items.push_back(list.subspan(at, item_bytes));
    }
    return items;
}

Result<std::vector<ByteView>> split_variable(ByteView list, std::size_t items_max) {
    std::vector<ByteView> items;
    if (list.empty()) {
        return items;
    }
    if (list.size() < offset_bytes) {
        return malformed("the list is shorter than an offset");
    }
    const std::size_t table_bytes = offset_at(list, 0);
    if (table_bytes == 0 || table_bytes % offset_bytes != 0 || table_bytes > list.size()) {
        return malformed("the first offset does not end a table of offsets");
    }
    const std::size_t count = table_bytes / offset_bytes;
    if (count > items_max) {
        return too_many();
    }
    std::size_t begin = table_bytes;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t end = i + 1 < count ? offset_at(list, (i + 1) * offset_bytes) : list.size();
        if (end < begin || end > list.size()) {
            return malformed("offsets do not ascend within the list");
        }
        items.push_back(list.subspan(begin, end - begin));
        begin = end;
    }
    return items;
}

} // namespace

ByteVector pack_items(ByteView head, std::span<const SharedBytes> items, std::size_t item_bytes) {
    std::size_t total = head.size() + offset_bytes;
    for (const SharedBytes& item : items) {
        total += item->size() + (item_bytes == variable_size ? offset_bytes : 0);
    }
    ByteVector body;
    body.reserve(total);
    body.insert(body.end(), head.begin(), head.end());
    put_offset(body, head.size() + offset_bytes);
    if (item_bytes == variable_size) {
        std::size_t offset = items.size() * offset_bytes;
        for (const SharedBytes& item : items) {
            put_offset(body, offset);
            offset += item->size();
        }
    }
    for (const SharedBytes& item : items) {
        body.insert(body.end(), item->begin(), item->end());
    }
    return body;
}

Result<std::vector<ByteView>> split_items(ByteView body, std::size_t item_bytes, std::size_t items_max) {
    if (body.size() < offset_bytes || offset_at(body, 0) != offset_bytes) {
        return malformed("the list does not begin where it should");
    }
    const ByteView list = body.subspan(offset_bytes);
    return item_bytes == variable_size ? split_variable(list, items_max) : split_fixed(list, item_bytes, items_max);
}

std::size_t second_offset(ByteView body) {
    return body.size() < 2 * offset_bytes ? 0 : offset_at(body, offset_bytes);
}

} // namespace quoin::gossip
