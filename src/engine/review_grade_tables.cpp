// Summary of Findings, evidence profile and suggestions as tables, and the section of the report that shows them.
#include <fmt/core.h>

#include <cmath>
#include <map>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/review_grade.hpp"
#include "engine/review_words.hpp"

namespace hedgerow::engine {
namespace {

using report::Align;
using report::Cell;
using report::Column;
using report::Table;
using report::Text;
using review::GradeDomain;

/// "a", ..., "z", "aa", ...: the letters of footnotes.
std::string letter(std::size_t i) {
  std::string out(1, static_cast<char>('a' + i % 26));
  for (; i >= 26; i = i / 26 - 1) out.insert(out.begin(), static_cast<char>('a' + (i / 26 - 1) % 26));
  return out;
}

/// Footnotes in the order in which they are first used; the same text has one letter.
class Footnotes {
 public:
  std::string mark(const std::string& text) {
    const auto found = marks_.find(text);
    if (found != marks_.end()) return found->second;
    const std::string name = letter(notes.size());
    notes.push_back(Text(fmt::format("{}. {}", name, text)));
    return marks_[text] = name;
  }
  std::vector<Text> notes;

 private:
  std::map<std::string, std::string> marks_;
};

std::string footnote_of(const review::GradeStep& step) {
  const int levels = std::abs(step.step);
  return fmt::format("{}, rated {} by {}: {}", review::grade_domain_words(step.domain), step.step < 0 ? "down" : "up",
                     levels == 1   ? "one level"
                     : levels == 2 ? "two levels"
                                   : "three levels",
                     step.footnote);
}

std::string shown(double value) {
  std::string text = format_fixed(value, 2);
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

std::string interval_words(const review::Interval& one) {
  return fmt::format("{} ({} to {})", shown(one.estimate), shown(one.lower), shown(one.upper));
}

std::string relative_text(const ReviewSpec& spec, const GradedOutcome& graded) {
  if (is_missing(graded.evidence.effect.estimate)) return "not estimated";
  const bool given = graded.evidence.measure.empty() || graded.evidence.measure == "GEN";
  return fmt::format("{} {}", given ? spec.effects.name : graded.evidence.measure,
                     interval_words(graded.evidence.effect));
}

std::string scale_text(const GradedOutcome& graded) {
  if (!graded.outcome.scale || is_missing(graded.evidence.effect.estimate)) return "";
  const review::GradeScale& scale = *graded.outcome.scale;
  const review::Interval& effect = graded.evidence.effect;
  const review::Interval units{effect.estimate * scale.sd, effect.lower * scale.sd, effect.upper * scale.sd};
  return fmt::format("{}: {}{}, with an SD of {}", scale.name, interval_words(units),
                     scale.unit.empty() ? "" : " " + scale.unit, format_shortest(scale.sd));
}

std::string studies_text(const review::Evidence& evidence) {
  const std::string people = is_missing(evidence.participants)
                                 ? "participants not known"
                                 : counted(evidence.participants, "participant", "participants");
  return fmt::format("{} ({})", counted(evidence.studies, "study", "studies"), people);
}

std::string certainty_text(const GradedOutcome& graded, Footnotes& notes) {
  std::vector<std::string> marks;
  for (const review::GradeStep& step : graded.outcome.judgement.steps)
    if (step.step != 0) marks.push_back(notes.mark(footnote_of(step)));
  if (!graded.outcome.judgement.rate_up_because.empty())
    marks.push_back(notes.mark("rated up nevertheless: " + graded.outcome.judgement.rate_up_because));
  const int level = graded.certainty.level;
  const std::string out = fmt::format("{} {}", review::grade_symbol(level), review::grade_word(level));
  return marks.empty() ? out : fmt::format("{} ({})", out, join(marks, ", "));
}

/// For files alone.
Cell number(double value) { return Cell(is_missing(value) ? std::string("NA") : format_shortest(value)); }

/// One row for an assumed risk, or for the whole outcome where the measure is not one of risks.
report::Row finding_row(const ReviewSpec& spec, const GradedOutcome& graded, const review::AbsoluteEffect* absolute,
                        Footnotes& notes) {
  const review::GradeOutcome& outcome = graded.outcome;
  const std::string follow_up = outcome.follow_up.empty() ? "" : fmt::format(" (follow-up: {})", outcome.follow_up);
  std::string assumed = "–", difference = scale_text(graded);
  if (absolute) {
    assumed = fmt::format("{} per 1000", format_fixed(1000 * absolute->risk, 0));
    if (outcome.assumed_risks.empty() && graded.risks)
      assumed += fmt::format(" (median of the studies, {} to {})", format_fixed(1000 * graded.risks->lowest, 0),
                             format_fixed(1000 * graded.risks->highest, 0));
    difference = review::per_1000_text(*absolute);
  }
  if (difference.empty()) difference = "–";
  const review::Interval none{kMissing, kMissing, kMissing};
  const review::Interval per_1000 = absolute ? absolute->per_1000 : none;
  const review::Interval& effect = graded.evidence.effect;
  report::Row row;
  row.cells = {Cell(Text(outcome.name + follow_up)),
               Cell(Text(studies_text(graded.evidence))),
               Cell(Text(certainty_text(graded, notes))),
               Cell(Text(relative_text(spec, graded))),
               Cell(Text(assumed)),
               Cell(Text(difference)),
               Cell(Text(outcome.comment)),
               Cell(outcome.id),
               Cell(std::to_string(graded.certainty.level)),
               number(graded.evidence.studies),
               number(graded.evidence.participants),
               number(effect.estimate),
               number(effect.lower),
               number(effect.upper),
               number(absolute ? absolute->risk : kMissing),
               number(per_1000.estimate),
               number(per_1000.lower),
               number(per_1000.upper)};
  return row;
}

std::string domain_word(const review::GradeJudgement& judgement, GradeDomain domain, Footnotes& notes) {
  for (const review::GradeStep& step : judgement.steps) {
    if (step.domain != domain || step.step == 0) continue;
    const char* words[] = {"", "serious", "very serious", "extremely serious"};
    const bool publication = domain == GradeDomain::publication_bias;
    const std::string word = review::rates_up(domain) ? fmt::format("+{}", step.step)
                             : publication            ? (step.step == -1 ? "suspected" : "very likely")
                                                      : words[std::min(-step.step, 3)];
    return fmt::format("{} ({})", word, notes.mark(footnote_of(step)));
  }
  return review::rates_up(domain) ? "none" : domain == GradeDomain::publication_bias ? "not suspected" : "not serious";
}

std::string other_words(const review::GradeJudgement& judgement, Footnotes& notes) {
  std::vector<std::string> parts;
  for (GradeDomain domain : review::grade_domains()) {
    if (!review::rates_up(domain)) continue;
    const std::string word = domain_word(judgement, domain, notes);
    if (word != "none") parts.push_back(review::grade_domain_words(domain) + " " + word);
  }
  return parts.empty() ? "none" : join(parts, "; ");
}

std::string design_words(const review::GradeJudgement& judgement) {
  if (judgement.randomised) return "randomised";
  return judgement.robins_i ? "not randomised, rated with ROBINS-I" : "not randomised";
}

const review::GradeStep* step_in(const review::GradeJudgement& judgement, GradeDomain domain) {
  for (const review::GradeStep& step : judgement.steps)
    if (step.domain == domain) return &step;
  return nullptr;
}

const char* kLevels =
    "High: we are very confident in the effect. Moderate: moderately confident. Low: limited confidence. Very low: "
    "very "
    "little confidence.";

}  // namespace

Table summary_of_findings(const ReviewSpec& spec, const std::vector<GradedOutcome>& graded) {
  Table table;
  table.id = "table-findings";
  table.columns = {{"Outcome", Align::left, "outcome", false},
                   {"Studies (participants)", Align::left, "studies_participants", false},
                   {"Certainty (GRADE)", Align::left, "certainty", false},
                   {"Effect (95% CI)", Align::left, "effect", false},
                   {"Assumed risk", Align::left, "assumed_risk_text", false},
                   {"Difference", Align::left, "difference", false},
                   {"Comment", Align::left, "comment", false}};
  for (const char* name : {"outcome_id", "level", "studies", "participants", "estimate", "ci_lb", "ci_ub",
                           "assumed_risk", "per_1000", "per_1000_lb", "per_1000_ub"})
    table.columns.push_back({name, Align::right, name, true});
  Footnotes notes;
  for (const GradedOutcome& one : graded) {
    if (one.absolute.empty()) table.rows.push_back(finding_row(spec, one, nullptr, notes));
    for (const review::AbsoluteEffect& absolute : one.absolute)
      table.rows.push_back(finding_row(spec, one, &absolute, notes));
  }
  table.notes = std::move(notes.notes);
  table.notes.push_back(Text(kLevels));
  return table;
}

Table evidence_profile(const ReviewSpec& spec, const std::vector<GradedOutcome>& graded) {
  Table table;
  table.id = "table-profile";
  for (const char* header :
       {"Outcome", "Importance", "Studies (participants)", "Design", "Risk of bias", "Inconsistency", "Indirectness",
        "Imprecision", "Publication bias", "Other", "Effect", "Difference", "Certainty"})
    table.columns.push_back({header, Align::left, "", false});
  Footnotes notes;
  for (const GradedOutcome& one : graded) {
    const review::GradeJudgement& judgement = one.outcome.judgement;
    report::Row row;
    row.cells = {Cell(one.outcome.name), Cell(one.outcome.importance), Cell(studies_text(one.evidence)),
                 Cell(design_words(judgement))};
    for (GradeDomain domain : review::grade_domains())
      if (!review::rates_up(domain)) row.cells.push_back(Cell(domain_word(judgement, domain, notes)));
    std::vector<std::string> differences;
    for (const review::AbsoluteEffect& absolute : one.absolute) differences.push_back(per_1000_text(absolute));
    if (const std::string units = scale_text(one); !units.empty()) differences.push_back(units);
    row.cells.push_back(Cell(other_words(judgement, notes)));
    row.cells.push_back(Cell(relative_text(spec, one)));
    row.cells.push_back(Cell(differences.empty() ? "–" : join(differences, "; ")));
    row.cells.push_back(Cell(certainty_text(one, notes)));
    table.rows.push_back(std::move(row));
  }
  table.notes = std::move(notes.notes);
  return table;
}

Table suggestions_table(const std::vector<GradedOutcome>& graded) {
  Table table;
  table.id = "table-suggestions";
  table.columns = {{"Outcome", Align::left, "outcome", false},
                   {"Domain", Align::left, "domain", false},
                   {"Judged", Align::right, "judged", false},
                   {"Suggested", Align::right, "suggested", false},
                   {"What was found", Align::left, "finding", false},
                   {"Rule", Align::left, "rule", false},
                   {"source", Align::left, "source", true}};
  const auto signed_text = [](int step) { return step < 0 ? fmt::format("−{}", -step) : fmt::format("{}", step); };
  for (const GradedOutcome& one : graded)
    for (const review::GradeSuggestion& suggestion : one.suggestions) {
      const review::GradeStep* step = step_in(one.outcome.judgement, suggestion.domain);
      const int judged = step ? step->step : 0;
      Text rule(suggestion.rule + " ");
      rule.cite(suggestion.source);
      table.rows.push_back({{Cell(one.outcome.name), Cell(review::grade_domain_words(suggestion.domain)),
                             Cell(Text(signed_text(judged)), std::to_string(judged)),
                             Cell(Text(signed_text(suggestion.step)), std::to_string(suggestion.step)),
                             Cell(suggestion.finding), Cell(std::move(rule), suggestion.rule), Cell(suggestion.source)},
                            report::RowClass::plain});
    }
  table.notes = {
      Text("Suggestions follow from the numbers by the rule beside them. They change no judgement; "
           "indirectness, dose-response and opposing confounding are not in the numbers.")};
  return table;
}

report::Section grade_section(Pages& pages) {
  report::Section out{"certainty", "Certainty of the evidence", {}, {}};
  const std::vector<GradedOutcome> graded = grade_outcomes(pages.evidence());
  if (graded.empty()) return out;
  Table findings = pages.with_file(summary_of_findings(pages.spec(), graded), "findings");
  findings.caption = Text("Summary of findings by GRADE.").cite("Balshem2011").cite("Guyatt2013");
  out.add(std::move(findings));
  Table profile = pages.with_file(evidence_profile(pages.spec(), graded), "evidence-profile");
  profile.caption = Text("Evidence profile.");
  out.add(report::Details{"Evidence profile", {std::move(profile)}});
  Table suggestions = pages.with_file(suggestions_table(graded), "grade-suggestions");
  suggestions.caption = Text("What was judged beside what the numbers suggest.");
  out.add(report::Details{"Judgements and what the numbers suggest", {std::move(suggestions)}});
  return out;
}

report::Document grade_document(const ReviewSpec& spec, const std::vector<GradedOutcome>& graded, bool profile,
                                bool suggest) {
  report::Document document;
  document.title = "Certainty of the evidence";
  document.subtitle = spec.title;
  report::Section section{"certainty", profile ? "Evidence profile" : "Summary of findings", {}, {}};
  Table main = profile ? evidence_profile(spec, graded) : summary_of_findings(spec, graded);
  main.caption = Text("By GRADE.").cite("Balshem2011").cite("Guyatt2013");
  section.add(std::move(main));
  if (suggest) {
    Table suggestions = suggestions_table(graded);
    suggestions.caption = Text("What was judged beside what the numbers suggest.");
    section.add(std::move(suggestions));
  }
  document.sections.push_back(std::move(section));
  document.references = method_references();
  document.footer = fmt::format("Hedgerow {}", kVersion);
  return document;
}

}  // namespace hedgerow::engine
