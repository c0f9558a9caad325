#include "bodies.hpp"

#include <quoin/codec/json_archive.hpp>

namespace quoin::api {

using TransactionList = List<SignedTransaction, limits.batch_items_max>;

Result<PrepareBody> read_prepare_body(std::string_view json) {
    return from_json<PrepareBody>(json);
}

Result<StreamCommand> read_stream_command(std::string_view json) {
    return from_json<StreamCommand>(json);
}

Result<engine::Evidence> read_evidence(std::string_view json) {
    return from_json<engine::Evidence>(json);
}

Result<TransactionBody> read_transactions(std::string_view json) {
    const std::size_t first = json.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || json[first] != '[') {
        Result<SignedTransaction> one = from_json<SignedTransaction>(json);
        if (!one) {
            return one.fault();
        }
        return TransactionBody{{std::move(*one)}, false};
    }
    Result<TransactionList> many = from_json<TransactionList>(json);
    if (!many) {
        return many.fault();
    }
    if (many->empty()) {
        return Fault{Reason::malformed, "", "the array holds no transaction"};
    }
    return TransactionBody{many->items(), true};
}

} // namespace quoin::api
