// The tables of the store, and how an older file becomes one of today.
//
// The file says what it is: `application_id` marks it as a review's, `user_version` is the number of its schema. A
// migration takes the schema from one number to the next; it is never edited after a release, and each runs in one
// transaction with the change of the number, so a killed migration leaves the old file. What the tables mean:
// docs/formats/store.md.
#pragma once

#include <string>

#include "base/expected.hpp"

struct sqlite3;

namespace hedgerow::store::detail {

/// "HEDG" as four bytes.
inline constexpr int kApplicationId = 0x48454447;
/// The schema that this program writes.
inline constexpr int kSchemaVersion = 2;

/// Makes the tables in an empty file, up to the schema `version`.
Checked make_schema(sqlite3* db, const std::string& path, int version = kSchemaVersion);

/// Checks that the file is a store and brings it up to date. Errors: not a store, made by a newer program, an old store
/// that can't be written.
Checked update_schema(sqlite3* db, const std::string& path);

}  // namespace hedgerow::store::detail
