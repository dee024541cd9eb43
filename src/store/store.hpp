// The review's memory: records as they came, and one log of events, in an SQLite file.
//
// Records and events are only ever added. What the review knows at any moment (links, votes, counts) follows from the
// events alone, so every number of the PRISMA figure is a question to the log, and undoing is one more event. An event
// that was confirmed survives a killed process (WAL, synchronous = FULL); several processes may write at once.
// Format: docs/formats/store.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "records/record.hpp"

struct sqlite3;

namespace hedgerow::store {

/// What happened. `kind` and its fields: docs/formats/store.md.
struct Event {
  std::int64_t id = 0;      ///< rising, given by the store
  std::string time;         ///< UTC, "2026-11-23T02:10:00.123Z"
  std::string author;       ///< who did it
  std::string kind;         ///< "vote", "link", "import", "undo", ...
  std::int64_t record = 0;  ///< the record that it is about, 0: none
  std::int64_t other = 0;   ///< a second record, or the event that is undone
  std::string stage;        ///< "abstract", "fulltext", or ""
  std::string value;        ///< "include", "same", ...
  std::string reason;       ///< of an exclusion
  std::string detail;       ///< JSON object with what else belongs to it, or ""
};

/// An import that is not stored yet: its event, and what it brings.
struct NewImport {
  Event event;
  std::vector<records::Record> records;
};

struct StoredRecord {
  std::int64_t id = 0;            ///< from 1, in the order of import
  std::int64_t import_event = 0;  ///< the event that brought it
  records::Record record;
};

class Store {
 public:
  /// Makes a new store. Errors: the file exists, can't be written.
  static Expected<Store> create(const std::string& path);
  /// Opens a store and brings its schema up to date. Errors: no such file, not a store, made by a newer program.
  static Expected<Store> open(const std::string& path);

  /// Appends events in one transaction; gives the id of the first. `id` and an empty `time` are filled in. Errors: disk
  /// full, store locked for longer than five seconds, a kind that is not in kinds.hpp, no author, a record or an undone
  /// event that does not exist; then nothing was written.
  Expected<std::int64_t> append(std::span<const Event> events);
  Expected<std::int64_t> append(const Event& event) { return append(std::span(&event, 1)); }
  /// Appends an import and its records in one transaction; gives the id of the first record.
  Expected<std::int64_t> append_import(const Event& event, std::span<const records::Record> records);

  /// Several imports in one transaction: all or none. Gives the id of the first record of each, 0 for one without.
  Expected<std::vector<std::int64_t>> append_imports(std::span<const NewImport> imports);

  /// Events after `after`, in their order.
  Expected<std::vector<Event>> events(std::int64_t after = 0) const;
  Expected<std::vector<StoredRecord>> records() const;
  /// Without tags: enough for a model, and faster.
  Expected<std::vector<StoredRecord>> record_texts() const;
  /// Without abstracts and tags: enough for lists and counts, and faster.
  Expected<std::vector<StoredRecord>> record_heads() const;
  Expected<StoredRecord> record(std::int64_t id) const;
  Expected<std::int64_t> record_count() const;
  /// The whole file, page by page and key by key. Errors: what is damaged.
  Checked check() const;

  const std::string& path() const { return *path_; }
  bool read_only() const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };
  Store(std::string path, sqlite3* db);
  Error explain(const Error& error, const Event& event) const;

  std::unique_ptr<std::string> path_;  ///< on the heap: statements point to it while the store is moved
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace hedgerow::store
