// Every export that we have, read: counts as their origins say, nothing lost in a round trip, and the same records from
// every tool that wrote them. Files whose licence does not let them be part of the project are read where the folder of
// HEDGEROW_SHARED (or ../shared beside the project) has them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "records/read.hpp"
#include "records/write.hpp"

namespace hedgerow::records {
namespace {

namespace fs = std::filesystem;

struct Export {
  const char* path;
  Format format;
  std::size_t records;
};

// Counts: the README of each folder and the numbers in the file names; else counted with grep.
constexpr Export kBundled[] = {
    {"exports-bluelight/blue-light.nbib.gz", Format::nbib, 80},
    {"exports-bluelight/blue-light.ris.gz", Format::ris, 102},
    {"exports-bluelight/blue-light.xml.gz", Format::endnote_xml, 102},
    {"exports-formats/CSV/_baseline.csv", Format::csv, 100},
    {"exports-formats/CSV/_baseline_abstrackr.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_cinahl.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_cochrane.csv", Format::csv, 3},
    {"exports-formats/CSV/_baseline_covidence.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_embase.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_excel.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_googlescholar.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_openalex.csv", Format::csv, 9},
    {"exports-formats/CSV/_baseline_pubmed.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_rayyan.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_scopus.csv", Format::csv, 10},
    {"exports-formats/CSV/_baseline_zotero.csv", Format::csv, 10},
    {"exports-formats/RIS/_baseline.ris", Format::ris, 100},
    {"exports-formats/RIS/_baseline_cinahl.ris", Format::ris, 9},
    {"exports-formats/RIS/_baseline_citavi.ris", Format::ris, 100},
    {"exports-formats/RIS/_baseline_cochrane_endnote.ris", Format::ris, 3},
    {"exports-formats/RIS/_baseline_cochrane_procite.ris", Format::ris, 3},
    {"exports-formats/RIS/_baseline_cochrane_refman.ris", Format::ris, 3},
    {"exports-formats/RIS/_baseline_covidence_endnote.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_covidence_mendeley.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_covidence_refworks.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_covidence_zotero.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_embase.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_endnote.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_eppireviewer.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_eric_ovid.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_googlescholar.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_mdpi.ris", Format::ris, 11},
    {"exports-formats/RIS/_baseline_mendeley.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_openalex.ris", Format::ris, 9},
    {"exports-formats/RIS/_baseline_psychInfo_ovid.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_pubmed.ris", Format::nbib, 50},
    {"exports-formats/RIS/_baseline_rayyan.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_refworks.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_scopus.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_webofscience.ris", Format::ris, 10},
    {"exports-formats/RIS/_baseline_zotero.ris", Format::ris, 10},
    {"exports-formats/TSV/_baseline.tsv", Format::csv, 100},
    {"exports-formats/TSV/_baseline_refworks.tsv", Format::csv, 100},
    {"exports-parser-edge-cases/_baseline.ris", Format::ris, 100},
    {"exports-parser-edge-cases/baseline_empty_values.ris", Format::ris, 4},
    {"exports-parser-edge-cases/baseline_reference_types.ris", Format::ris, 61},
    {"exports-parser-edge-cases/baseline_tag-notes.ris", Format::ris, 12},
    {"exports-parser-edge-cases/baseline_tag-notes_labels.ris", Format::ris, 32},
    {"exports-parser-edge-cases/baseline_tag_and_field_definitions.ris", Format::ris, 1},
    {"exports-parser-edge-cases/baseline_tag_and_field_definitions_lists.ris", Format::ris, 1},
    {"exports-parser-edge-cases/baseline_zotero.ris", Format::ris, 100},
    {"exports-parser-edge-cases/duplicate_records.csv", Format::csv, 14},
    {"exports-parser-edge-cases/embase.csv", Format::csv, 6},
    {"exports-parser-edge-cases/embase.ris", Format::ris, 6},
    {"exports-parser-edge-cases/embase_newpage.csv", Format::csv, 6},
    {"exports-parser-edge-cases/faulty_year.ris", Format::ris, 1},
    {"exports-parser-edge-cases/generic_labels.csv", Format::csv, 6},
    {"exports-parser-edge-cases/generic_semicolon.csv", Format::csv, 2},
    {"exports-parser-edge-cases/generic_tab.tsv", Format::csv, 2},
    {"exports-parser-edge-cases/missing_values.csv", Format::csv, 4},
    {"exports-parser-edge-cases/ovid_psycinfo.ris", Format::ris, 6},
    {"exports-parser-edge-cases/ovid_zotero.ris", Format::ris, 6},
    {"exports-parser-edge-cases/proquest.ris", Format::ris, 6},
    {"exports-parser-edge-cases/pubmed_endnote.txt", Format::ris, 6},
    {"exports-parser-edge-cases/pubmed_zotero.ris", Format::ris, 6},
    {"exports-parser-edge-cases/ris_issue_1099.txt", Format::ris, 7},
    {"exports-parser-edge-cases/ris_issue_992.txt", Format::ris, 19},
    {"exports-parser-edge-cases/scopus.ris", Format::ris, 6},
    {"exports-parser-edge-cases/web_of_science.txt", Format::ris, 10},
    {"exports-platform-samples/mit/abi_inform_proquest_ris.ris", Format::ris, 2},
    {"exports-platform-samples/mit/ais_enl.txt", Format::endnote_tagged, 6},
    {"exports-platform-samples/mit/ebsco_bib.bib", Format::bibtex, 2},
    {"exports-platform-samples/mit/eric_nbib.nbib", Format::nbib, 1},
    {"exports-platform-samples/mit/ieee_csv.csv", Format::csv, 2},
    {"exports-platform-samples/mit/jstor_ris.ris", Format::ris, 4},
    {"exports-platform-samples/mit/psycinfo_ris.ris", Format::ris, 1},
    {"exports-platform-samples/mit/pubmed_csv.csv", Format::csv, 1},
    {"exports-platform-samples/mit/scopus_bib.bib", Format::bibtex, 11},
    {"exports-platform-samples/mit/springer_csv.csv", Format::csv, 1},
    {"exports-platform-samples/mit/web_of_science_bib.bib", Format::bibtex, 2},
    {"exports-pubmed-xml/pubmed1.xml", Format::pubmed_xml, 2},
    {"exports-pubmed-xml/pubmed2.xml", Format::pubmed_xml, 2},
    {"exports-pubmed-xml/pubmed4.xml", Format::pubmed_xml, 1},
    {"exports-pubmed-xml/pubmed5.xml", Format::pubmed_xml, 1},
    {"exports-pubmed-xml/pubmed6.xml", Format::pubmed_xml, 1},
    {"exports-pubmed-xml/pubmed7.xml", Format::pubmed_xml, 1},
    {"exports-pubmed-xml/pubmed_result1.txt", Format::nbib, 1},
    {"exports-pubmed-xml/pubmed_result2.txt", Format::nbib, 4},
    {"exports-pubmed-xml/pubmed_result3.txt", Format::nbib, 1},
    {"exports-scopus-three-formats/scopus.bib", Format::bibtex, 8},
    {"exports-scopus-three-formats/scopus.csv", Format::csv, 8},
    {"exports-scopus-three-formats/scopus.ris", Format::ris, 8},
};

constexpr Export kElsewhere[] = {
    {"exports-gambling/gambling-harms_crimjust_41.ris.gz", Format::ris, 41},
    {"exports-gambling/gambling-harms_lens_49.ris.gz", Format::ris, 49},
    {"exports-gambling/gambling-harms_psycinfo_124.ris.gz", Format::ris, 124},
    {"exports-gambling/gambling-harms_pubmed_176.ris.gz", Format::ris, 176},
    {"exports-gambling/gambling-harms_scopus_255.ris.gz", Format::ris, 255},
    {"exports-platform-samples/ASP_ris_example.ris", Format::ris, 4},
    {"exports-platform-samples/Ovid_ris_example.ris", Format::ris, 4},
    {"exports-platform-samples/PubMed_example.txt", Format::nbib, 3},
    {"exports-platform-samples/Scopus_bib_example.bib", Format::bibtex, 3},
    {"exports-platform-samples/Scopus_ris_example.ris", Format::ris, 3},
    {"exports-platform-samples/WoS_ciw_example.ciw", Format::wos, 5},
    {"exports-platform-samples/WoS_txt_example.txt", Format::wos, 4},
    {"exports-platform-samples/citesource_issue_24.ris", Format::ris, 17},
    {"exports-reference-managers/mendeley_export.xml.gz", Format::endnote_xml, 1233},
    {"exports-reference-managers/zotero_export.bib.gz", Format::bibtex, 1000},
    {"exports-reference-managers/zotero_export.csv.gz", Format::csv, 1233},
    {"exports-reference-managers/zotero_export.ris.gz", Format::ris, 1000},
    {"exports-reference-managers/zotero_export.xml.gz", Format::endnote_xml, 1233},
    {"exports-restoration/restoration_WoS.ciw.gz", Format::wos, 247},
    {"exports-restoration/restoration_pubmed.nbib.gz", Format::nbib, 104},
    {"exports-restoration/restoration_scopus.ris.gz", Format::ris, 286},
    {"exports-wildfire-stages/Dimensions_246.ris.gz", Format::ris, 246},
    {"exports-wildfire-stages/econlit_3.ris.gz", Format::ris, 3},
    {"exports-wildfire-stages/envindex_100.ris.gz", Format::ris, 100},
    {"exports-wildfire-stages/final_24.ris.gz", Format::ris, 24},
    {"exports-wildfire-stages/lens_343.ris.gz", Format::ris, 343},
    {"exports-wildfire-stages/medline_84.ris.gz", Format::ris, 84},
    {"exports-wildfire-stages/screened_128.ris.gz", Format::ris, 128},
    {"exports-wildfire-stages/wos_278.ris.gz", Format::ris, 278},
};

/// The bundled file of that name, packed or not; "" if there is none.
std::string bundled(const std::string& path) {
  const std::string full = std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/exports/" + path;
  for (const std::string& name : {full, full + ".gz"})
    if (fs::exists(name)) return name;
  return "";
}

std::string elsewhere(const std::string& path) {
  const char* named = std::getenv("HEDGEROW_SHARED");
  const std::string root = named != nullptr ? named : std::string(HEDGEROW_SOURCE_DIR) + "/../shared";
  const std::string full = root + "/data/workflow/" + path;
  return fs::exists(full) ? full : "";
}

ReadResult read_file(const std::string& path) {
  const auto read = read_records_file(path);
  EXPECT_TRUE(read.ok()) << path;
  return read.ok() ? *read : ReadResult{};
}

std::string written(Format format, const std::vector<Record>& list) {
  switch (format) {
    case Format::ris:
      return write_ris(list);
    case Format::nbib:
      return write_nbib(list);
    case Format::bibtex:
      return write_bibtex(list);
    default:
      return write_csv(list);
  }
}

/// Letters and digits alone: tools differ in typographic dashes and quotes.
std::string letters(const std::string& text) {
  std::string out;
  for (const char c : fold_for_search(text))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  return out;
}

using Values = std::multiset<std::pair<std::string, std::string>>;

/// A brace without a partner can't be written into BibTeX but behind a backslash.
std::string without_backslashes(std::string value) {
  std::erase(value, '\\');
  return value;
}

Values values_of(const Record& record) {
  Values values;
  for (const Tag& tag : record.tags)
    if (!trim(tag.value).empty()) values.emplace(tag.name, without_backslashes(tag.value));
  return values;
}

/// Every value of the first reading has to be in the second one; the fields have to be the same.
void expect_round_trip(const ReadResult& first, Format format, const std::string& path) {
  const std::string text = written(format, first.records);
  ReadOptions options;
  options.format = format;
  const ReadResult second = read_records(text, options);
  ASSERT_EQ(second.records.size(), first.records.size()) << path;
  for (std::size_t at = 0; at < first.records.size(); ++at) {
    const Record &before = first.records[at], &after = second.records[at];
    const Values kept = values_of(after);
    for (const auto& value : values_of(before))
      EXPECT_TRUE(kept.count(value) > 0) << path << ", record " << at + 1 << ": " << value.first << " " << value.second;
    EXPECT_EQ(after.title, before.title) << path << ", record " << at + 1;
    EXPECT_EQ(letters(join(after.authors, ";")), letters(join(before.authors, ";"))) << path << ", record " << at + 1;
    EXPECT_EQ(after.year, before.year) << path << ", record " << at + 1;
    EXPECT_EQ(after.doi, before.doi) << path << ", record " << at + 1;
    EXPECT_EQ(after.pages, before.pages) << path << ", record " << at + 1;
  }
}

void expect_read(const Export& what, const std::string& path) {
  const ReadResult read = read_file(path);
  EXPECT_EQ(read.format, what.format) << path;
  EXPECT_EQ(read.records.size(), what.records) << path;
  std::size_t line = 0;
  for (const Record& record : read.records) {
    EXPECT_GE(record.source.line, line) << path;
    line = record.source.line;
    EXPECT_FALSE(record.tags.empty()) << path << ", line " << line;
  }
  const bool has_writer = what.format == Format::ris || what.format == Format::nbib || what.format == Format::bibtex ||
                          what.format == Format::csv;
  if (has_writer) expect_round_trip(read, what.format, path);
}

TEST(EveryExport, BundledFilesAreReadWholeAndSurviveARoundTrip) {
  for (const Export& what : kBundled) {
    const std::string path = bundled(what.path);
    ASSERT_FALSE(path.empty()) << what.path;
    expect_read(what, path);
  }
}

TEST(EveryExport, OtherFilesAreReadWholeAndSurviveARoundTrip) {
  std::size_t found = 0;
  for (const Export& what : kElsewhere) {
    const std::string path = elsewhere(what.path);
    if (path.empty()) continue;
    ++found;
    expect_read(what, path);
  }
  if (found == 0) GTEST_SKIP() << "the folder of HEDGEROW_SHARED is not there";
}

std::string family(const Record& record) {
  return record.authors.empty() ? "" : letters(record.authors[0].substr(0, record.authors[0].find(',')));
}

/// Records of the same DOI have the same title, year and first author in every file that has them.
void expect_agreement(const std::vector<std::string>& paths, std::size_t least_shared) {
  std::map<std::string, std::pair<Record, std::string>> first;
  std::size_t shared = 0;
  for (const std::string& path : paths)
    for (const Record& record : read_file(path).records) {
      if (record.doi.empty()) continue;
      const auto [place, is_new] = first.try_emplace(record.doi, record, path);
      if (is_new) continue;
      ++shared;
      const Record& other = place->second.first;
      const std::string where = record.doi + " in " + path + " and " + place->second.second;
      EXPECT_EQ(letters(record.title), letters(other.title)) << where;
      if (record.year && other.year) {
        EXPECT_EQ(*record.year, *other.year) << where;
      }
      if (!record.authors.empty() && !other.authors.empty()) {
        // "de Jong, Marit" and "Jong, Marit de" are both in use.
        const std::string a = family(record), b = family(other);
        EXPECT_TRUE(a.ends_with(b) || b.ends_with(a)) << where << ": " << a << " and " << b;
      }
    }
  EXPECT_GE(shared, least_shared);
}

TEST(EveryExport, EveryToolWritesTheSameTenRecords) {
  std::vector<std::string> paths;
  for (const Export& what : kBundled)
    if (std::string_view(what.path).starts_with("exports-formats/")) paths.push_back(bundled(what.path));
  expect_agreement(paths, 400);
}

TEST(EveryExport, OneLibraryInThreeFormatsAgrees) {
  expect_agreement({bundled("exports-bluelight/blue-light.nbib.gz"), bundled("exports-bluelight/blue-light.ris.gz"),
                    bundled("exports-bluelight/blue-light.xml.gz")},
                   100);
  expect_agreement(
      {bundled("exports-scopus-three-formats/scopus.csv"), bundled("exports-scopus-three-formats/scopus.ris"),
       bundled("exports-scopus-three-formats/scopus.bib")},
      16);
}

}  // namespace
}  // namespace hedgerow::records
