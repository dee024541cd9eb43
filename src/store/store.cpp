#include "store/store.hpp"

#include <fmt/core.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/text.hpp"
#include "store/detail/record_columns.hpp"
#include "store/detail/schema.hpp"
#include "store/detail/sqlite.hpp"
#include "store/kinds.hpp"

namespace hedgerow::store {
namespace {

using detail::Statement;
using detail::Transaction;

constexpr int kPatienceMs = 5000;
constexpr const char* kEventColumns = "id, time, author, kind, record, other, stage, value, reason, detail";

// An empty time is filled in by SQLite's clock, in UTC.
constexpr const char* kInsertEvent =
    "INSERT INTO event (time, author, kind, record, other, stage, value, reason, detail) "
    "VALUES (coalesce(nullif(?, ''), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), ?, ?, nullif(?, 0), nullif(?, 0), "
    "?, ?, ?, ?)";

// A path as a URI that may carry options; the letters that have a meaning in one are written as their numbers.
std::string as_uri(const std::string& path, const char* options) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#')
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      uri += c;
  }
  return uri + options;
}

// What every connection needs. Foreign keys and the strength of a commit are properties of the connection in SQLite.
Checked configure(sqlite3* db, const std::string& path) {
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, kPatienceMs);
  HR_CHECK(detail::execute(db, path, "PRAGMA foreign_keys = ON"));
  return detail::execute(db, path, "PRAGMA synchronous = FULL");
}

Checked write_ahead(sqlite3* db, const std::string& path) {
  HR_TRY(Statement statement, Statement::prepare(db, path, "PRAGMA journal_mode = WAL"));
  HR_TRY(const bool row, statement.step());
  if (row && statement.view(0) == "wal") return {};
  return make_error(ErrorCode::io,
                    "the file system of this folder offers no shared memory, which the store needs to "
                    "serve several processes; keep the review on a local disk",
                    path);
}

Checked check_event(const Event& event) {
  if (!is_event_kind(event.kind))
    return make_error(ErrorCode::input, fmt::format("'{}' is no kind of event", event.kind));
  if (event.author.empty()) return make_error(ErrorCode::input, fmt::format("the {} has no author", event.kind));
  return {};
}

Checked insert_event(Statement& statement, const Event& event) {
  HR_CHECK(check_event(event));
  statement.bind(1, event.time);
  statement.bind(2, event.author);
  statement.bind(3, event.kind);
  statement.bind(4, event.record);
  statement.bind(5, event.other);
  statement.bind(6, event.stage);
  statement.bind(7, event.value);
  statement.bind(8, event.reason);
  statement.bind(9, event.detail);
  return statement.run();
}

Event read_event(const Statement& statement) {
  Event event;
  event.id = statement.integer(0);
  event.time = statement.text(1);
  event.author = statement.text(2);
  event.kind = statement.text(3);
  event.record = statement.integer(4);
  event.other = statement.integer(5);
  event.stage = statement.text(6);
  event.value = statement.text(7);
  event.reason = statement.text(8);
  event.detail = statement.text(9);
  return event;
}

Checked insert_records(sqlite3* db, const std::string& path, std::int64_t event,
                       std::span<const records::Record> records) {
  HR_TRY(Statement head, Statement::prepare(db, path,
                                            fmt::format("INSERT INTO record (import_event, {}) VALUES (?, {})",
                                                        detail::record_columns(), detail::record_places())));
  HR_TRY(Statement text,
         Statement::prepare(db, path, "INSERT INTO record_text (record, abstract, tags) VALUES (?, ?, ?)"));
  for (const records::Record& record : records) {
    head.bind(1, event);
    detail::bind_record(head, 2, record);
    HR_CHECK(head.run());
    text.bind(1, sqlite3_last_insert_rowid(db));
    text.bind(2, record.abstract);
    text.bind(3, detail::tags_json(record.tags));
    HR_CHECK(text.run());
  }
  return {};
}

enum class Fields { heads, texts, all };  // texts: with abstracts; all: with tags too

// Rows of records, of all of them or of one.
Expected<std::vector<StoredRecord>> select_records(sqlite3* db, const std::string& path, Fields fields,
                                                   std::int64_t only) {
  const char* const further[] = {"'', ''", "abstract, ''", "abstract, tags"};
  const std::string sql = fmt::format(
      "SELECT {}, id, import_event, {} FROM record {}{}ORDER BY id", further[static_cast<int>(fields)],
      detail::record_columns(), fields == Fields::heads ? "" : "JOIN record_text ON record_text.record = record.id ",
      only > 0 ? "WHERE id = ? " : "");
  HR_TRY(Statement statement, Statement::prepare(db, path, sql));
  if (only > 0) statement.bind(1, only);
  std::vector<StoredRecord> found;
  for (;;) {
    HR_TRY(const bool row, statement.step());
    if (!row) return found;
    StoredRecord stored{statement.integer(2), statement.integer(3), detail::read_record(statement, 4)};
    if (fields != Fields::heads) stored.record.abstract = statement.text(0);
    if (fields == Fields::all) stored.record.tags = detail::tags_from_json(statement.view(1));
    found.push_back(std::move(stored));
  }
}

}  // namespace

void Store::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

Store::Store(std::string path, sqlite3* db) : path_(std::make_unique<std::string>(std::move(path))), db_(db) {}

// Makes the file beside its place and gives it the name at the end, so that no other process meets half a schema.
Expected<Store> Store::create(const std::string& path) {
  std::error_code code;
  const Error taken = make_error(ErrorCode::usage, "is there already", path);
  if (std::filesystem::exists(path, code)) return taken;
  const std::string beside = fmt::format("{}.part{}", path, ::getpid());
  std::filesystem::remove(beside, code);
  {
    sqlite3* db = nullptr;
    const int opened = sqlite3_open_v2(beside.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const Store part(beside, db);
    Checked made = opened == SQLITE_OK ? configure(db, path) : detail::sqlite_error(db, path);
    if (made) made = detail::make_schema(db, path);
    if (made) made = write_ahead(db, path);
    if (!made) {
      std::filesystem::remove(beside, code);
      return made.error();
    }
  }
  // A hard link never replaces a file; where the file system has none, a rename has to do.
  std::filesystem::create_hard_link(beside, path, code);
  const bool exists = code == std::errc::file_exists;
  if (code && !exists && std::rename(beside.c_str(), path.c_str()) == 0) return open(path);
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  if (exists) return taken;
  if (code) return make_error(ErrorCode::io, fmt::format("can't write: {}", code.message()), path);
  return open(path);
}

Expected<Store> Store::open(const std::string& path) {
  std::error_code code;
  if (!std::filesystem::exists(path, code))
    return make_error(ErrorCode::input, "there is no store here; 'hedgerow init' makes one", path);
  sqlite3* db = nullptr;
  int opened = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr);
  Store store(path, db);
  if (opened != SQLITE_OK) return detail::sqlite_error(db, path);
  const auto readable = detail::ask(db, path, "PRAGMA user_version");
  const bool closed = !std::filesystem::exists(path + "-wal", code) || std::filesystem::is_empty(path + "-wal", code);
  if (!readable && sqlite3_db_readonly(db, "main") == 1 && closed) {
    // A folder that can't be written has no place for the shared memory; but then nobody else writes either.
    opened =
        sqlite3_open_v2(as_uri(path, "?immutable=1").c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
    store.db_.reset(db);
    if (opened != SQLITE_OK) return detail::sqlite_error(db, path);
  }
  HR_CHECK(configure(db, path));
  HR_CHECK(detail::update_schema(db, path));
  if (sqlite3_db_readonly(db, "main") == 0) HR_CHECK(write_ahead(db, path));
  return store;
}

Expected<std::int64_t> Store::append(std::span<const Event> events) {
  if (events.empty()) return std::int64_t{0};
  HR_TRY(Transaction transaction, Transaction::begin(db_.get(), path()));
  HR_TRY(Statement statement, Statement::prepare(db_.get(), path(), kInsertEvent));
  std::int64_t first = 0;
  for (const Event& event : events) {
    if (const Checked added = insert_event(statement, event); !added) return explain(added.error(), event);
    if (first == 0) first = sqlite3_last_insert_rowid(db_.get());
  }
  HR_CHECK(transaction.commit());
  return first;
}

Expected<std::int64_t> Store::append_import(const Event& event, std::span<const records::Record> records) {
  HR_TRY(Transaction transaction, Transaction::begin(db_.get(), path()));
  HR_TRY(Statement statement, Statement::prepare(db_.get(), path(), kInsertEvent));
  HR_CHECK(insert_event(statement, event));
  const std::int64_t import = sqlite3_last_insert_rowid(db_.get());
  HR_CHECK(insert_records(db_.get(), path(), import, records));
  HR_CHECK(transaction.commit());
  if (records.empty()) return std::int64_t{0};
  return detail::ask(db_.get(), path(), fmt::format("SELECT min(id) FROM record WHERE import_event = {}", import));
}

Expected<std::vector<std::int64_t>> Store::append_imports(std::span<const NewImport> imports) {
  HR_TRY(Transaction transaction, Transaction::begin(db_.get(), path()));
  HR_TRY(Statement statement, Statement::prepare(db_.get(), path(), kInsertEvent));
  std::vector<std::int64_t> first;
  for (const NewImport& import : imports) {
    HR_CHECK(insert_event(statement, import.event));
    const std::int64_t event = sqlite3_last_insert_rowid(db_.get());
    HR_CHECK(insert_records(db_.get(), path(), event, import.records));
    HR_TRY(const std::int64_t id,
           detail::ask(db_.get(), path(),
                       fmt::format("SELECT coalesce(min(id), 0) FROM record WHERE import_event = {}", event)));
    first.push_back(id);
  }
  HR_CHECK(transaction.commit());
  return first;
}

// The store's own words for what SQLite calls a failed constraint.
Error Store::explain(const Error& error, const Event& event) const {
  if (error.code != ErrorCode::input || error.message.find("FOREIGN KEY") == std::string::npos) return error;
  return make_error(ErrorCode::input, fmt::format("there is no record {}", event.record), path());
}

Expected<std::vector<Event>> Store::events(std::int64_t after) const {
  HR_TRY(Statement statement,
         Statement::prepare(db_.get(), path(),
                            fmt::format("SELECT {} FROM event WHERE id > ? ORDER BY id", kEventColumns)));
  statement.bind(1, after);
  std::vector<Event> found;
  for (;;) {
    HR_TRY(const bool row, statement.step());
    if (!row) return found;
    found.push_back(read_event(statement));
  }
}

Expected<std::vector<StoredRecord>> Store::records() const { return select_records(db_.get(), path(), Fields::all, 0); }

Expected<std::vector<StoredRecord>> Store::record_texts() const {
  return select_records(db_.get(), path(), Fields::texts, 0);
}

Expected<std::vector<StoredRecord>> Store::record_heads() const {
  return select_records(db_.get(), path(), Fields::heads, 0);
}

Expected<StoredRecord> Store::record(std::int64_t id) const {
  if (id > 0) {
    HR_TRY(std::vector<StoredRecord> found, select_records(db_.get(), path(), Fields::all, id));
    if (!found.empty()) return std::move(found.front());
  }
  HR_TRY(const std::int64_t last, detail::ask(db_.get(), path(), "SELECT max(id) FROM record"));
  return make_error(ErrorCode::usage,
                    last == 0 ? fmt::format("there is no record {}: the store has none yet", id)
                              : fmt::format("there is no record {}; the records are 1 to {}", id, last),
                    path());
}

Expected<std::int64_t> Store::record_count() const {
  return detail::ask(db_.get(), path(), "SELECT count(*) FROM record");
}

Checked Store::check() const {
  HR_TRY(Statement statement, Statement::prepare(db_.get(), path(), "PRAGMA integrity_check(1)"));
  HR_TRY(const bool row, statement.step());
  if (row && statement.view(0) != "ok")
    return make_error(ErrorCode::input, fmt::format("the store is damaged: {}", statement.text(0)), path());
  HR_TRY(Statement keys, Statement::prepare(db_.get(), path(), "PRAGMA foreign_key_check"));
  HR_TRY(const bool broken, keys.step());
  if (broken)
    return make_error(ErrorCode::input,
                      fmt::format("row {} of the table {} names a {} that does not exist", keys.integer(1),
                                  keys.text(0), keys.text(2)),
                      path());
  return {};
}

bool Store::read_only() const { return sqlite3_db_readonly(db_.get(), "main") == 1; }

}  // namespace hedgerow::store
