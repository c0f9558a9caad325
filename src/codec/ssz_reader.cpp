#include <quoin/codec/detail/ssz_reader.hpp>

#include <algorithm>

namespace quoin::inline codec::detail {

bool SszReader::size_fits(std::size_t size, const Shape& shape) {
    if (size < shape.bytes_min) {
        const std::string least =
            (shape.is_fixed ? "expected " : "expected at least ") + std::to_string(shape.bytes_min);
        fail(Reason::wrong_length, least + " bytes, got " + std::to_string(size));
        return false;
    }
    if (shape.is_fixed && size > shape.bytes) {
        fail(Reason::trailing_bytes, "expected " + std::to_string(shape.bytes) + " bytes, got " + std::to_string(size));
        return false;
    }
    return true;
}

bool SszReader::no_bits_beyond(std::uint8_t last, std::uint64_t bits) {
    if (bits % 8 != 0 && last >> (bits % 8) != 0) {
        fail(Reason::malformed, "bits are set beyond the end of the bitvector");
        return false;
    }
    return true;
}

std::uint32_t SszReader::offset_at(ByteView bytes, std::size_t position) {
    std::uint32_t offset = 0;
    std::memcpy(&offset, bytes.subspan(position, offset_bytes).data(), offset_bytes);
    return offset;
}

bool SszReader::offsets_fit(std::size_t begin, std::size_t head_bytes, std::size_t size) {
    const auto first = offsets_.begin() + static_cast<std::ptrdiff_t>(begin);
    if (first == offsets_.end()) {
        return true;
    }
    if (*first != head_bytes) {
        fail(Reason::malformed, "first offset is " + std::to_string(*first) + " where " + std::to_string(head_bytes) +
                                    " is the only right one");
        return false;
    }
    if (!std::is_sorted(first, offsets_.end()) || offsets_.back() > size) {
        fail(Reason::malformed, "offsets fall or lie beyond the end");
        return false;
    }
    return true;
}

std::optional<std::size_t> SszReader::count_items(ByteView bytes, const Shape& item, std::uint64_t limit,
                                                  bool is_vector) {
    if (is_vector) {
        return limit; // the length was checked with the shape of the vector
    }
    if (bytes.empty()) {
        return 0;
    }
    QUOIN_ASSERT(!item.is_fixed || item.bytes != 0, "items of a list have a size");
    const std::size_t each = item.is_fixed ? item.bytes : offset_bytes;
    const std::size_t span = item.is_fixed || bytes.size() < offset_bytes ? bytes.size() : offset_at(bytes, 0);
    if (span == 0 || span % each != 0) {
        fail(item.is_fixed ? Reason::wrong_length : Reason::malformed,
             std::to_string(span) + " bytes are no whole number of items of " + std::to_string(each));
        return std::nullopt;
    }
    const std::size_t count = span / each;
    if (count > limit) {
        fail(Reason::too_large, std::to_string(count) + " items where " + std::to_string(limit) + " is the limit");
        return std::nullopt;
    }
    if (!item.is_fixed && count > bytes.size() / (offset_bytes + item.bytes_min)) {
        fail(Reason::wrong_length, std::to_string(count) + " items do not fit into what remains");
        return std::nullopt;
    }
    return count;
}

} // namespace quoin::inline codec::detail
