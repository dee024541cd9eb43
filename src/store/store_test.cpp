#include "store/store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "base/file.hpp"
#include "store/kinds.hpp"
#include "store/test_folder.hpp"

namespace hedgerow::store {
namespace {

// Another program's hand on the file.
std::string meddle(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  char* message = nullptr;
  sqlite3_exec(db, sql, nullptr, nullptr, &message);
  const std::string said = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(db);
  return said;
}

records::Record full_record() {
  records::Record record;
  record.source = {"Scopus", "ein \"Ordner\"/ä.ris", 17, 3};
  record.format = records::Format::nbib;
  record.type = "journal";
  record.title = "Ménière’s \\ \"disease\"\nand β₂";
  record.original_title = "題";
  record.authors = {"Smith, A.", "O\"Neill, \\B", "{Group, the}", ""};
  record.year = 2015;
  record.journal = "J";
  record.journal_abbreviation = "j.";
  record.volume = "3";
  record.issue = "S1";
  record.pages = "188-197";
  record.article_number = "e12";
  record.doi = "10.1/x";
  record.pmid = "1";
  record.pmcid = "PMC1";
  record.accession = "WOS:1";
  record.issn = {"1234-5678", "8765-432X"};
  record.isbn = {"9780306406157"};
  record.abstract = std::string("with a\0 byte", 12);
  record.keywords = {"knee", "a,b"};
  record.language = "eng";
  record.publisher = "P";
  record.url = "https://x";
  record.notes = "n";
  record.retracted = true;
  record.tags = {{"TY", "JOUR"}, {"AU", "a\nb"}, {"", "\x01\"\\"}, {"AU", ""}};
  return record;
}

void expect_equal(const records::Record& a, const records::Record& b, bool with_texts) {
  EXPECT_EQ(a.source.database, b.source.database);
  EXPECT_EQ(a.source.file, b.source.file);
  EXPECT_EQ(a.source.line, b.source.line);
  EXPECT_EQ(a.source.number, b.source.number);
  EXPECT_EQ(a.format, b.format);
  EXPECT_EQ(a.year, b.year);
  EXPECT_EQ(a.retracted, b.retracted);
  using records::Record;
  for (const auto field :
       {&Record::type, &Record::title, &Record::original_title, &Record::journal, &Record::journal_abbreviation,
        &Record::volume, &Record::issue, &Record::pages, &Record::article_number, &Record::doi, &Record::pmid,
        &Record::pmcid, &Record::accession, &Record::language, &Record::publisher, &Record::url, &Record::notes})
    EXPECT_EQ(a.*field, b.*field);
  for (const auto field : {&Record::authors, &Record::issn, &Record::isbn, &Record::keywords})
    EXPECT_EQ(a.*field, b.*field);
  EXPECT_EQ(with_texts ? a.abstract : "", b.abstract);
  EXPECT_EQ(with_texts ? a.tags.size() : 0, b.tags.size());
  for (std::size_t i = 0; i < b.tags.size(); ++i) {
    EXPECT_EQ(a.tags[i].name, b.tags[i].name);
    EXPECT_EQ(a.tags[i].value, b.tags[i].value);
  }
}

TEST(Store, KeepsEventsInTheirOrder) {
  const TestFolder folder;
  auto store = Store::create(folder.path("a.db"));
  ASSERT_TRUE(store.ok());
  Event vote = a_vote("ana", 0);
  vote.kind = "note";
  vote.detail = "{\"text\": \"é\"}";
  const std::vector<Event> three = {vote, vote, vote};
  EXPECT_EQ(store->append(vote).value(), 1);
  EXPECT_EQ(store->append(three).value(), 2);
  EXPECT_EQ(store->append(std::vector<Event>{}).value(), 0);
  const auto events = Store::open(folder.path("a.db")).value().events();
  ASSERT_TRUE(events.ok());
  ASSERT_EQ(events->size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const Event& event = events.value()[i];
    EXPECT_EQ(event.id, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(event.author, "ana");
    EXPECT_EQ(event.detail, vote.detail);
    EXPECT_EQ(event.time.size(), std::string("2026-11-23T02:10:00.123Z").size());
    EXPECT_EQ(event.time.back(), 'Z');
  }
  EXPECT_EQ(store->events(3)->size(), 1U);
}

TEST(Store, GivesEveryFieldOfARecordBack) {
  const TestFolder folder;
  auto store = Store::create(folder.path("a.db"));
  ASSERT_TRUE(store.ok());
  const std::vector<records::Record> two = {full_record(), records::Record{}};
  EXPECT_EQ(store->append_import(an_import("ana"), two).value(), 1);
  EXPECT_EQ(store->append_import(an_import("ana"), two).value(), 3);
  EXPECT_EQ(store->append_import(an_import("ana"), {}).value(), 0);
  EXPECT_EQ(store->record_count().value(), 4);
  const auto all = store->records();
  const auto heads = store->record_heads();
  ASSERT_TRUE(all.ok() && heads.ok());
  ASSERT_EQ(all->size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(all.value()[i].id, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(all.value()[i].import_event, i < 2 ? 1 : 2);
    expect_equal(two[i % 2], all.value()[i].record, true);
    expect_equal(two[i % 2], heads.value()[i].record, false);
  }
  expect_equal(two[0], store->record(3)->record, true);
  EXPECT_NE(store->record(9).error().message.find("records are 1 to 4"), std::string::npos);
  EXPECT_FALSE(store->record(-1).ok());
  EXPECT_TRUE(store->check().ok());
}

TEST(Store, SeveralImportsAreStoredTogetherOrNotAtAll) {
  const TestFolder folder;
  auto store = Store::create(folder.path("a.db"));
  ASSERT_TRUE(store.ok());
  const std::vector<records::Record> two(2), none;
  const std::vector<NewImport> three = {{an_import("ana"), two}, {an_import("ana"), none}, {an_import("ana"), two}};
  EXPECT_EQ(store->append_imports(three).value(), (std::vector<std::int64_t>{1, 0, 3}));
  const std::vector<NewImport> second_is_wrong = {{an_import("ana"), two}, {an_import(""), two}};
  EXPECT_FALSE(store->append_imports(second_is_wrong).ok());
  EXPECT_EQ(store->record_count().value(), 4);
  EXPECT_EQ(store->events()->size(), 3U);
}

TEST(Store, RefusesWrongEventsAsAWhole) {
  const TestFolder folder;
  auto store = Store::create(folder.path("a.db"));
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(store->append_import(an_import("ana"), std::vector<records::Record>(2)).ok());
  const auto refused = [&](Event event) {
    const auto answer = store->append(std::vector<Event>{a_vote("ana", 1), event});
    EXPECT_EQ(store->events()->size(), 1U);
    return answer.ok() ? "accepted" : answer.error().message;
  };
  EXPECT_EQ(refused(a_vote("ana", 3)), "there is no record 3");
  EXPECT_EQ(refused(a_vote("", 1)), "the vote has no author");
  Event event = a_vote("ana", 1);
  event.kind = "wote";
  EXPECT_EQ(refused(event), "'wote' is no kind of event");
  event.kind = "link";
  event.other = 3;
  EXPECT_EQ(refused(event), "a pair needs two records that exist");
  event.kind = "undo";
  event.other = 99;
  EXPECT_EQ(refused(event), "an undo needs an event that exists");
}

TEST(Store, NothingIsChangedOrDeletedWhicheverProgramTries) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  auto store = Store::create(path);
  ASSERT_TRUE(store->append_import(an_import("ana"), std::vector<records::Record>(1)).ok());
  ASSERT_TRUE(store->append(a_vote("ana", 1)).ok());
  for (const char* sql :
       {"DELETE FROM event", "UPDATE event SET value = 'exclude'", "DELETE FROM record", "UPDATE record SET title = ''",
        "DELETE FROM record_text", "UPDATE record_text SET tags = ''"})
    EXPECT_NE(meddle(path, sql).find("are never"), std::string::npos) << sql;
  EXPECT_EQ(store->events()->size(), 2U);
}

TEST(Store, IsMadeOnceAndOnlyWhereItCanBe) {
  const TestFolder folder;
  ASSERT_TRUE(Store::create(folder.path("a.db")).ok());
  EXPECT_EQ(Store::create(folder.path("a.db")).error().code, ErrorCode::usage);
  EXPECT_EQ(Store::create(folder.path("no/folder.db")).error().code, ErrorCode::io);
  const std::string strange = folder.path("50% of #1?.db");
  ASSERT_TRUE(Store::create(strange).ok());
  EXPECT_TRUE(Store::open(strange).ok());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path("")))
    EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
}

TEST(Store, RefusesWhatIsNoStore) {
  const TestFolder folder;
  EXPECT_NE(Store::open(folder.path("none.db")).error().message.find("hedgerow init"), std::string::npos);
  const std::string text = folder.path("text.db"), empty = folder.path("empty.db"), other = folder.path("other.db");
  ASSERT_TRUE(write_file(text, std::string(5000, 'x')).ok());
  ASSERT_TRUE(write_file(empty, "").ok());
  meddle(other, "CREATE TABLE event (id INTEGER)");
  for (const std::string& path : {text, empty, other}) {
    const auto opened = Store::open(path);
    ASSERT_FALSE(opened.ok());
    EXPECT_NE(opened.error().message.find("is not the store of a review"), std::string::npos) << path;
    EXPECT_EQ(opened.error().code, ErrorCode::input);
  }
  EXPECT_EQ(read_file(empty).value(), "");
  EXPECT_FALSE(Store::open(folder.path("")).ok());
}

TEST(Store, RefusesANewerSchema) {
  const TestFolder folder;
  ASSERT_TRUE(Store::create(folder.path("a.db")).ok());
  meddle(folder.path("a.db"), "PRAGMA user_version = 7");
  const auto opened = Store::open(folder.path("a.db"));
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find("newer version of hedgerow (its schema is 7"), std::string::npos);
}

TEST(Store, BringsTheFirstSchemaUpToDate) {
  const TestFolder folder;
  const std::string path = folder.path("old.db");
  const auto sql = read_file(HEDGEROW_SOURCE_DIR "/tests/data/store/version_1.sql");
  ASSERT_TRUE(sql.ok());
  ASSERT_EQ(meddle(path, sql->c_str()), "");
  for (int round = 0; round < 2; ++round) {
    auto store = Store::open(path);
    ASSERT_TRUE(store.ok()) << describe(store.error());
    EXPECT_EQ(store->events()->size(), 3U + static_cast<std::size_t>(round));
    EXPECT_EQ(store->records()->front().record.authors, (std::vector<std::string>{"Smith, A.", "Jones, B."}));
    EXPECT_EQ(store->records()->front().record.tags.size(), 2U);
    EXPECT_EQ(store->records()->back().record.year, std::nullopt);
    ASSERT_TRUE(store->append(a_vote("bo", 2)).ok());
    EXPECT_TRUE(store->check().ok());
  }
  // What a new store has, the old one has now.
  const std::string fresh = folder.path("new.db");
  ASSERT_TRUE(Store::create(fresh).ok());
  const char* triggers =
      "SELECT CASE WHEN count(*) = 8 THEN 0 ELSE abs(-9223372036854775807 - 1) END "
      "FROM sqlite_master WHERE type = 'trigger'";
  EXPECT_EQ(meddle(path, triggers), "");
  EXPECT_EQ(meddle(fresh, triggers), "");
}

TEST(Store, SaysThatAFileIsDamaged) {
  const TestFolder folder;
  const std::string path = folder.path("a.db");
  {
    auto store = Store::create(path);
    std::vector<records::Record> many(300, full_record());
    ASSERT_TRUE(store->append_import(an_import("ana"), many).ok());
  }
  std::string bytes = read_file(path).value();
  ASSERT_GT(bytes.size(), 100000U);
  for (std::size_t i = 8192; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  ASSERT_TRUE(write_file(path, bytes).ok());
  const auto store = Store::open(path);
  if (!store.ok()) {
    EXPECT_NE(store.error().message.find("damaged"), std::string::npos);
    return;
  }
  EXPECT_NE(store->check().error().message.find("damaged"), std::string::npos);
  const auto read = store->records();
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("damaged"), std::string::npos) << read.error().message;
}

TEST(Store, KnowsTheKindsOfItsFormat) {
  const auto page = read_file(HEDGEROW_SOURCE_DIR "/docs/formats/store.md");
  ASSERT_TRUE(page.ok());
  std::size_t rows = 0;
  for (std::size_t at = page->find("\n| `"); at != std::string::npos; at = page->find("\n| `", at + 1)) {
    const std::size_t end = page->find('`', at + 4);
    EXPECT_TRUE(is_event_kind(page->substr(at + 4, end - at - 4))) << page->substr(at + 4, end - at - 4);
    ++rows;
  }
  EXPECT_EQ(rows, event_kinds().size());
}

}  // namespace
}  // namespace hedgerow::store
