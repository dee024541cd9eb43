#include "engine/checklist_facts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"

namespace hedgerow::engine {
namespace {

using review::Fact;
using review::ProjectFacts;

void add_question(const ReviewSpec& spec, ProjectFacts& facts) {
  facts.have(Fact::title, spec.title);
  if (spec.question == kQuestionToWrite)
    facts.lack(Fact::question, "a question of your own (question in review.toml is still that of hedgerow init)");
  else
    facts.have(Fact::question, spec.question);
  const review::Picos& picos = spec.picos;
  const std::pair<const char*, const std::string*> parts[] = {{"population", &picos.population},
                                                              {"intervention", &picos.intervention},
                                                              {"comparator", &picos.comparator},
                                                              {"outcomes", &picos.outcomes},
                                                              {"studies", &picos.studies}};
  for (const auto& [name, text] : parts)
    if (text->empty())
      facts.lack(Fact::eligibility, fmt::format("{} ([picos] in review.toml)", name));
    else
      facts.have(Fact::eligibility, fmt::format("{}: {}", name, *text));
  if (!picos.outcomes.empty()) facts.have(Fact::outcomes, picos.outcomes);
  const review::Registration& registration = spec.registration;
  if (!registration.id.empty())
    facts.have(Fact::registration, registration.register_name.empty()
                                       ? registration.id
                                       : registration.register_name + " " + registration.id);
}

/// "the table studies.csv, which review.toml names", if it is not there.
void add_absent(const std::string& file, Fact fact, const std::vector<std::string>& absent, ProjectFacts& facts) {
  if (std::find(absent.begin(), absent.end(), file) != absent.end())
    facts.lack(fact, fmt::format("the file {}, which review.toml names", file));
}

void add_effects(const ReviewSpec& spec, const std::vector<std::string>& absent, ProjectFacts& facts) {
  if (!spec.has_effects()) return;
  const EffectsSpec& effects = spec.effects;
  const std::string measure = effects.name.empty() ? effects.request.measure : effects.name;
  facts.have(Fact::effect_measure, measure.empty() ? "effects as given in " + effects.file : measure);
  facts.have(Fact::effects, fmt::format("effects and intervals of all rows of {} (hedgerow run)", effects.file));
  add_absent(effects.file, Fact::effects, absent, facts);
  if (!effects.rule_names.empty())
    facts.have(Fact::preparation, "effects are computed from " + join(effects.rule_names, "; "));
  if (!effects.prepare.empty())
    facts.have(Fact::preparation,
               fmt::format("{} that recover numbers ([[prepare]])",
                           effects.prepare.size() == 1 ? "1 step" : fmt::format("{} steps", effects.prepare.size())));
}

std::string model_words(const ModelChoice& choice) {
  const ModelRequest& model = choice.model;
  std::string out = model.method;
  if (model.counts) out = model.counts->model + " of counts, " + out;
  if (!model.random.empty()) out += ", random " + join(model.random, " and ");
  if (choice.inference.robust) return out + ", " + choice.inference.robust->adjustment + " robust tests";
  return out + ", test " + choice.inference.test;
}

/// The texts of a fact, one per kind of analysis that the review makes.
void add_analysis(const AnalysisSpec& analysis, ProjectFacts& facts) {
  facts.have(Fact::model, fmt::format("{}: {}", analysis.title, model_words(analysis.choice)));
  const std::string& subset = analysis.choice.subset;
  facts.have(Fact::subsets,
             fmt::format("{}: {}", analysis.title, subset.empty() ? "all rows" : "rows of the subset " + subset));
  if (analysis.forest) facts.have(Fact::displays, "forest plot of " + analysis.title);
  if (analysis.funnel) facts.have(Fact::displays, "funnel plot of " + analysis.title);
  for (const SubgroupSpec& one : analysis.subgroups)
    facts.have(Fact::subgroups, fmt::format("{}: subgroups: {}", analysis.title, one.title));
  for (const ModeratorSpec& one : analysis.moderators)
    facts.have(Fact::subgroups, fmt::format("{}: moderators: {}", analysis.title, one.title));
  for (const VariantSpec& one : analysis.variants)
    facts.have(Fact::sensitivity, fmt::format("{}: {}", analysis.title, one.title));
  for (const std::string& unit : analysis.leave_out)
    facts.have(Fact::sensitivity, fmt::format("{}: without each {} in turn", analysis.title, unit));
  if (!analysis.grids.empty())
    facts.have(Fact::sensitivity, fmt::format("{}: over a grid of assumed correlations", analysis.title));
  for (const BiasSpec& one : analysis.bias)
    facts.have(Fact::reporting_bias, fmt::format("{}: {}", analysis.title, one.title));
  if (analysis.funnel) facts.have(Fact::reporting_bias, "funnel plot of " + analysis.title);
}

void add_tables(const ReviewSpec& spec, const std::vector<std::string>& absent, ProjectFacts& facts) {
  if (spec.studies) {
    facts.have(Fact::studies,
               fmt::format("{} with {} characteristics", spec.studies->file, spec.studies->columns.size()));
    add_absent(spec.studies->file, Fact::studies, absent, facts);
  }
  for (const RatingsSpec& ratings : spec.ratings) {
    const std::string& tool = ratings.instrument_file.empty() ? ratings.instrument.name : ratings.instrument_file;
    facts.have(Fact::appraisal_tool, tool);
    facts.have(Fact::appraisal, fmt::format("ratings by {} in {}", tool, ratings.file));
    add_absent(ratings.file, Fact::appraisal, absent, facts);
  }
  if (!spec.appraisal) return;
  const std::string& tool = spec.appraisal->instrument.name;
  facts.have(Fact::appraisal_tool, tool);
  facts.have(Fact::appraisal, fmt::format("ratings by {} in {}", tool, spec.appraisal->file));
  add_absent(spec.appraisal->file, Fact::appraisal, absent, facts);
}

}  // namespace

void add_spec_facts(const ReviewSpec& spec, const std::vector<std::string>& absent, ProjectFacts& facts) {
  add_question(spec, facts);
  add_effects(spec, absent, facts);
  for (const AnalysisSpec& analysis : spec.analyses) add_analysis(analysis, facts);
  add_tables(spec, absent, facts);
  for (const review::GradeOutcome& outcome : spec.grade.outcomes) {
    const auto certainty = review::grade_certainty(outcome.judgement);
    if (certainty)
      facts.have(Fact::certainty, fmt::format("{}: {} by GRADE", outcome.name, review::grade_word(certainty->level)));
  }
  const SourceSpec& source = spec.source;
  if (!source.citation.empty() || !source.url.empty())
    facts.have(Fact::data, source.citation.empty() ? source.url : source.citation);
  if (!source.licence.empty()) facts.have(Fact::data, source.licence);
}

std::vector<std::string> named_tables(const ReviewSpec& spec) {
  std::vector<std::string> files;
  if (spec.has_effects()) files.push_back(spec.effects.file);
  if (spec.appraisal) files.push_back(spec.appraisal->file);
  for (const RatingsSpec& ratings : spec.ratings) files.push_back(ratings.file);
  if (spec.studies) files.push_back(spec.studies->file);
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace hedgerow::engine
