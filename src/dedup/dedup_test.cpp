// Groups, decisions of people, determinism, merging, scoring; and the errors of the shipped weights on labelled sets.
#include "dedup/dedup.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/gzip.hpp"
#include "base/random.hpp"
#include "data/readers.hpp"
#include "records/read.hpp"

namespace hedgerow::dedup {
namespace {

using records::Record;

Record paper(const std::string& title, const std::string& page = "101-110") {
  Record record;
  record.title = title;
  record.authors = {"Smith, Anna", "Okafor, Ben", "Lee, Chen"};
  record.year = 2015;
  record.journal = "Journal of Strength and Conditioning Research";
  record.volume = "29";
  record.issue = "3";
  record.pages = page;
  return record;
}

const std::string kTitle = "Effects of plyometric training on sprint performance in young soccer players";

Result find(const std::vector<Record>& records, Options options = {}) {
  SilentProgress silent;
  return find_duplicates(records, options, silent);
}

TEST(Dedup, NothingAndOneRecord) {
  EXPECT_TRUE(find({}).group.empty());
  EXPECT_EQ(find({paper(kTitle)}).kept, std::vector<std::size_t>{0});
  EXPECT_EQ(find({Record{}, Record{}}).kept.size(), 2U);
}

TEST(Dedup, AnotherDatabasesSpellingIsTheSame) {
  Record other = paper("Effects of Plyometric Training on Sprint Performance in Young Soccer Players.", "101-10");
  other.authors = {"Smith A", "Okafor B"};
  other.journal = "J Strength Cond Res";
  other.issue.clear();
  const Result result = find({paper(kTitle), other});
  EXPECT_EQ(result.kept.size(), 1U);
  ASSERT_EQ(result.pairs.size(), 1U);
  EXPECT_EQ(result.pairs[0].answer, Answer::same);
  EXPECT_NE(result.pairs[0].reason.find("title equal"), std::string::npos) << result.pairs[0].reason;
}

TEST(Dedup, WhatOnlyLooksAlikeStaysApart) {
  Record meeting = paper(kTitle, "S12");
  meeting.journal = "Medicine and Science in Sports and Exercise";
  meeting.volume = "47";
  EXPECT_EQ(find({paper(kTitle), meeting}).kept.size(), 2U) << "an abstract at a conference and the article";
  EXPECT_EQ(find({paper(kTitle + ": part I"), paper(kTitle + ": part II", "111-120")}).kept.size(), 2U);
  Record erratum = paper("Erratum: " + kTitle, "400");
  erratum.issue = "9";
  EXPECT_EQ(find({paper(kTitle), erratum}).kept.size(), 2U);
  EXPECT_EQ(find({paper(kTitle),
                  paper("Effects of resistance training on sprint performance in young rugby players", "222-230")})
                .kept.size(),
            2U);
}

TEST(Dedup, DifferentDoisAndTitlesAreNeverTheSame) {
  Record a = paper(kTitle), b = paper("Effects of plyometric training on jump performance in young soccer players");
  a.doi = "10.1000/1";
  b.doi = "10.1000/2";
  EXPECT_EQ(find({a, b}).kept.size(), 2U);
  Options bold;
  bold.same_from = 1e-6;
  EXPECT_EQ(find({a, b}, bold).kept.size(), 2U);
}

TEST(Dedup, PeopleOutrankScores) {
  const std::vector<Record> records = {paper(kTitle), paper(kTitle), paper("Sleep and injury in cricket", "7-9")};
  Options options;
  options.known.different = {{1, 0}};
  EXPECT_EQ(find(records, options).kept.size(), 3U);
  options.known.same = {{0, 2}};
  const Result result = find(records, options);
  EXPECT_EQ(result.group[0], result.group[2]);
  EXPECT_NE(result.group[0], result.group[1]);
  options.known.same = {{0, 2}, {1, 2}};
  EXPECT_NE(find(records, options).group[0], find(records, options).group[1]) << "no chain around 'different'";
}

TEST(Dedup, OnlyPairsWithANewRecordCount) {
  const std::vector<Record> records = {paper(kTitle), paper(kTitle), paper(kTitle)};
  Options options;
  options.new_from = 2;
  const Result result = find(records, options);
  EXPECT_TRUE(std::all_of(result.pairs.begin(), result.pairs.end(), [](const Pair& p) { return p.second == 2; }));
  options.new_from = 3;
  EXPECT_EQ(find(records, options).kept.size(), 3U);
}

TEST(Dedup, MergedTakesTheBestOfEach) {
  Record a = paper("EFFECTS OF TRAINING"), b = paper("Effects of training", "101");
  a.issue.clear();
  b.abstract = "Long.";
  b.doi = "10.1000/1";
  b.authors = {"Smith, A."};
  b.source.file = "b.ris";
  a.source.file = "a.ris";
  const std::vector<Record> records = {a, b};
  const std::vector<std::size_t> members = {0, 1};
  const Record best = merged(records, members, 0);
  EXPECT_EQ(best.title, "Effects of training");
  EXPECT_EQ(best.pages, "101-110");
  EXPECT_EQ(best.doi, "10.1000/1");
  EXPECT_EQ(best.issue, "3");
  EXPECT_EQ(best.authors.size(), 3U);
  EXPECT_EQ(best.abstract, "Long.");
  EXPECT_EQ(best.source.file, "a.ris");
  EXPECT_EQ(find(records).kept, std::vector<std::size_t>{1}) << "the one with DOI and abstract stays";
}

// The definition, counted record by record.
Score naive_score(const std::vector<bool>& removed, const std::vector<std::size_t>& truth) {
  Score result;
  std::set<std::size_t> seen, stayed;
  for (std::size_t i = 0; i < truth.size(); ++i)
    if (!removed[i]) stayed.insert(truth[i]);
  std::set<std::size_t> first_left, first_removed;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!removed[i])
      first_left.insert(truth[i]).second ? ++result.tn : ++result.fn;
    else if (stayed.count(truth[i]) == 0 && first_removed.insert(truth[i]).second)
      ++result.fp;
    else
      ++result.tp;
  }
  return result;
}

TEST(Dedup, ScoreAgreesWithItsTwin) {
  RandomStream random(1, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<bool> removed;
    std::vector<std::size_t> truth;
    for (std::size_t i = 0; i < 1 + random.below(30); ++i) {
      removed.push_back(random.uniform() < 0.5);
      truth.push_back(random.below(8));
    }
    truth.resize(removed.size());
    const Score fast = score(removed, truth), slow = naive_score(removed, truth);
    EXPECT_EQ(fast.tp, slow.tp);
    EXPECT_EQ(fast.fn, slow.fn);
    EXPECT_EQ(fast.fp, slow.fp);
    EXPECT_EQ(fast.tn, slow.tn);
  }
}

struct Labelled {
  std::vector<Record> records;
  std::vector<std::size_t> truth;
};

Labelled labelled(const std::string& name) {
  const std::string folder = std::string(HEDGEROW_SOURCE_DIR) + "/tests/data/dedup/" + name;
  Labelled set;
  set.records = records::read_records_file(folder + "/records.csv.gz").take().records;
  const data::Table table = data::parse_csv(read_file_unpacked(folder + "/truth.csv.gz").take(), "truth.csv").take();
  const auto ids = table.texts("record_id").take(), clusters = table.texts("cluster").take();
  std::map<std::string, std::size_t> cluster;
  for (std::size_t i = 0; i < ids.size(); ++i) cluster[ids[i]] = std::stoul(clusters[i]);
  for (const Record& record : set.records) {
    const auto tag = std::find_if(record.tags.begin(), record.tags.end(),
                                  [](const records::Tag& one) { return one.name == "record_id"; });
    set.truth.push_back(cluster.at(tag->value));
  }
  return set;
}

Score score_of(const Labelled& set) {
  const Result result = find(set.records);
  std::vector<bool> removed;
  for (std::size_t i = 0; i < set.records.size(); ++i) removed.push_back(result.kept[result.group[i]] != i);
  return score(removed, set.truth);
}

// What the shipped weights reach; docs/methods/duplicates.md has what they reach on sets they were not fitted to.
TEST(Dedup, LabelledSets) {
  const std::map<std::string, std::pair<long, long>> limits = {
      {"cytology", {1, 0}}, {"haematology", {13, 0}}, {"stroke", {2, 0}}};
  for (const auto& [name, limit] : limits) {
    const Score s = score_of(labelled(name));
    EXPECT_LE(s.fn, limit.first) << name;
    EXPECT_LE(s.fp, limit.second) << name;
  }
}

TEST(Dedup, ThreadsAndOrderOfRecordsDoNotMatter) {
  const Labelled set = labelled("stroke");
  Options one, four;
  one.threads = 1;
  four.threads = 4;
  const Result a = find(set.records, one), b = find(set.records, four);
  EXPECT_EQ(a.group, b.group);
  EXPECT_EQ(a.kept, b.kept);
  ASSERT_EQ(a.pairs.size(), b.pairs.size());
  for (std::size_t i = 0; i < a.pairs.size(); ++i) {
    EXPECT_EQ(a.pairs[i].score, b.pairs[i].score);
    EXPECT_EQ(a.pairs[i].reason, b.pairs[i].reason);
  }
  std::vector<Record> reversed(set.records.rbegin(), set.records.rend());
  const Result c = find(reversed);
  EXPECT_EQ(c.kept.size(), a.kept.size());
  const std::size_t n = set.records.size();
  for (std::size_t i = 0; i + 1 < n; ++i)
    EXPECT_EQ(a.group[i] == a.group[i + 1], c.group[n - 1 - i] == c.group[n - 2 - i]);
}

}  // namespace
}  // namespace hedgerow::dedup
