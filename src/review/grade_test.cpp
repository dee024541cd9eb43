#include "review/grade.hpp"

#include <gtest/gtest.h>

#include "data/toml.hpp"
#include "review/grade_read.hpp"

namespace hedgerow::review {
namespace {

/// The rules again, written from the table and not from the code: nothing if they forbid the steps.
std::optional<int> naive_level(bool randomised, bool robins, int bias, int other, int ups, bool anyway) {
  if (ups > 0 && !anyway && (randomised || bias + other < 0)) return std::nullopt;
  int level = randomised ? 4 : 2;
  if (robins) level = 4;
  level = level + bias + other + ups;
  if (level > 4) return 4;
  if (level < 1) return 1;
  return level;
}

TEST(Grade, EveryCombinationAgreesWithTheTwin) {
  for (int bits = 0; bits < 8; ++bits)
    for (int bias = -3; bias <= 0; ++bias)
      for (int imprecision = -3; imprecision <= 0; ++imprecision)
        for (int inconsistency = -2; inconsistency <= 0; ++inconsistency)
          for (int large = 0; large <= 2; ++large)
            for (int dose = 0; dose <= 1; ++dose) {
              GradeJudgement judgement{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0 ? "asked for" : "", {}};
              const auto add = [&](GradeDomain domain, int step) {
                judgement.steps.push_back({domain, step, "because", ""});
              };
              add(GradeDomain::risk_of_bias, bias);
              add(GradeDomain::imprecision, imprecision);
              add(GradeDomain::inconsistency, inconsistency);
              add(GradeDomain::large_effect, large);
              add(GradeDomain::dose_response, dose);
              const auto found = grade_certainty(judgement);
              const bool may_lose_three = !judgement.randomised && judgement.robins_i;
              const auto expected = bias == -3 && !may_lose_three
                                        ? std::nullopt
                                        : naive_level(judgement.randomised, judgement.robins_i, bias,
                                                      imprecision + inconsistency, large + dose, (bits & 4) != 0);
              ASSERT_EQ(static_cast<bool>(found), expected.has_value()) << bits << bias << imprecision << large << dose;
              ASSERT_EQ(expected ? found->level : 0, expected.value_or(0));
            }
}

TEST(Grade, WordsAndSymbols) {
  EXPECT_EQ(grade_word(4), "High");
  EXPECT_EQ(grade_word(1), "Very low");
  EXPECT_EQ(grade_symbol(3), "⊕⊕⊕◯");
  for (int level = 1; level <= 4; ++level) {
    EXPECT_EQ(grade_level(grade_word(level)), level);
    EXPECT_EQ(grade_level(grade_symbol(level)), level);
  }
  EXPECT_EQ(grade_level(" VERY-LOW "), 1);
  EXPECT_EQ(grade_level("⊕⊕○○"), 2);
  EXPECT_FALSE(grade_level("good"));
  EXPECT_FALSE(grade_level(""));
}

TEST(Grade, AStepWithoutAFootnoteIsRefusedByItsField) {
  GradeJudgement judgement;
  judgement.steps = {{GradeDomain::imprecision, -1, "wide", ""}, {GradeDomain::indirectness, -1, "  ", "r.toml:9:1"}};
  const auto found = grade_certainty(judgement);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("steps[2].footnote (indirectness)"), std::string::npos) << found.error().message;
  EXPECT_EQ(found.error().where, "r.toml:9:1");
}

TEST(Grade, ADomainIsJudgedOnce) {
  GradeJudgement judgement;
  judgement.steps = {{GradeDomain::imprecision, -1, "wide", ""}, {GradeDomain::imprecision, -1, "few", ""}};
  EXPECT_FALSE(grade_certainty(judgement));
}

TEST(Grade, TheSumIsHeldWithinTheScale) {
  GradeJudgement judgement;
  judgement.steps = {{GradeDomain::imprecision, -3, "a", ""}, {GradeDomain::inconsistency, -2, "b", ""}};
  const auto found = grade_certainty(judgement);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->level, 1);
  EXPECT_TRUE(found->clamped);
  EXPECT_EQ(found->downs, 5);
}

TEST(Grade, ContradictionsAreNamed) {
  GradeOutcome outcome;
  outcome.id = "pain";
  outcome.judgement.steps = {{GradeDomain::imprecision, -1, "wide", ""}};
  outcome.stated_level = "moderate";
  outcome.stated_symbol = "⊕⊕⊕◯";
  EXPECT_TRUE(grade_contradictions(outcome).empty());
  outcome.stated_symbol = "⊕⊕◯◯";
  EXPECT_EQ(grade_contradictions(outcome).size(), 2u);  // against the word, and against the sum
  outcome.stated_level = "low";
  EXPECT_EQ(grade_contradictions(outcome).size(), 2u);  // both against the sum
}

GradeSpec read(const std::string& text, data::TomlErrors& errors) {
  const auto node = data::parse_toml(text, "review.toml");
  data::TomlReader root(*node, "review.toml", "", errors);
  GradeSpec out = read_grade(root, {"main"});
  root.finish();
  return out;
}

const std::string kOutcome = R"([[grade.outcome]]
id = "pain"
analysis = "main"
design = "non-randomised"
tool = "ROBINS-I"
assumed_risk = [0.1, 0.2]
threshold = 1.25
)";

TEST(GradeRead, ReadsAnOutcome) {
  data::TomlErrors errors;
  const GradeSpec spec =
      read(kOutcome + "steps = [{ domain = \"risk_of_bias\", step = -3, footnote = \"critical\" }]\n", errors);
  ASSERT_FALSE(errors.first) << errors.first->message;
  ASSERT_EQ(spec.outcomes.size(), 1u);
  EXPECT_EQ(spec.outcomes[0].judgement.steps[0].step, -3);
  EXPECT_EQ(spec.outcomes[0].assumed_risks, (std::vector<double>{0.1, 0.2}));
  EXPECT_EQ(grade_certainty(spec.outcomes[0].judgement)->level, 1);
}

TEST(GradeRead, ErrorsNameTheField) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"steps = [{ domain = \"imprecision\", step = -1 }]", "steps[1].footnote"},
      {"steps = [{ domain = \"imprecison\", step = -1, footnote = \"x\" }]", "imprecision"},
      {"steps = [{ domain = \"imprecision\", step = 1, footnote = \"x\" }]", "steps[1].step"},
      {"steps = [{ domain = \"imprecision\", footnote = \"x\" }]", "step"},
      {"level = \"good\"", "level"},
      {"symbol = \"++\"", "symbol"},
      {"folow_up = \"3 months\"", "follow_up"},
      {"scale = { name = \"VAS\", sd = 0 }", "sd"},
  };
  for (const auto& [line, field] : wrong) {
    data::TomlErrors errors;
    read(kOutcome + line + "\n", errors);
    ASSERT_TRUE(errors.first) << line;
    EXPECT_NE(errors.first->message.find(field), std::string::npos) << errors.first->message;
  }
  data::TomlErrors errors;
  read("[[grade.outcome]]\nid = \"a\"\nanalysis = \"man\"\n", errors);
  ASSERT_TRUE(errors.first);
  EXPECT_NE(errors.first->message.find("did you mean 'main'"), std::string::npos);
}

}  // namespace
}  // namespace hedgerow::review
