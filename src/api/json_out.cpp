#include "json_out.hpp"

#include <algorithm>

namespace quoin::api {

std::string signed_decimal(Int128 number) {
    const bool is_negative = number < 0;
    Uint128 magnitude = is_negative ? ~static_cast<Uint128>(number) + 1 : static_cast<Uint128>(number);
    std::string digits;
    do {
        digits += static_cast<char>('0' + static_cast<int>(magnitude % 10));
        magnitude /= 10;
    } while (magnitude != 0);
    if (is_negative) {
        digits += '-';
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

} // namespace quoin::api
