// Workbooks of tests/data/xlsx (make_fixtures.py wrote them): cells of every kind, and the refusals.
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "data/detail/excel_date.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

const std::string kFolder = std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/xlsx/";

std::string bytes_of(const std::string& name) { return read_file(kFolder + name).take(); }

Table effects() { return parse_xlsx(bytes_of("effects.xlsx"), "effects.xlsx", std::nullopt).take(); }

TEST(Xlsx, ReadsTheFirstSheetWithGapsInRowsAndColumns) {
  const Table t = effects();
  EXPECT_EQ(t.names(), (std::vector<std::string>{"study", "yi", "when", "random", "note"}));
  ASSERT_EQ(t.rows(), 3U);
  EXPECT_EQ(t.line(0), 3U);
  EXPECT_EQ(t.line(1), 6U);
  EXPECT_EQ(t.where(1, 1), "effects.xlsx[Effects]:6:yi");
}

TEST(Xlsx, JoinsRichTextAndTrims) {
  const Table t = effects();
  EXPECT_EQ(t.cell(0, 0), "Müller et al.");
  EXPECT_EQ(t.cell(1, 0), "Ali & Li");
}

TEST(Xlsx, KeepsNumbersAsInTheFile) {
  const Table t = effects();
  EXPECT_EQ(t.cell(0, 1), "-0.88930000000000009");
  EXPECT_EQ(t.cell(2, 1), "1E-3");  // its format has letters only inside quotes: no date
  EXPECT_EQ(t.cell(2, 0), "1948");
  const auto yi = t.numbers("yi");
  ASSERT_TRUE(yi.ok());
  EXPECT_EQ((*yi)[0], -0.88930000000000009);
  EXPECT_TRUE(t.missing(1, 1));
}

TEST(Xlsx, ShowsDatesTruthAndErrors) {
  const Table t = effects();
  EXPECT_EQ(t.cell(0, 2), "2021-03-04");
  EXPECT_EQ(t.cell(1, 2), "2021-03-04T12:30:00");
  EXPECT_EQ(t.cell(2, 2), "1900-02-28");
  EXPECT_EQ(t.cell(0, 3), "TRUE");
  EXPECT_EQ(t.cell(1, 3), "FALSE");
  EXPECT_TRUE(t.missing(0, 4));  // #N/A
}

TEST(Xlsx, ReadsTheNamedSheetAndNamesTheNearest) {
  const auto notes = parse_xlsx(bytes_of("effects.xlsx"), "effects.xlsx", "Study notes");
  ASSERT_TRUE(notes.ok());
  EXPECT_EQ(notes->cell(0, 1), "7");
  const auto wrong = parse_xlsx(bytes_of("effects.xlsx"), "effects.xlsx", "Efects");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().message,
            "there is no sheet 'Efects' (did you mean 'Effects'?); the sheets are Effects, Study notes");
}

TEST(Xlsx, ReadsThroughThePathWithASheet) {
  const auto notes = read_table(kFolder + "effects.xlsx#Study notes");
  ASSERT_TRUE(notes.ok());
  EXPECT_EQ(notes->names()[0], "key");
}

TEST(Xlsx, UnderstandsPrefixesAndTheCalendarOf1904) {
  const auto t = parse_xlsx(bytes_of("prefixed_1904.xlsx"), "p.xlsx", std::nullopt);
  ASSERT_TRUE(t.ok());
  EXPECT_EQ(t->cell(0, 0), "1904-01-01");
}

TEST(Xlsx, RefusesAValueBelowNoName) {
  const auto t = parse_xlsx(bytes_of("prefixed_1904.xlsx"), "p.xlsx", "Nameless");
  ASSERT_FALSE(t.ok());
  EXPECT_EQ(describe(t.error()), "p.xlsx[Nameless]:2:AB: '5' stands in column AB, which has no name in row 1");
}

TEST(Xlsx, RefusesWhatIsNoWorkbook) {
  const auto message = [](const std::string& bytes) { return parse_xlsx(bytes, "b", std::nullopt).error().message; };
  EXPECT_EQ(message(""), "the file is empty");
  EXPECT_NE(message("\xD0\xCF\x11\xE0 and more").find("encrypted"), std::string::npos);
  EXPECT_NE(message("yi,vi\n1,2\n").find("is it CSV?"), std::string::npos);
  const std::string whole = bytes_of("effects.xlsx");
  EXPECT_NE(message(whole.substr(0, whole.size() / 2)).find("damaged"), std::string::npos);
}

// Fields of the central directory: flags at byte 8, uncompressed size at byte 24 of an entry "PK\1\2".
std::string patched(const std::string& part, std::size_t field, const std::string& value) {
  std::string bytes = bytes_of("effects.xlsx");
  const std::size_t name = bytes.rfind(part);
  bytes.replace(name - 46 + field, value.size(), value);
  return bytes;
}

TEST(Xlsx, RefusesZipBombsAndPasswords) {
  const auto bomb = parse_xlsx(patched("xl/sharedStrings.xml", 24, "\xFF\xFF\xFF\x7F"), "b.xlsx", std::nullopt);
  ASSERT_FALSE(bomb.ok());
  EXPECT_NE(bomb.error().message.find("unpacks to 2147483647 bytes"), std::string::npos) << bomb.error().message;
  const auto secret = parse_xlsx(patched("xl/workbook.xml", 8, std::string("\x01\x00", 2)), "b.xlsx", std::nullopt);
  ASSERT_FALSE(secret.ok());
  EXPECT_NE(secret.error().message.find("encrypted"), std::string::npos) << secret.error().message;
}

TEST(Xlsx, SurvivesEveryDamagedByte) {
  const std::string whole = bytes_of("effects.xlsx");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    const auto table = parse_xlsx(damaged, "b.xlsx", std::nullopt);
    EXPECT_TRUE(table.ok() || !table.error().message.empty()) << i;
  }
}

TEST(ExcelDate, KnowsFormats) {
  for (const int id : {14, 22, 45, 58}) EXPECT_TRUE(is_date_format(id, ""));
  for (const int id : {0, 1, 10, 49}) EXPECT_FALSE(is_date_format(id, ""));
  for (const char* code : {"yyyy-mm-dd", "[h]:mm", "[$-409]d mmm", "h:mm AM/PM", "\\t dd"})
    EXPECT_TRUE(is_date_format(164, code)) << code;
  for (const char* code : {"0.00", "General", "[Red]0.0", "0\" days\"", "\\d0", "#,##0_m"})
    EXPECT_FALSE(is_date_format(164, code)) << code;
}

TEST(ExcelDate, CountsDaysOfBothCalendars) {
  EXPECT_EQ(iso_date(1, Epoch::y1900), "1900-01-01");
  EXPECT_EQ(iso_date(60, Epoch::y1900), "1900-02-29");
  EXPECT_EQ(iso_date(61, Epoch::y1900), "1900-03-01");
  EXPECT_EQ(iso_date(45292, Epoch::y1900), "2024-01-01");
  EXPECT_EQ(iso_date(43830, Epoch::y1904), "2024-01-01");
  EXPECT_EQ(iso_date(0.75, Epoch::y1900), "18:00:00");
  EXPECT_EQ(iso_date(1.9999999, Epoch::y1900), "1900-01-02");
  EXPECT_EQ(iso_date(-1, Epoch::y1900), std::nullopt);
  EXPECT_EQ(iso_date(1e9, Epoch::y1900), std::nullopt);
}

}  // namespace
}  // namespace hedgerow::data
