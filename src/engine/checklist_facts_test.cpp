// Facts of a review.toml: what is declared is told, what is absent or still to be written is lacking.
#include "engine/checklist_facts.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace hedgerow::engine {
namespace {

using review::Fact;
using review::ProjectFacts;
using Texts = std::vector<std::string>;

constexpr const char* kWhole = R"(title = "Walking and sleep"
question = "Does walking help?"
[picos]
population = "Adults"
outcomes = "Sleep"
[registration]
register = "PROSPERO"
id = "CRD1"
[studies]
file = "studies.csv"
study = "study"
[studies.columns]
n = "n"
[effects]
file = "effects.csv"
study = "study"
label = "study"
measure = "SMD"
yi = "yi"
vi = "vi"
[[subset]]
id = "adults"
condition = "age > 17"
[[analysis]]
id = "main"
title = "Main"
subset = "adults"
figures = ["forest", "funnel"]
leave_out = ["study"]
[[analysis.subgroup]]
id = "sex"
title = "By sex"
column = "sex"
[[analysis.variant]]
id = "ml"
title = "ML instead of REML"
method = "ML"
)";

ProjectFacts facts_of(const std::string& toml, const Texts& absent = {}) {
  const auto spec = parse_review(toml, "review.toml");
  ProjectFacts facts;
  if (spec)
    add_spec_facts(*spec, absent, facts);
  else
    ADD_FAILURE() << describe(spec.error());
  return facts;
}

TEST(ChecklistFacts, tell_what_a_review_declares) {
  ProjectFacts facts = facts_of(kWhole);
  EXPECT_EQ(facts.known[Fact::registration].have, Texts{"PROSPERO CRD1"});
  EXPECT_EQ(facts.known[Fact::outcomes].have, Texts{"Sleep"});
  EXPECT_EQ(facts.known[Fact::eligibility].have, (Texts{"population: Adults", "outcomes: Sleep"}));
  EXPECT_EQ(facts.known[Fact::eligibility].lack.size(), 3U);
  EXPECT_EQ(facts.known[Fact::model].have, Texts{"Main: REML, test z"});
  EXPECT_EQ(facts.known[Fact::subsets].have, Texts{"Main: rows of the subset adults"});
  EXPECT_EQ(facts.known[Fact::subgroups].have, Texts{"Main: subgroups: By sex"});
  EXPECT_EQ(facts.known[Fact::sensitivity].have,
            (Texts{"Main: ML instead of REML", "Main: without each study in turn"}));
  EXPECT_EQ(facts.known[Fact::reporting_bias].have, Texts{"funnel plot of Main"});
  EXPECT_EQ(facts.known.count(Fact::certainty), 0U);
  EXPECT_EQ(facts.known.count(Fact::appraisal), 0U);
}

TEST(ChecklistFacts, name_files_that_are_not_there) {
  EXPECT_EQ(named_tables(*parse_review(kWhole, "review.toml")), (Texts{"effects.csv", "studies.csv"}));
  ProjectFacts facts = facts_of(kWhole, {"studies.csv"});
  EXPECT_EQ(facts.known[Fact::studies].lack, Texts{"the file studies.csv, which review.toml names"});
  EXPECT_TRUE(facts.known[Fact::effects].lack.empty());
}

TEST(ChecklistFacts, a_question_of_the_template_is_no_question) {
  const auto with = [](std::string_view question) {
    return facts_of(fmt::format("title = \"T\"\nquestion = \"{}\"\n", question));
  };
  EXPECT_TRUE(with(kQuestionToWrite).known[Fact::question].have.empty());
  EXPECT_EQ(with("Does it?").known[Fact::question].have, Texts{"Does it?"});
  EXPECT_EQ(with("Does it?").known.count(Fact::model), 0U);
}

}  // namespace
}  // namespace hedgerow::engine
