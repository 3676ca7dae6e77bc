#pragma once

#include <libpq-fe.h>

#include <string>
#include <vector>

#include "store/database.h"

namespace cpo::store {

/// The values of one statement in the shape that libpq takes. Points into the values, which must
/// outlive it.
struct PostgresParameters {
    explicit PostgresParameters(std::span<const Value> values);

    std::vector<Oid> types;           ///< 0 = let the server infer it: NULL says nothing.
    std::vector<std::string> digits;  ///< Numbers as text.
    std::vector<const char*> texts;
    std::vector<int> lengths;
    std::vector<int> formats;  ///< 1 = binary, for bytes.
};

/// One field of an answer in text format, by the type of its column. Errors: kInternal for a type
/// that no table of ours has.
Result<Value> postgres_value(const PGresult* result, int row, int column);

}  // namespace cpo::store
