// Exports that may be kept in the project (tests/data/exports): what one record of each must give, and damaged copies.
#include <gtest/gtest.h>

#include "base/gzip.hpp"
#include "records/read.hpp"

namespace hedgerow::records {
namespace {

ReadResult read(const std::string& file) {
  auto result = read_records_file(std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/exports/" + file);
  EXPECT_TRUE(result.ok()) << file;
  return result.ok() ? result.take() : ReadResult{};
}

struct Case {
  const char* file;
  std::size_t records;
  std::size_t oddities;
  std::size_t which;  ///< number of the record that is looked at, from 1
  const char *title, *first_author, *doi, *journal, *pages;
  int year;
};

// Values read from the files by hand.
const Case kCases[] = {
    {"exports-formats/CSV/_baseline_cinahl.csv", 10, 0, 3,
     "How to verify fossil tracks: the first record of dinosaurs from Palestine", "Lallensack, Jens N.",
     "10.1080/08912963.2022.2069020", "Historical Biology", "924-934", 2023},
    {"exports-formats/CSV/_baseline_cochrane.csv", 3, 0, 3,
     "The Incredible Years Parenting and Child Treatment Programs: a Randomized Controlled Trial "
     "in a Child Welfare Setting in Spain",
     "Arruabarrena, I", "10.5093/pi2022a2", "Psychosocial intervention = intervencion psicosocial", "43-58", 2022},
    {"exports-formats/CSV/_baseline_googlescholar.csv", 10, 0, 2,
     "Ecological and evolutionary implications of dinosaur feeding behaviour", "Barrett, Paul M", "",
     "Trends in Ecology & Evolution", "217-224", 2006},
    {"exports-formats/CSV/_baseline_pubmed.csv", 10, 0, 2,
     "Symbiosis between Cretaceous dinosaurs and feather-feeding beetles", "Peñalver, E", "10.1073/pnas.2217872120",
     "Proc Natl Acad Sci U S A", "e2217872120", 2023},
    {"exports-formats/CSV/_baseline_embase.csv", 10, 0, 3,
     "A new abelisaurid dinosaur from the end Cretaceous of Patagonia and evolutionary rates "
     "among the Ceratosauria",
     "Pol, D.", "10.1111/cla.12583", "Cladistics : the international journal of the Willi Hennig Society", "307-356",
     2024},
    {"exports-formats/CSV/_baseline_abstrackr.csv", 10, 6, 10,
     "A juvenile bird with possible crown-group affinities from a dinosaur-rich Cretaceous "
     "ecosystem in North America",
     "Brownstein, C.D.", "", "BMC Ecol Evol", "", 0},
    {"exports-platform-samples/mit/ebsco_bib.bib", 2, 1, 2, "When sharing fixes prices", "Cruise, Tom", "",
     "Journal of Technology", "", 0},
    {"exports-platform-samples/mit/scopus_bib.bib", 11, 0, 2, "Article classified as document_type Article",
     "Articlewriter, C.", "10.1222/2222222.2022.2222222", "Public Dummy Review Two", "", 2022},
    {"exports-platform-samples/mit/web_of_science_bib.bib", 2, 0, 2, "A dummy title's", "Articlewriter, Julian",
     "10.1111/artjul.2021.0011", "Dummy Journal for nice writing", "111-188", 2022},
    {"exports-platform-samples/mit/ieee_csv.csv", 2, 0, 1,
     "Rural Outsourcing: Delivering ITO and BPO Services from Remote Domestic Locations", "Rottman, Joseph",
     "10.1109/mc.2011.377", "Computer", "", 0},
    {"exports-platform-samples/mit/springer_csv.csv", 1, 0, 1, "Publication tilte", "Smith, Andy", "10.1007/11111",
     "Nature", "", 2000},
    {"exports-parser-edge-cases/generic_semicolon.csv", 2, 0, 2, "The title of the reference", "Marxus, Karlus", "", "",
     "e0815341", 2006},
    {"exports-parser-edge-cases/generic_tab.tsv", 2, 0, 2, "The title of the reference", "Marxus, Karlus", "", "",
     "e0815341", 2006},
    {"exports-parser-edge-cases/missing_values.csv", 4, 0, 1, "Title of reference", "", "", "", "", 0},
    {"exports-pubmed-xml/pubmed2.xml", 2, 0, 2, "Proton MRI of (13)C distribution by J and chemical shift editing",
     "Casieri, C", "10.1006/jmre.2001.2429", "Journal of magnetic resonance (San Diego, Calif. : 1997)", "117-123",
     2001},
    {"exports-pubmed-xml/pubmed6.xml", 1, 0, 1,
     "A \"Blood Relationship\" Between the Overlooked Minimum Lactate Equivalent and Maximal "
     "Lactate Steady State in Trained Runners. Back to the Old Days?",
     "Garcia-Tabar, Ibai", "10.3389/fphys.2018.01034", "Frontiers in physiology", "1034", 2018},
    {"exports-bluelight/blue-light.xml.gz", 102, 0, 2,
     "Phototherapy in the treatment of acne vulgaris: what is its role?", "Charakida, A.",
     "10.2165/00128071-200405040-00001", "Am J Clin Dermatol", "211-216", 2004},
};

TEST(BundledExports, FieldsOfEveryFile) {
  for (const Case& expected : kCases) {
    const ReadResult result = read(expected.file);
    EXPECT_EQ(result.oddities.size(), expected.oddities) << expected.file;
    ASSERT_EQ(result.records.size(), expected.records) << expected.file;
    const Record& record = result.records[expected.which - 1];
    EXPECT_EQ(record.title, expected.title) << expected.file;
    EXPECT_EQ(record.authors.empty() ? "" : record.authors[0], expected.first_author) << expected.file;
    EXPECT_EQ(record.doi, expected.doi) << expected.file;
    EXPECT_EQ(record.journal, expected.journal) << expected.file;
    EXPECT_EQ(record.pages, expected.pages) << expected.file;
    EXPECT_EQ(record.year.value_or(0), expected.year) << expected.file;
  }
}

/// Any text may be cut off, or have bytes turned over, and is read all the same.
TEST(BundledExports, DamagedFilesAreRead) {
  for (const Case& one : kCases) {
    auto bytes = read_file_unpacked(std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/exports/" + one.file);
    ASSERT_TRUE(bytes.ok());
    ReadOptions options;
    options.file = one.file;
    options.format = read(one.file).format;
    const std::string text = bytes->substr(0, 6000);
    for (std::size_t length = 0; length < text.size(); length += 997) read_records(text.substr(0, length), options);
    for (std::size_t at = 1; at < text.size(); at += 613) {
      std::string damaged = text;
      damaged[at] = "\"{}<>,;\n\0\\="[at % 11];
      read_records(damaged, options);
    }
  }
}

}  // namespace
}  // namespace hedgerow::records
