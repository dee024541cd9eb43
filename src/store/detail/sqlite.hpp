// SQLite behind values: statements and transactions that end with their scope, and failures as Errors that say what a
// user can do. Only the room `store` sees SQLite.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace hedgerow::store::detail {

/// The last failure of the connection, in words: disk full, locked, read-only, damaged, ... with the file's name.
Error sqlite_error(sqlite3* db, const std::string& path);

/// A prepared statement. Parameters and columns count from 1 and 0, as in SQLite.
class Statement {
 public:
  /// Errors: those of the file (damaged, locked); a statement that SQLite does not understand is a defect of ours.
  static Expected<Statement> prepare(sqlite3* db, const std::string& path, std::string_view sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  void bind_null(int parameter);

  /// The next row, or the end (false).
  Expected<bool> step();
  /// Runs to the end and makes ready for new parameters.
  Checked run();

  std::string text(int column) const;
  std::string_view view(int column) const;  ///< valid until the next step
  std::int64_t integer(int column) const;   ///< 0 where it is NULL
  bool is_null(int column) const;

 private:
  Statement(sqlite3* db, const std::string& path, sqlite3_stmt* statement);
  sqlite3* db_;
  const std::string* path_;
  sqlite3_stmt* statement_;
};

/// Runs statements that give no rows, separated by semicolons.
Checked execute(sqlite3* db, const std::string& path, const char* sql);
/// The number that a pragma or another one-celled question gives.
Expected<std::int64_t> ask(sqlite3* db, const std::string& path, std::string_view sql);

/// A write transaction: taken at once (BEGIN IMMEDIATE), so that two writers wait for each other and none of them reads
/// what the other changes; rolled back unless it was committed.
class Transaction {
 public:
  static Expected<Transaction> begin(sqlite3* db, const std::string& path);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  /// After it the changes are on the disk. Errors: disk full, ...; then nothing was changed.
  Checked commit();

 private:
  Transaction(sqlite3* db, const std::string& path) : db_(db), path_(&path) {}
  sqlite3* db_;
  const std::string* path_;
};

}  // namespace hedgerow::store::detail
