// Candidates against all pairs, and groups against a naive twin, directly.
#include "dedup/detail/groups.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.hpp"
#include "base/text.hpp"
#include "dedup/detail/blocking.hpp"

namespace hedgerow::dedup::detail {
namespace {

using records::Record;
using PairOf = std::pair<std::size_t, std::size_t>;

Prepared prepared(const std::string& title, const std::string& author, const std::string& page, int year) {
  Record record;
  record.title = title;
  record.authors = {author};
  record.pages = page;
  record.volume = "7";
  record.journal = "Bone";
  record.year = year;
  return prepare(record);
}

std::set<PairOf> found(const std::vector<Prepared>& records, std::size_t new_from = 0, unsigned threads = 1) {
  std::set<PairOf> out;
  for (const Candidate& one : candidates(records, new_from, threads)) out.emplace(one.first, one.second);
  return out;
}

std::string word(RandomStream& random) {
  std::string out;
  for (int i = 0; i < 7; ++i) out += static_cast<char>('a' + random.below(26));
  return out;
}

/// `n` titles of six made-up words, each twice: as it is, and with one word misspelt or left out.
std::vector<Prepared> copies(std::size_t n, RandomStream& random) {
  std::vector<Prepared> out;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<std::string> words;
    for (int w = 0; w < 6; ++w) words.push_back(word(random));
    const auto title = [&] { return join(words, " "); };
    const std::string author = word(random) + ", A.", page = std::to_string(100 + i);
    out.push_back(prepared(title(), author, page, 2015));
    const std::size_t at = random.below(words.size());
    if (random.below(2))
      words[at][3] = 'x';
    else
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    out.push_back(prepared(title(), author, random.below(2) ? page : "", 2015));
  }
  return out;
}

TEST(Blocking, EveryCopyIsACandidateAndFewOthersAre) {
  RandomStream random(5, 1);
  const std::vector<Prepared> records = copies(300, random);
  const auto pairs = found(records);
  for (std::size_t i = 0; i < records.size(); i += 2) EXPECT_TRUE(pairs.count({i, i + 1})) << i;
  EXPECT_LT(pairs.size(), records.size());
}

TEST(Blocking, PairsAreSortedOnceAndIndependentOfThreads) {
  RandomStream random(5, 2);
  const std::vector<Prepared> records = copies(100, random);
  const auto one = candidates(records, 0, 1);
  EXPECT_EQ(one, candidates(records, 0, 4));
  EXPECT_TRUE(std::is_sorted(one.begin(), one.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(a.first, a.second) < std::pair(b.first, b.second);
  }));
  EXPECT_EQ(found(records).size(), one.size());
  for (const Candidate& pair : one) EXPECT_LT(pair.first, pair.second);
}

TEST(Blocking, OldRecordsAreNotComparedAgain) {
  RandomStream random(5, 3);
  const std::vector<Prepared> records = copies(50, random);
  const auto all = found(records), fresh = found(records, 60);
  std::set<PairOf> expected;
  for (const PairOf& pair : all)
    if (pair.second >= 60) expected.insert(pair);
  EXPECT_EQ(fresh, expected);
}

TEST(Blocking, AKeyOfManyRecordsCostsALine) {
  // One title on 2,000 papers: without a cap two million pairs.
  std::vector<Prepared> records;
  for (int i = 0; i < 2000; ++i)
    records.push_back(prepared("Editorial", fmt::format("Author{}, A.", i), std::to_string(i), 1950 + i % 60));
  EXPECT_LT(found(records).size(), records.size() * 40);
}

Pair link(std::size_t a, std::size_t b, double score) {
  Pair out;
  out.first = a;
  out.second = b;
  out.score = score;
  out.answer = Answer::same;
  return out;
}

bool never(std::size_t, std::size_t) { return false; }

TEST(Groups, AreChainsOfLinksNumberedByTheirFirstRecord) {
  const std::vector<Pair> links = {link(1, 3, 0.99), link(3, 4, 0.96), link(0, 5, 0.97)};
  EXPECT_EQ(group_records(6, links, {}, never), (std::vector<std::size_t>{0, 1, 2, 1, 1, 0}));
  EXPECT_EQ(group_records(3, {}, {}, never), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Groups, AChainBreaksAtItsWeakestLink) {
  const auto differ = [](std::size_t a, std::size_t b) { return std::min(a, b) == 0 && std::max(a, b) == 2; };
  EXPECT_EQ(group_records(3, std::vector<Pair>{link(0, 1, 0.95), link(1, 2, 0.99)}, {}, differ),
            (std::vector<std::size_t>{0, 1, 1}));
  EXPECT_EQ(group_records(3, std::vector<Pair>{link(0, 1, 0.99), link(1, 2, 0.95)}, {}, differ),
            (std::vector<std::size_t>{0, 0, 1}));
}

TEST(Groups, PeopleWinOverScoresAndDifferentOverSame) {
  const std::vector<Pair> links = {link(0, 1, 0.999), link(1, 2, 0.999)};
  Known known;
  known.different = {{2, 0}};
  EXPECT_EQ(group_records(3, links, known, never), (std::vector<std::size_t>{0, 0, 1}));
  known.same = {{0, 2}};
  EXPECT_EQ(group_records(3, links, known, never)[2], 1U) << "called different as well";
  known.different.clear();
  const auto always = [](std::size_t, std::size_t) { return true; };
  EXPECT_EQ(group_records(3, {}, known, always), (std::vector<std::size_t>{0, 1, 0})) << "no score asks people";
}

/// The same by sets: links from the strongest down, each join checked against all pairs.
std::vector<std::size_t> naive(std::size_t n, std::vector<Pair> links, const std::set<PairOf>& apart) {
  std::vector<std::set<std::size_t>> groups;
  for (std::size_t i = 0; i < n; ++i) groups.push_back({i});
  std::stable_sort(links.begin(), links.end(), [](const Pair& a, const Pair& b) { return a.score > b.score; });
  const auto of = [&](std::size_t record) {
    return std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.count(record) > 0; });
  };
  for (const Pair& pair : links) {
    const auto a = of(pair.first), b = of(pair.second);
    if (a == b) continue;
    bool allowed = true;
    for (const std::size_t x : *a)
      for (const std::size_t y : *b) allowed = allowed && !apart.count({std::min(x, y), std::max(x, y)});
    if (!allowed) continue;
    a->insert(b->begin(), b->end());
    groups.erase(b);
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return *a.begin() < *b.begin(); });
  std::vector<std::size_t> out(n);
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const std::size_t record : groups[g]) out[record] = g;
  return out;
}

TEST(Groups, AgreeWithTheirTwin) {
  RandomStream random(6, 0);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 2 + random.below(10);
    std::vector<Pair> links;
    std::set<PairOf> apart;
    Known known;
    for (std::size_t i = random.below(15); i-- > 0;) {
      const std::size_t a = random.below(n), b = random.below(n);
      if (a != b)
        links.push_back(link(std::min(a, b), std::max(a, b), 0.9 + 0.001 * static_cast<double>(random.below(90))));
    }
    for (std::size_t i = random.below(4); i-- > 0;) {
      const std::size_t a = random.below(n), b = random.below(n);
      if (a == b) continue;
      apart.emplace(std::min(a, b), std::max(a, b));
      known.different.emplace_back(b, a);
    }
    EXPECT_EQ(group_records(n, links, known, never), naive(n, links, apart)) << round;
  }
}

}  // namespace
}  // namespace hedgerow::dedup::detail
