#include "review/prisma_csv.hpp"

#include <gtest/gtest.h>

#include "data/readers.hpp"

namespace hedgerow::review {
namespace {

data::Table shipped() { return data::read_table(HEDGEROW_SOURCE_DIR "/tests/data/prisma/PRISMA.csv").take(); }

Prisma example() {
  Prisma prisma;
  for (const auto& [name, count] : {std::pair{"database_results", 100L},
                                    {"duplicates", 20L},
                                    {"records_screened", 80L},
                                    {"records_excluded", 60L},
                                    {"total_reports_ma", 9L},
                                    {"awaiting", 1L}})
    EXPECT_TRUE(set_count(prisma, name, count, "").ok());
  prisma.databases = {{"PubMed", 60}, {"Embase, Ovid", 40}};
  prisma.dbr_excluded = {{"wrong design", 5}};
  return prisma;
}

void expect_same(const Prisma& a, const Prisma& b) {
  for (const PrismaName& known : prisma_names()) EXPECT_EQ(a.find(known.name), b.find(known.name)) << known.name;
  EXPECT_EQ(a.databases, b.databases);
  EXPECT_EQ(a.registers, b.registers);
  EXPECT_EQ(a.dbr_excluded, b.dbr_excluded);
  EXPECT_EQ(a.other_excluded, b.other_excluded);
}

TEST(PrismaCsv, TheShippedTemplateReads) {
  ASSERT_TRUE(is_prisma2020(shipped()));
  const auto prisma = read_prisma2020(shipped());
  ASSERT_TRUE(prisma.ok()) << describe(prisma.error());
  EXPECT_EQ(prisma->find("database_results"), 0);
  EXPECT_EQ(prisma->find("total_reports_ma"), 0);
  EXPECT_TRUE(prisma->databases.empty());
}

TEST(PrismaCsv, WritingKeepsEveryRowAndReadsBack) {
  for (const data::Table& layout : {shipped(), prisma2020_layout().take()}) {
    const auto written = write_prisma2020(example(), layout);
    ASSERT_TRUE(written.ok()) << describe(written.error());
    ASSERT_EQ(written->rows(), layout.rows() + 1);  // awaiting has no row there
    EXPECT_EQ(written->names(), layout.names());
    for (std::size_t i = 0; i < layout.rows(); ++i)
      for (std::size_t j = 0; j + 1 < layout.cols(); ++j) EXPECT_EQ(written->cell(i, j), layout.cell(i, j));
    const data::Table again = data::parse_csv(data::to_csv(*written), "prisma.csv").take();
    expect_same(read_prisma2020(again).take(), example());
  }
}

TEST(PrismaCsv, OurLayoutHasTheRowsOfTheirs) {
  const data::Table ours = prisma2020_layout().take(), theirs = shipped();
  ASSERT_EQ(ours.rows(), theirs.rows());
  for (std::size_t i = 0; i < ours.rows(); ++i)
    for (const char* column : {"data", "box"})
      EXPECT_EQ(ours.cell(i, *ours.find(column)), theirs.cell(i, *theirs.find(column))) << i;
}

TEST(PrismaCsv, NamesTheCellThatIsNoCount) {
  const auto error = [](const std::string& rows) {
    return describe(read_prisma2020(data::parse_csv("data,box,n\n" + rows, "p.csv").take()).error());
  };
  EXPECT_NE(error("duplicates,box3,-1\n").find("p.csv:2:n"), std::string::npos);
  EXPECT_NE(error("dbr_excluded,box9,wrong design 5\n").find("behind a comma"), std::string::npos);
  EXPECT_NE(error("duplicates,box3,1\nduplicates,box3,2\n").find("twice"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::review
