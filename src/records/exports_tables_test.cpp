// Real exports as tables, BibTeX and XML: counts as their READMEs say, nothing lost, and agreement with the same
// library in another format. The files have licences of their own and are read only where they are.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/unicode.hpp"
#include "records/read.hpp"

namespace hedgerow::records {
namespace {

std::string shared_folder() {
  const char* named = std::getenv("HEDGEROW_SHARED");
  const std::string folder = named ? named : std::string(HEDGEROW_SOURCE_DIR) + "/../shared";
  return folder + "/data/workflow/";
}

class SharedExports : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(shared_folder()))
      GTEST_SKIP() << "no folder " << shared_folder() << "; set HEDGEROW_SHARED to have these files read";
  }
};

ReadResult read(const std::string& file) {
  auto result = read_records_file(shared_folder() + file);
  EXPECT_TRUE(result.ok()) << file;
  return result.ok() ? result.take() : ReadResult{};
}

struct Expected {
  std::string file;
  Format format;
  std::size_t records;
};

const std::vector<Expected>& labelled_sets() {
  static const std::vector<Expected> kFiles = {
      {"dedup-endnote-copper/copper.xml.gz", Format::endnote_xml, 505},
      {"dedup-asysd-diabetes/records.csv.gz", Format::csv, 1845},
      {"dedup-sra-cytology/records.csv.gz", Format::csv, 1856},
      {"dedup-sra-haematology/records.csv.gz", Format::csv, 1415},
      {"dedup-sra-stroke/records.csv.gz", Format::csv, 1292},
      {"screening-other/Bannach-Brown_2019.csv.gz", Format::csv, 1993},
      {"screening-other/Nagtegaal_2019.csv.gz", Format::csv, 2019},
      {"screening-synergy/Chou_2004.csv.gz", Format::csv, 1630},
      {"screening-synergy/Jeyaraman_2020.csv.gz", Format::csv, 1175},
      {"screening-synergy/Nelson_2002.csv.gz", Format::csv, 366},
      {"screening-synergy/Oud_2018.csv.gz", Format::csv, 952},
      {"screening-synergy/Sep_2021.csv.gz", Format::csv, 271},
  };
  return kFiles;
}

TEST_F(SharedExports, LabelledSetsAreReadWhole) {
  for (const Expected& expected : labelled_sets()) {
    const ReadResult result = read(expected.file);
    EXPECT_EQ(result.format, expected.format) << expected.file;
    EXPECT_EQ(result.records.size(), expected.records) << expected.file;
    for (const Record& record : result.records) {
      EXPECT_FALSE(record.tags.empty()) << expected.file << " record " << record.source.number;
      EXPECT_GT(record.source.line, 0U) << expected.file;
    }
  }
}

/// Letters and digits, so that spelling of punctuation and accents does not count.
std::string plain(std::string_view text) {
  std::string letters;
  for (const char c : fold_for_search(text))
    if (std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80) letters += c;
  return letters;
}

std::string family(const Record& record) {
  return record.authors.empty() ? "" : plain(record.authors[0].substr(0, record.authors[0].find(',')));
}

/// The four fields by which two records of one work are known to be the same.
std::string identity(const Record& record) {
  return fmt::format("{} | {} | {} | {}", plain(record.title), record.doi, record.year.value_or(0), family(record));
}

/// Records of two exports of one library, in the same order.
void expect_same_library(const std::string& one, const std::string& other) {
  const ReadResult a = read(one), b = read(other);
  ASSERT_EQ(a.records.size(), b.records.size()) << one << " and " << other;
  for (std::size_t i = 0; i < a.records.size(); ++i) {
    const Record &x = a.records[i], &y = b.records[i];
    EXPECT_EQ(identity(x), identity(y)) << one << " and " << other << ", record " << i + 1;
    EXPECT_EQ(x.volume, y.volume) << other << ", record " << i + 1;
    EXPECT_EQ(x.issue, y.issue) << other << ", record " << i + 1;
    EXPECT_EQ(plain(x.pages), plain(y.pages)) << other << ", record " << i + 1;
    EXPECT_EQ(x.authors.size(), y.authors.size()) << other << ", record " << i + 1;
  }
}

/// How many records of the first export have one of the same title in the other, and how many of those differ in `of`.
struct Comparison {
  std::size_t found = 0, different = 0;
};
template <class Of>
Comparison compare_by_title(const std::string& one, const std::string& other, Of of) {
  const ReadResult a = read(one), b = read(other);
  std::multimap<std::string, const Record*> titles;
  for (const Record& record : b.records) titles.emplace(plain(record.title), &record);
  Comparison comparison;
  for (const Record& record : a.records) {
    const auto [begin, end] = titles.equal_range(plain(record.title));
    if (begin == end) continue;
    ++comparison.found;
    comparison.different += std::none_of(begin, end, [&](const auto& pair) { return of(*pair.second) == of(record); });
  }
  return comparison;
}

TEST_F(SharedExports, ScopusInThreeFormats) {
  const std::string folder = "exports-scopus-three-formats/";
  expect_same_library(folder + "scopus.csv", folder + "scopus.bib");
  expect_same_library(folder + "scopus.csv", folder + "scopus.ris");
}

TEST_F(SharedExports, OneLibraryOfEndnoteInThreeFormats) {
  const std::string folder = "exports-bluelight/blue-light.";
  expect_same_library(folder + "xml.gz", folder + "ris.gz");
  const Comparison comparison = compare_by_title(folder + "nbib.gz", folder + "xml.gz", identity);
  EXPECT_EQ(comparison.found, 80U);
  EXPECT_EQ(comparison.different, 0U);
}

TEST_F(SharedExports, ReferenceManagers) {
  const std::string folder = "exports-reference-managers/";
  expect_same_library(folder + "zotero_export.csv.gz", folder + "zotero_export.xml.gz");
  const Comparison mendeley =
      compare_by_title(folder + "zotero_export.csv.gz", folder + "mendeley_export.xml.gz", identity);
  EXPECT_EQ(mendeley.found, 1233U);
  EXPECT_EQ(mendeley.different, 0U);
  const Comparison bibtex =
      compare_by_title(folder + "zotero_export.bib.gz", folder + "zotero_export.ris.gz", identity);
  EXPECT_EQ(bibtex.found, 1000U);
  EXPECT_EQ(bibtex.different, 0U);
}

TEST_F(SharedExports, TablesAgreeWithRis) {
  const std::string folder = "exports-formats/";
  struct Pair {
    const char *table, *ris;
    std::size_t found;
  };
  const Pair kPairs[] = {{"cinahl", "cinahl", 9},
                         {"cochrane", "cochrane_endnote", 3},
                         {"covidence", "covidence_endnote", 10},
                         {"embase", "embase", 10},
                         {"googlescholar", "googlescholar", 10},
                         {"openalex", "openalex", 9},
                         {"rayyan", "rayyan", 10},
                         {"scopus", "scopus", 10},
                         {"zotero", "zotero", 10}};
  for (const Pair& pair : kPairs) {
    const Comparison comparison = compare_by_title(fmt::format("{}CSV/_baseline_{}.csv", folder, pair.table),
                                                   fmt::format("{}RIS/_baseline_{}.ris", folder, pair.ris), identity);
    EXPECT_EQ(comparison.found, pair.found) << pair.table;
    EXPECT_EQ(comparison.different, 0U) << pair.table;
  }
  const auto doi = [](const Record& record) { return record.doi; };
  const Comparison lens = compare_by_title(folder + "CSV/_baseline.csv", folder + "RIS/_baseline.ris", doi);
  EXPECT_EQ(lens.found, 100U);
  EXPECT_EQ(lens.different, 0U);
}

TEST_F(SharedExports, LabelsAndMarksAreTags) {
  const auto count = [](const ReadResult& result, std::string_view name, std::string_view value) {
    return std::count_if(result.records.begin(), result.records.end(), [&](const Record& record) {
      return std::any_of(record.tags.begin(), record.tags.end(),
                         [&](const Tag& tag) { return tag.name == name && tag.value == value; });
    });
  };
  EXPECT_EQ(count(read("dedup-endnote-copper/copper.xml.gz"), "caption", "Duplicate"), 281);
  EXPECT_EQ(count(read("screening-synergy/Jeyaraman_2020.csv.gz"), "label_included", "1"), 96);
  EXPECT_EQ(count(read("screening-other/Nagtegaal_2019.csv.gz"), "label_included", "1"), 101);
}

TEST_F(SharedExports, AuthorsOfTheLabelledSets) {
  const ReadResult diabetes = read("dedup-asysd-diabetes/records.csv.gz");
  EXPECT_EQ(diabetes.records[0].authors, (std::vector<std::string>{"Adeli, K.", "Lewis, G. F."}));
  std::size_t without_comma = 0;
  for (const Record& record : diabetes.records)
    for (const std::string& author : record.authors) without_comma += author.find(',') == std::string::npos;
  EXPECT_EQ(without_comma, 2U);
  const ReadResult stroke = read("dedup-sra-stroke/records.csv.gz");
  EXPECT_EQ(stroke.records[0].authors.size(), 5U);
}

}  // namespace
}  // namespace hedgerow::records
