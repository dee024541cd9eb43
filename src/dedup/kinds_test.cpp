// Pairs of a kind: what is one document and what only looks like it, by two records each.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "dedup/dedup.hpp"

namespace hedgerow::dedup {
namespace {

using records::Record;

struct Case {
  const char* name;
  Record one, other;
  std::vector<Answer> allowed;
};

Record made(const std::string& title, const std::vector<std::string>& authors, int year, const std::string& journal,
            const std::string& volume = "", const std::string& pages = "", const std::string& doi = "") {
  Record out;
  out.title = title;
  out.authors = authors;
  out.year = year;
  out.journal = journal;
  out.volume = volume;
  out.pages = pages;
  out.doi = doi;
  return out;
}

Record with(Record record, const std::function<void(Record&)>& change) {
  change(record);
  return record;
}

const std::vector<std::string> kAuthors = {"Garcia, Maria", "Nguyen, Tuan", "Olsen, Per"};
const Record kArticle = made("Flywheel exercise against muscle atrophy during sixty days of bed rest", kAuthors, 2018,
                             "European Journal of Applied Physiology", "118", "233-245", "10.1007/x1");

const std::vector<Answer> kSame = {Answer::same}, kApart = {Answer::different},
                          kNotJoined = {Answer::different, Answer::ask}, kNotLost = {Answer::same, Answer::ask};

std::vector<Case> copies() {
  return {
      {"the same but for case, point and abbreviation", kArticle,
       with(kArticle,
            [](Record& r) {
              r.title = "FLYWHEEL EXERCISE AGAINST MUSCLE ATROPHY DURING SIXTY DAYS OF BED REST.";
              r.journal = "Eur J Appl Physiol";
              r.pages = "233-45";
            }),
       kSame},
      {"the same without DOI, authors by initials", kArticle,
       with(kArticle,
            [](Record& r) {
              r.doi.clear();
              r.authors = {"Garcia M", "Nguyen T", "Olsen P"};
            }),
       kSame},
      {"ahead of print: a year earlier, no volume", kArticle,
       with(kArticle,
            [](Record& r) {
              r.year = 2017;
              r.volume.clear();
              r.pages.clear();
            }),
       kNotLost},
      {"title with its translation in brackets",
       made("[Muscle training in bed rest]. Muskeltraining bei Bettruhe", {"Weber, Karl"}, 2001, "Sportmedizin", "52",
            "17-21"),
       made("Muskeltraining bei Bettruhe", {"Weber K"}, 2001, "Sportmedizin", "52", "17-21"), kSame},
  };
}

std::vector<Case> neighbours() {
  return {
      {"the same title as an editorial of each year", made("Editorial", {"Smith, Jane"}, 2015, "Spine", "40", "1"),
       made("Editorial", {"Smith, Jane"}, 2016, "Spine", "41", "1"), kNotJoined},
      {"two editorials without a page", made("Editorial", {}, 2015, "Spine"), made("Editorial", {}, 2015, "Bone"),
       kNotJoined},
      {"part I and part II", with(kArticle, [](Record& r) { r.title += ": part I"; }),
       with(kArticle,
            [](Record& r) {
              r.title += ": part II";
              r.pages = "246-260";
              r.doi = "10.1007/x2";
            }),
       kApart},
      {"article and erratum", kArticle,
       with(kArticle,
            [](Record& r) {
              r.title = "Erratum to: " + r.title;
              r.pages = "999";
              r.doi = "10.1007/x9";
            }),
       kApart},
      {"article and letter on it", kArticle,
       with(kArticle,
            [](Record& r) {
              r.title = "Letter to the editor: " + r.title;
              r.authors = {"Brown, Tim"};
              r.pages = "400";
              r.doi.clear();
            }),
       kNotJoined},
      {"article and the authors' reply", kArticle,
       with(kArticle,
            [](Record& r) {
              r.title = "Reply: " + r.title;
              r.pages = "401-402";
              r.doi.clear();
            }),
       kNotJoined},
  };
}

std::vector<Case> versions() {
  const Record review =
      made("Exercise for falls prevention in older people living in the community", kAuthors, 2012,
           "Cochrane Database of Systematic Reviews", "", "CD007146", "10.1002/14651858.CD007146.pub2");
  return {
      {"conference abstract and article", kArticle,
       with(kArticle,
            [](Record& r) {
              r.journal = "Medicine and Science in Sports and Exercise";
              r.volume = "49";
              r.pages = "S112";
              r.year = 2017;
              r.doi.clear();
            }),
       kNotJoined},
      {"preprint and article", kArticle,
       with(kArticle,
            [](Record& r) {
              r.journal = "bioRxiv";
              r.volume.clear();
              r.pages.clear();
              r.doi = "10.1101/2017.01.01";
              r.year = 2017;
            }),
       kNotJoined},
      {"two versions of a Cochrane review", review,
       with(review,
            [](Record& r) {
              r.year = 2019;
              r.doi = "10.1002/14651858.CD007146.pub3";
            }),
       kNotJoined},
      {"two trials of one team", kArticle,
       with(kArticle,
            [](Record& r) {
              r.title = "Vibration exercise against muscle atrophy during sixty days of bed rest";
              r.pages = "501-512";
              r.doi = "10.1007/x3";
            }),
       kApart},
  };
}

std::vector<Case> registrations() {
  const Record trial = made("Flywheel training in bed rest", {}, 2016, "ClinicalTrials.gov");
  return {
      {"one registration under two titles", with(trial, [](Record& r) { r.accession = "NCT01234567"; }),
       with(trial,
            [](Record& r) {
              r.title = "A study of muscle loss";
              r.url = "https://clinicaltrials.gov/show/NCT01234567?term=bed";
            }),
       kSame},
      {"two registrations of one title", with(trial, [](Record& r) { r.accession = "NCT01234567"; }),
       with(trial, [](Record& r) { r.url = "https://clinicaltrials.gov/show/NCT07654321/results"; }), kApart},
      {"a registration and the article of its trial", with(trial, [](Record& r) { r.accession = "NCT01234567"; }),
       with(kArticle, [](Record& r) { r.title = "Flywheel training in bed rest"; }), kNotJoined},
  };
}

const char* word(Answer answer) {
  return answer == Answer::same ? "same" : answer == Answer::ask ? "ask" : "different";
}

TEST(Kinds, AreToldApart) {
  SilentProgress silent;
  for (const auto& group : {copies(), neighbours(), versions(), registrations()})
    for (const Case& one : group) {
      const Result result = find_duplicates(std::vector<Record>{one.one, one.other}, {}, silent);
      const Answer answer = result.pairs.empty() ? Answer::different : result.pairs.front().answer;
      EXPECT_NE(std::find(one.allowed.begin(), one.allowed.end(), answer), one.allowed.end())
          << one.name << ": " << word(answer)
          << (result.pairs.empty()
                  ? ""
                  : ", " + std::to_string(result.pairs.front().score) + " " + result.pairs.front().reason);
    }
}

}  // namespace
}  // namespace hedgerow::dedup
