#include "store/detail/schema.hpp"

#include <fmt/core.h>
#include <sqlite3.h>

#include <array>

#include "store/detail/sqlite.hpp"

namespace hedgerow::store::detail {
namespace {

// Schema 1: the log, and the records. The long texts of a record stand apart, so that a list of all records reads a
// tenth of the file.
Checked to_version_1(sqlite3* db, const std::string& path) {
  return execute(db, path, R"sql(
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time TEXT NOT NULL,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  record INTEGER REFERENCES record (id),
  other INTEGER,
  stage TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE TABLE record (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  import_event INTEGER NOT NULL REFERENCES event (id),
  database TEXT NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  number INTEGER NOT NULL,
  format TEXT NOT NULL,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  original_title TEXT NOT NULL,
  authors TEXT NOT NULL,
  year INTEGER,
  journal TEXT NOT NULL,
  journal_abbreviation TEXT NOT NULL,
  volume TEXT NOT NULL,
  issue TEXT NOT NULL,
  pages TEXT NOT NULL,
  article_number TEXT NOT NULL,
  doi TEXT NOT NULL,
  pmid TEXT NOT NULL,
  pmcid TEXT NOT NULL,
  accession TEXT NOT NULL,
  issn TEXT NOT NULL,
  isbn TEXT NOT NULL,
  keywords TEXT NOT NULL,
  language TEXT NOT NULL,
  publisher TEXT NOT NULL,
  url TEXT NOT NULL,
  notes TEXT NOT NULL,
  retracted INTEGER NOT NULL
) STRICT;
CREATE TABLE record_text (
  record INTEGER PRIMARY KEY REFERENCES record (id),
  abstract TEXT NOT NULL,
  tags TEXT NOT NULL
) STRICT;
)sql");
}

// Schema 2: nothing is changed or deleted, whichever program tries; a second record or an undone event exists.
Checked to_version_2(sqlite3* db, const std::string& path) {
  return execute(db, path, R"sql(
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN
  SELECT RAISE(ABORT, 'events are never deleted: undo them');
END;
CREATE TRIGGER event_unchanged BEFORE UPDATE ON event BEGIN
  SELECT RAISE(ABORT, 'events are never changed: undo them');
END;
CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN
  SELECT RAISE(ABORT, 'records are never deleted');
END;
CREATE TRIGGER record_unchanged BEFORE UPDATE ON record BEGIN
  SELECT RAISE(ABORT, 'records are never changed');
END;
CREATE TRIGGER record_text_kept BEFORE DELETE ON record_text BEGIN
  SELECT RAISE(ABORT, 'records are never deleted');
END;
CREATE TRIGGER record_text_unchanged BEFORE UPDATE ON record_text BEGIN
  SELECT RAISE(ABORT, 'records are never changed');
END;
CREATE TRIGGER event_pair BEFORE INSERT ON event WHEN NEW.kind IN ('link', 'unlink', 'different') BEGIN
  SELECT RAISE(ABORT, 'a pair needs two records that exist')
  WHERE NEW.record IS NULL OR NOT EXISTS (SELECT 1 FROM record WHERE id = NEW.other);
END;
CREATE TRIGGER event_undone BEFORE INSERT ON event WHEN NEW.kind = 'undo' BEGIN
  SELECT RAISE(ABORT, 'an undo needs an event that exists')
  WHERE NOT EXISTS (SELECT 1 FROM event WHERE id = NEW.other);
END;
)sql");
}

using Migration = Checked (*)(sqlite3*, const std::string&);
constexpr std::array<Migration, kSchemaVersion> kMigrations = {to_version_1, to_version_2};

// All migrations from the file's schema to `version`, in one transaction. The number is read again inside of it:
// another process may have been faster.
Checked migrate(sqlite3* db, const std::string& path, int version) {
  HR_TRY(Transaction transaction, Transaction::begin(db, path));
  HR_TRY(const std::int64_t now, ask(db, path, "PRAGMA user_version"));
  for (std::int64_t step = now; step < version; ++step) HR_CHECK(kMigrations[static_cast<std::size_t>(step)](db, path));
  if (now < version) HR_CHECK(execute(db, path, fmt::format("PRAGMA user_version = {}", version).c_str()));
  return transaction.commit();
}

}  // namespace

Checked make_schema(sqlite3* db, const std::string& path, int version) {
  HR_CHECK(execute(db, path, fmt::format("PRAGMA application_id = {}", kApplicationId).c_str()));
  return migrate(db, path, version);
}

Checked update_schema(sqlite3* db, const std::string& path) {
  HR_TRY(const std::int64_t id, ask(db, path, "PRAGMA application_id"));
  HR_TRY(const std::int64_t version, ask(db, path, "PRAGMA user_version"));
  if (id != kApplicationId || version < 1)
    return make_error(ErrorCode::input, "is not the store of a review: an SQLite file of another program", path);
  if (version > kSchemaVersion)
    return make_error(ErrorCode::not_supported,
                      fmt::format("was made by a newer version of hedgerow (its schema is {}, this program knows {}); "
                                  "use that version",
                                  version, kSchemaVersion),
                      path);
  if (version == kSchemaVersion) return {};
  if (sqlite3_db_readonly(db, "main") == 1)
    return make_error(ErrorCode::io,
                      fmt::format("was made by an older version of hedgerow (schema {}, now {}) and can't be brought "
                                  "up to date, for it is read-only",
                                  version, kSchemaVersion),
                      path);
  return migrate(db, path, kSchemaVersion);
}

}  // namespace hedgerow::store::detail
