#include "review/grade_read.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

GradeStep read_step(data::TomlReader& table) {
  std::vector<std::string> names;
  for (GradeDomain domain : grade_domains()) names.push_back(grade_domain_name(domain));
  const std::string name = table.word("domain", names, names.front());
  if (!table.has("domain")) table.fail("domain", fmt::format("is missing; it is one of {}", join(names, ", ")));
  if (!table.has("step")) table.fail("step", "is missing; it is a whole number, such as -1");
  GradeStep out;
  out.domain = grade_domain_named(name).value_or(out.domain);
  out.step = table.integer("step", 0);
  out.footnote = table.text("footnote");
  out.where = table.where(table.has("footnote") ? "footnote" : "");
  table.finish();
  return out;
}

GradeJudgement read_judgement(data::TomlReader& table) {
  GradeJudgement out;
  out.randomised = table.word("design", {"randomised", "non-randomised"}, "randomised") == "randomised";
  out.robins_i = table.text("tool") == "ROBINS-I";
  out.rate_up_because = table.text("rate_up_because");
  for (data::TomlReader& step : table.tables("steps")) out.steps.push_back(read_step(step));
  return out;
}

void read_numbers(data::TomlReader& table, GradeOutcome& out) {
  out.assumed_risks = table.numbers("assumed_risk");
  for (double risk : out.assumed_risks)
    if (!(risk >= 0 && risk <= 1))
      table.fail("assumed_risk", fmt::format("a risk lies between 0 and 1; found {}", format_shortest(risk)));
  out.threshold = table.optional_number("threshold");
  if (out.threshold && !(*out.threshold > 0)) table.fail("threshold", "is a number above 0");
  out.relevant_effect = table.optional_number("relevant_effect");
  if (auto scale = table.table("scale")) {
    out.scale = GradeScale{scale->required_text("name"), scale->text("unit"), scale->number("sd", 0)};
    if (!(out.scale->sd > 0)) scale->fail("sd", "is the standard deviation of the scale, above 0");
    scale->finish();
  }
}

void read_stated(data::TomlReader& table, GradeOutcome& out) {
  out.stated_level = table.text("level");
  out.stated_symbol = table.text("symbol");
  if (!out.stated_level.empty() && !grade_level(out.stated_level))
    table.fail("level", fmt::format("one of high, moderate, low, very low; found '{}'", out.stated_level));
  if (!out.stated_symbol.empty() && !grade_level(out.stated_symbol))
    table.fail("symbol", fmt::format("one of ⊕⊕⊕⊕, ⊕⊕⊕◯, ⊕⊕◯◯, ⊕◯◯◯; found '{}'", out.stated_symbol));
}

GradeOutcome read_outcome(data::TomlReader& table, const std::vector<std::string>& analyses) {
  GradeOutcome out;
  out.where = table.where();
  out.id = table.required_text("id");
  out.name = table.text("name", out.id);
  out.analysis = table.required_text("analysis");
  if (!out.analysis.empty() && std::find(analyses.begin(), analyses.end(), out.analysis) == analyses.end())
    table.fail("analysis",
               fmt::format("no [[analysis]] has the id '{}'{}", out.analysis, did_you_mean(out.analysis, analyses)));
  out.follow_up = table.text("follow_up");
  out.importance = table.word("importance", {"critical", "important", "not important"}, "critical");
  out.comment = table.text("comment");
  out.measure = table.text("measure");
  out.judgement = read_judgement(table);
  read_stated(table, out);
  read_numbers(table, out);
  if (const auto certainty = grade_certainty(out.judgement); !certainty) table.fail("steps", certainty.error().message);
  table.finish();
  return out;
}

}  // namespace

GradeSpec read_grade(data::TomlReader& root, const std::vector<std::string>& analyses) {
  GradeSpec out;
  auto table = root.table("grade");
  if (!table) return out;
  out.high_risk = table->texts("high_risk");
  for (data::TomlReader& one : table->tables("outcome")) {
    GradeOutcome outcome = read_outcome(one, analyses);
    for (const GradeOutcome& before : out.outcomes)
      if (before.id == outcome.id) one.fail("id", fmt::format("'{}' is already declared", outcome.id));
    out.outcomes.push_back(std::move(outcome));
  }
  table->finish();
  return out;
}

}  // namespace hedgerow::review
