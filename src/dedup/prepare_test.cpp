// The text rules, the similarities against naive twins, and the candidates against all pairs.
#include "dedup/detail/prepare.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "dedup/detail/compare.hpp"
#include "dedup/detail/text_similarity.hpp"

namespace hedgerow::dedup::detail {
namespace {

std::size_t naive_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
    }
  return d[a.size()][b.size()];
}

TEST(DedupText, EditDistanceAgreesWithItsTwin) {
  RandomStream random(7, 1);
  for (int round = 0; round < 400; ++round) {
    std::string a, b;
    const std::size_t letters = 2 + random.below(6);
    for (std::size_t i = random.below(200); i-- > 0;) a += static_cast<char>('a' + random.below(letters));
    b = a;
    if (round % 2 == 0) b.clear();
    for (std::size_t i = random.below(40); i-- > 0;)
      b.insert(random.below(b.size() + 1), 1, static_cast<char>('a' + random.below(letters)));
    if (!b.empty()) b.erase(random.below(b.size()), random.below(5));
    EXPECT_EQ(edit_distance(a, b), naive_distance(a, b)) << a << " " << b;
    EXPECT_EQ(within_one_edit(a, b), naive_distance(a, b) <= 1) << a << " " << b;
  }
  EXPECT_TRUE(within_one_edit("haemolytic", "hemolytic"));
  EXPECT_FALSE(within_one_edit("ab", "ba"));
  EXPECT_EQ(edit_similarity("", ""), 1);
}

TEST(DedupText, Journals) {
  const auto like = [](const char* a, const char* b) { return journal_similarity(journal_words(a), journal_words(b)); };
  EXPECT_GE(like("new england journal of medicine", "new engl j med"), 0.9);
  EXPECT_GE(like("proceedings of the national academy of sciences", "proc natl acad sci"), 0.9);
  EXPECT_GE(like("journal of the american medical association", "jama"), 0.9);
  EXPECT_GE(like("cardiology (switzerland)", "cardiology"), 0.9);
  EXPECT_LT(like("journal of virology", "journal of urology"), 0.55);
  EXPECT_LT(like("diabetes", "diabetologia"), 0.9);
}

TEST(DedupText, PagesAndVolumes) {
  std::string first, last;
  read_pages("s123-5", first, last);
  EXPECT_EQ(first + " " + last, "s123 s125");
  read_pages("188-197", first, last);
  EXPECT_EQ(first + " " + last, "188 197");
  read_pages("01-oct", first, last);
  EXPECT_EQ(first + " " + last, "1 10");
  read_pages("94 p", first, last);
  EXPECT_EQ(first, "");
  read_pages("no pagination specified", first, last);
  EXPECT_EQ(first, "");
  std::string issue;
  EXPECT_EQ(read_volume("35 suppl 1", issue), "35");
  EXPECT_EQ(read_volume("1)", issue), "");
  EXPECT_EQ(read_volume("ph.d.", issue), "");
  EXPECT_EQ(issue, "");
  EXPECT_EQ(read_volume("30 (11)", issue), "30");
  EXPECT_EQ(issue, "11");
}

TEST(DedupText, NotesOfTitles) {
  const auto cut = [](const char* title) {
    bool notice = false;
    std::string other;
    const std::string text = without_notes(title, notice, other);
    return text + (notice ? " !" : "") + (other.empty() ? "" : " | " + other);
  };
  EXPECT_EQ(cut("a long title of a paper. [review] [90 refs]"), "a long title of a paper");
  EXPECT_EQ(cut("a long title of a paper.[erratum appears in brain inj 2013"), "a long title of a paper");
  EXPECT_EQ(cut("[a long title of a paper]. [french]"), "a long title of a paper");
  EXPECT_EQ(cut("a long title of a paper (vol 360, pg 542, 2009)"), "a long title of a paper !");
  EXPECT_EQ(cut("erratum: a long title"), "erratum: a long title !");
  EXPECT_EQ(cut("corrections officers and their health"), "corrections officers and their health");
  EXPECT_EQ(cut("un titre en francais [a title in the words of others]"),
            "un titre en francais | a title in the words of others");
}

TEST(DedupText, NumbersOfRegisters) {
  const std::pair<const char*, const char*> cases[] = {
      {"nct01234567", "nct01234567"},
      {"https://clinicaltrials.gov/show/nct01234567/results?a=1", "nct01234567"},
      {"trial of rest (isrctn12345678)", "isrctn12345678"},
      {"chictr-trc-12001234", "chictrtrc12001234"},
      {"euctr2010-123456-12-de", "euctr201012345612"},
      {"ctri/2019/01/012345", "ctri201901012345"},
      {"the function nctions of 12345", ""},
      {"ntr12", ""},
      {"", ""}};
  for (const auto& [text, number] : cases) EXPECT_EQ(read_registry(text), number) << text;
}

TEST(DedupText, Authors) {
  EXPECT_EQ(read_author("van der berg, j").name, "berg");
  EXPECT_EQ(read_author("del, pino m").name, "pino");
  EXPECT_EQ(read_author("kroeller, a").name, "kroller");
  EXPECT_EQ(read_author("").name, "");
  EXPECT_EQ(read_author(",").name, "");
}

TEST(DedupText, RunningWildIsHarmless) {
  RandomStream random(3, 9);
  for (int round = 0; round < 300; ++round) {
    records::Record record;
    for (std::string* field : {&record.title, &record.journal, &record.volume, &record.pages, &record.abstract,
                               &record.issue, &record.original_title})
      for (std::size_t i = random.below(60); i-- > 0;) *field += static_cast<char>(random.below(256));
    record.authors = {record.title, record.pages};
    const Prepared prepared = prepare(record);
    EXPECT_EQ(compare(prepared, prepared).doi, Agreement::missing);
  }
}

}  // namespace
}  // namespace hedgerow::dedup::detail
