// `as = "revman"` in an analysis of review.toml: the defaults of another program (engine/conventions.hpp).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "engine/review_pages.hpp"
#include "engine/review_parts.hpp"

namespace hedgerow::engine {
namespace {

// "estimator of tau2: restricted maximum likelihood" for what concerns the jobs of an analysis.
std::vector<std::string> followed(const Program& program, const ModelChoice& choice, const Job& job) {
  std::vector<std::string> out;
  for (const ConventionText& text : conventions()) {
    const std::string_view value = program.setting(text.id).value;
    const bool held = std::find(choice.held.begin(), choice.held.end(), text.id) != choice.held.end();
    const bool of_bias = text.id == Convention::egger || text.id == Convention::trim_fill;
    if (held || of_bias || value == "none" || !concerns(text.id, job)) continue;
    out.push_back(fmt::format("{}: {}", text.title, engine::choice(text.id, value).words));
  }
  return out;
}

// The choice behind an analysis or a variant; null for a moderator, which follows its analysis.
const ModelChoice* result_choice(const ReviewSpec& spec, const ReviewResult& result) {
  const AnalysisSpec* analysis = spec.analysis(result.what.analysis);
  if (result.what.kind == ReviewJob::Kind::moderator) return nullptr;
  if (result.what.kind == ReviewJob::Kind::analysis) return &analysis->choice;
  const auto at = std::find_if(analysis->variants.begin(), analysis->variants.end(),
                               [&](const VariantSpec& variant) { return variant.id == result.what.part; });
  return at == analysis->variants.end() ? nullptr : &at->choice;
}

}  // namespace

void read_conventions(data::TomlReader& table, ModelChoice& choice) {
  std::vector<std::string> names = program_names();
  names.insert(names.begin(), "");
  if (table.has("as")) choice.held.clear();
  choice.as = table.word("as", names, choice.as);
  choice.inference.i2 = table.word("i2", {"tau2", "Q"}, choice.inference.i2);
  choice.model.q_centre = table.word("q_centre", {"inverse", "MH"}, choice.model.q_centre);
  const std::pair<const char*, Convention> deciding[] = {
      {"method", Convention::tau2},        {"test", Convention::test},
      {"dfs", Convention::test},           {"j", Convention::j},
      {"vtype", Convention::smd_variance}, {"i2", Convention::i2},
      {"q_centre", Convention::q_centre},  {"prediction", Convention::prediction}};
  for (const auto& [key, convention] : deciding)
    if (table.has(key)) choice.held.push_back(convention);
}

const Program* program_of(const ModelChoice& choice) {
  if (choice.as.empty()) return nullptr;
  const auto program = find_program(choice.as);
  HR_ASSERT(program.ok());
  return *program;
}

std::string default_prediction(const ModelChoice& choice) {
  const Program* program = program_of(choice);
  const auto ask = program ? prediction_question(program->setting(Convention::prediction).value) : std::nullopt;
  return !ask || ask->predtype.empty() ? "default" : ask->predtype;
}

std::string default_regression_model(const ModelChoice& choice) {
  const Program* program = program_of(choice);
  const auto ask = program ? regression_question(program->setting(Convention::egger).value) : std::nullopt;
  return ask ? ask->model : AskRegressionTest{}.model;
}

std::string default_trim_rule(const ModelChoice& choice) {
  const Program* program = program_of(choice);
  const auto ask = program ? trim_fill_question(program->setting(Convention::trim_fill).value) : std::nullopt;
  return ask ? ask->rule : AskTrimFill{}.rule;
}

report::Text convention_sentences(const Pages& pages) {
  report::Text text;
  for (const ReviewResult& result : pages.evidence().results) {
    const ModelChoice* choice = result_choice(pages.spec(), result);
    const Program* program = choice ? program_of(*choice) : nullptr;
    if (!program) continue;
    text.text(fmt::format("{}{} follows the defaults of {} where it does not say otherwise ({}).",
                          text.empty() ? "" : " ", result.what.title, program->title,
                          join(followed(*program, *choice, result.what.job), "; ")));
  }
  return text;
}

}  // namespace hedgerow::engine
