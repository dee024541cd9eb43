#include "store/detail/sqlite.hpp"

#include <fmt/core.h>
#include <sqlite3.h>

#include <cstring>
#include <utility>

namespace hedgerow::store::detail {
namespace {

// What the operating system said, where it said something.
std::string system_words(sqlite3* db) {
  const int number = sqlite3_system_errno(db);
  return number == 0 ? std::string() : fmt::format(" ({})", std::strerror(number));
}

}  // namespace

Error sqlite_error(sqlite3* db, const std::string& path) {
  const std::string said = sqlite3_errmsg(db);
  switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_FULL:
      return make_error(ErrorCode::io, "the disk is full; nothing was written", path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make_error(ErrorCode::io,
                        "another process has held the store for five seconds; nothing was written, "
                        "try again",
                        path);
    case SQLITE_READONLY:
      return make_error(ErrorCode::io, "the store can't be written (the file or its folder is read-only)", path);
    case SQLITE_NOTADB:
      return make_error(ErrorCode::input, "is not the store of a review: not an SQLite file", path);
    case SQLITE_CORRUPT:
      return make_error(ErrorCode::input,
                        fmt::format("the store is damaged ({}); restore it from a copy, or save what can be read "
                                    "with: sqlite3 hedgerow.db .recover",
                                    said),
                        path);
    case SQLITE_CANTOPEN:
      return make_error(ErrorCode::io, "can't open the store" + system_words(db), path);
    case SQLITE_IOERR:
      return make_error(ErrorCode::io,
                        fmt::format("the store could not be read or written{}; nothing was written", system_words(db)),
                        path);
    case SQLITE_CONSTRAINT:
      return make_error(ErrorCode::input, said, path);
    default:
      return make_error(ErrorCode::internal, fmt::format("SQLite: {}", said), path);
  }
}

Statement::Statement(sqlite3* db, const std::string& path, sqlite3_stmt* statement)
    : db_(db), path_(&path), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), path_(other.path_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Expected<Statement> Statement::prepare(sqlite3* db, const std::string& path, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
    return sqlite_error(db, path);
  return Statement(db, path, statement);
}

void Statement::bind(int parameter, std::string_view text) {
  const char* bytes = text.empty() ? "" : text.data();
  HR_ASSERT(sqlite3_bind_text64(statement_, parameter, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
}

void Statement::bind(int parameter, std::int64_t number) {
  HR_ASSERT(sqlite3_bind_int64(statement_, parameter, number) == SQLITE_OK);
}

void Statement::bind_null(int parameter) { HR_ASSERT(sqlite3_bind_null(statement_, parameter) == SQLITE_OK); }

Expected<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(db_, *path_);
}

Checked Statement::run() {
  for (;;) {
    HR_TRY(const bool more, step());
    if (!more) break;
  }
  sqlite3_reset(statement_);
  return {};
}

std::string_view Statement::view(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Statement::text(int column) const { return std::string(view(column)); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Checked execute(sqlite3* db, const std::string& path, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return sqlite_error(db, path);
  return {};
}

Expected<std::int64_t> ask(sqlite3* db, const std::string& path, std::string_view sql) {
  HR_TRY(Statement statement, Statement::prepare(db, path, sql));
  HR_TRY(const bool row, statement.step());
  return row ? statement.integer(0) : std::int64_t{0};
}

Expected<Transaction> Transaction::begin(sqlite3* db, const std::string& path) {
  HR_CHECK(execute(db, path, "BEGIN IMMEDIATE"));
  return Transaction(db, path);
}

Transaction::Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)), path_(other.path_) {}

Transaction::~Transaction() {
  // Some failures (disk full) have rolled back already; then there is nothing left to do.
  if (db_ != nullptr && sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Checked Transaction::commit() {
  HR_CHECK(execute(db_, *path_, "COMMIT"));
  db_ = nullptr;
  return {};
}

}  // namespace hedgerow::store::detail
