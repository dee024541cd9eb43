// Reports as bytes: what readers of each format need is there, and limits of the settings are told.
#include "audit/render.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audit/load.hpp"
#include "audit/test_sheets.hpp"

namespace hedgerow::audit {
namespace {

using testing::declared;
using testing::findings;

/// An effect of 3.5 (DA-03), one outside its interval (AR-12), and a suppression of the latter.
Report report() {
  auto table = data::parse_csv("study,estimate,ci_lb,ci_ub\nA <1>,3.50,2.90,4.10\nB,0.50,0.60,0.90\nC,0.40,0.10,0.70\n",
                               "my tables/a & b.csv");
  Subject subject = testing::subject_of(Sheet::guessed(SheetKind::rows, table.take()));
  for (Analysis& analysis : subject.analyses) analysis.measure = "SMD";
  return audit(subject, {{"AR-12", "\"B\"", "known", {}}});
}

TEST(Render, SarifHasRulesLevelsPlacesAndSuppressions) {
  const auto sarif = nlohmann::json::parse(to_sarif(report()));
  EXPECT_EQ(sarif["version"], "2.1.0");
  const auto& run = sarif["runs"].at(0);
  const auto& rules = run["tool"]["driver"]["rules"];
  EXPECT_EQ(run["tool"]["driver"]["version"], kCatalogue);
  ASSERT_EQ(rules.size(), catalogue().size());
  bool giant = false, outside = false;
  for (const auto& result : run["results"]) {
    ASSERT_EQ(rules.at(result["ruleIndex"].get<std::size_t>())["id"], result["ruleId"]);
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    const auto& place = result["locations"].at(0)["physicalLocation"];
    const std::string uri = place["artifactLocation"]["uri"];
    EXPECT_TRUE(uri.empty() || uri == "my%20tables/a%20%26%20b.csv") << uri;
    if (result["ruleId"] == "DA-03") {
      giant = true;
      EXPECT_EQ(result["level"], "warning");
      EXPECT_EQ(place["region"]["startLine"], 2);
      EXPECT_FALSE(result.contains("suppressions"));
    }
    if (result["ruleId"] == "AR-12") {
      outside = true;
      EXPECT_EQ(result["level"], "error");
      EXPECT_EQ(result["suppressions"].at(0)["justification"], "known");
    }
  }
  EXPECT_TRUE(giant && outside);
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++out;
  return out;
}

TEST(Render, JunitHasACasePerCheckAndFailsByThoseAsked) {
  for (const auto& [fail_on, expected] : {std::pair(Severity::error, 0U), std::pair(Severity::warning, 1U)}) {
    const std::string xml = to_junit(report(), fail_on);
    EXPECT_EQ(times(xml, "<testcase "), catalogue().size());
    EXPECT_EQ(times(xml, "</testcase>"), catalogue().size());
    EXPECT_NE(xml.find(fmt::format("tests=\"{}\" failures=\"{}\" skipped=\"{}\"", catalogue().size(),
                                   times(xml, "<failure "), times(xml, "<skipped/>"))),
              std::string::npos);
    // The finding of DA-03, with what XML would take for its own escaped.
    EXPECT_EQ(times(xml, "my tables/a &amp; b.csv:2:estimate: The standardised mean difference"), expected);
  }
}

TEST(Limits, TakeThePlaceOfTheChecksOwn) {
  const std::string rows = "study,yi,vi\nA,3.5,0.1\nB,0.5,0.1\nC,0.4,0.1\n";
  Subject subject = declared(rows, "SMD");
  EXPECT_EQ(audit(subject).count(Severity::warning),
            1U + audit(declared("study,yi,vi\nA,2.9,0.1\nB,0.5,0.1\nC,0.4,0.1\n", "SMD")).count(Severity::warning));
  subject.options.limits = {{"DA-03", 4.0}};
  const Report relaxed = audit(subject);
  for (const Finding& finding : relaxed.findings) EXPECT_NE(finding.check, "DA-03");
  EXPECT_NE(to_text(relaxed, nullptr, false).find("DA-03 with the limit 4 instead of 3"), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(relaxed));
  EXPECT_EQ(json["catalogue"], kCatalogue);
  const auto giant = std::find_if(json["checks"].begin(), json["checks"].end(),
                                  [](const auto& check) { return check["id"] == "DA-03"; });
  EXPECT_EQ((*giant)["limit"], 4.0);
}

Expected<Loaded> loaded(const std::string& settings) { return load_published(settings, "published.toml", "."); }

TEST(Limits, AreReadAndRefused) {
  const auto good = loaded("[audit.limits]\n\"DA-03\" = 4.5\n\"PR-12\" = 24\n");
  ASSERT_TRUE(good) << describe(good.error());
  EXPECT_EQ(good->subject.options.limits.at("DA-03"), 4.5);
  const auto unknown = loaded("[audit.limits]\n\"DA-33\" = 4.5\n");
  ASSERT_FALSE(unknown);
  EXPECT_NE(describe(unknown.error()).find("there is no check 'DA-33'"), std::string::npos);
  const auto fixed = loaded("[audit.limits]\n\"AR-12\" = 4.5\n");
  ASSERT_FALSE(fixed);
  EXPECT_NE(describe(fixed.error()).find("no number that can be set"), std::string::npos);
  EXPECT_FALSE(loaded("[audit.limits]\n\"DA-03\" = \"much\"\n"));
}

}  // namespace
}  // namespace hedgerow::audit
