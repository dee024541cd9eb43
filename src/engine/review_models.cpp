#include "engine/review_models.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/differences.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

/// A quantity of a pooled table, its name in the search, and in a fit's result.
struct Name {
  const char *quantity, *searched, *fitted;
};
constexpr Name kNames[] = {{"estimate", "estimate", "beta"},
                           {"se", "se", "se"},
                           {"ci_lb", "ci_lb", "ci_lb"},
                           {"ci_ub", "ci_ub", "ci_ub"},
                           {"tau2", "tau2", "tau2"},
                           {"i2", "I2", "I2"},
                           {"q", "QE", "QE"},
                           {"k", "k", "k"},
                           {"pi_lb", "pi_lb", "pi_lb"},
                           {"pi_ub", "pi_ub", "pi_ub"}};

bool of_prediction(const std::string& name) { return name == "pi_lb" || name == "pi_ub"; }

bool on_effect_scale(const std::string& name) {
  return name == "estimate" || name == "ci_lb" || name == "ci_ub" || of_prediction(name);
}

struct PrintedNumber {
  Name name;
  audit::Reported number;
};

/// The exact numbers of a row; empty without an estimate.
std::vector<PrintedNumber> numbers_of(const audit::Sheet& sheet, std::size_t row) {
  std::vector<PrintedNumber> out;
  for (const Name& name : kNames)
    if (const auto number = sheet.number(row, name.quantity); number && number->relation == '=')
      out.push_back({name, *number});
  const bool has_estimate = !out.empty() && std::string(out.front().name.quantity) == "estimate";
  return has_estimate && out.size() > 1 ? out : std::vector<PrintedNumber>();
}

bool shown_as_ratio(const audit::Sheet& sheet, std::size_t row) {
  const std::string measure = sheet.declared(row, "measure");
  return measure == "OR" || measure == "RR" || measure == "HR" || measure == "IRR" || measure == "ROM";
}

double fitted(const Block& fit, const std::string& name) {
  for (const char* vector : {"beta", "se", "ci_lb", "ci_ub"})
    if (name == vector) return fit.vector(name).front();
  return fit.number(name);
}

/// A number that the model does not have counts as printed.
bool prints(double value, const PrintedNumber& printed, bool ratio) {
  if (is_missing(value)) return true;
  const double shown = ratio && on_effect_scale(printed.name.searched) ? std::exp(value) : value;
  return agrees(printed.number, audit::exactly(shown));
}

bool has_prediction(const std::vector<PrintedNumber>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(),
                     [](const PrintedNumber& printed) { return of_prediction(printed.name.searched); });
}

/// Whether one of the usual prediction intervals of a model is the printed one.
bool predicts(Job job, const std::vector<PrintedNumber>& numbers, bool ratio) {
  job.questions.clear();
  for (const char* kind : {"", "z", "t", "riley", "k_minus_1", "simple", "kr"}) {
    AskPredict ask;
    ask.predtype = kind;
    job.questions.push_back({std::string("predict ") + kind, ask});
  }
  const auto result = run(job);
  if (!result) return false;
  return std::any_of(result->answers.begin(), result->answers.end(), [&](const Answer& answer) {
    return !answer.error && std::all_of(numbers.begin(), numbers.end(), [&](const PrintedNumber& printed) {
      const std::string name = printed.name.fitted;
      return !of_prediction(name) || prints(answer.block.vector(name).front(), printed, ratio);
    });
  });
}

/// Whether a model prints all numbers.
bool printed_by(const Job& job, const Block& fit, const std::vector<PrintedNumber>& numbers, bool ratio) {
  const bool mean = std::all_of(numbers.begin(), numbers.end(), [&](const PrintedNumber& printed) {
    return of_prediction(printed.name.searched) || prints(fitted(fit, printed.name.fitted), printed, ratio);
  });
  return mean && (!has_prediction(numbers) || predicts(job, numbers, ratio));
}

std::string model_text(const Match& match) {
  const bool common = match.method == "EE" || match.method == "FE";
  const std::string tau2 = common ? "common effect" : match.settings[Convention::tau2];
  std::string out = fmt::format("{}, {}", tau2, match.settings[Convention::test]);
  if (const std::string pooling = match.settings[Convention::pooling]; !pooling.empty() && pooling != "none")
    out += ", " + pooling;
  if (!match.programs.empty()) out += fmt::format(" ({})", join(match.programs, ", "));
  return out;
}

/// The job as if its effects were independent, with one random effect per row.
Job with_two_levels(Job job) {
  ModelRequest flat;
  flat.method = job.model.method;
  flat.counts = job.model.counts;
  flat.scale = job.model.scale;
  job.model = flat;
  job.effect.covariance.reset();
  job.inference.robust.reset();
  job.inference.dfs = "residual";
  return job;
}

/// Whether some study has several of the effects that were used.
bool has_levels(const ReviewResult& result, const EffectsSpec& effects) {
  const data::Table& table = *result.result.effects.table;
  const auto column = table.find(effects.study);
  if (!column) return false;
  std::set<std::string> studies;
  for (const std::size_t i : result.result.used) studies.emplace(table.cell(result.result.effects.row[i], *column));
  return studies.size() > 1 && studies.size() < result.result.used.size();
}

/// The usual models of effects within studies, with their names.
std::vector<std::pair<std::string, Job>> dependent_models(const ReviewResult& result, const EffectsSpec& effects) {
  std::vector<std::pair<std::string, Job>> out;
  Job base = result.what.job;
  base.questions.clear();
  if (!has_levels(result, effects) || (base.model.random.empty() && effects.row.empty())) return out;
  if (base.model.random.empty()) base.model.random = {fmt::format("~ 1 | {}/{}", effects.study, effects.row)};
  base.inference.robust.reset();
  base.inference.dfs = "residual";
  const std::string terms = join(base.model.random, ", ");
  for (const char* method : {"REML", "ML"}) {
    base.model.method = method;
    for (const char* test : {"z", "t"}) {
      base.inference.test = test;
      out.emplace_back(fmt::format("{}, {}, {}", method, test, terms), base);
    }
    base.inference.test = "z";
    for (const char* adjustment : {"CR1", "CR2"}) {
      Job robust = base;
      robust.inference.robust.emplace();
      robust.inference.robust->adjustment = adjustment;
      robust.inference.robust->cluster = effects.study;
      out.emplace_back(fmt::format("{}, {}, {}", method, adjustment, terms), std::move(robust));
    }
  }
  return out;
}

void search_dependent(const ReviewResult& declared, const EffectsSpec& effects,
                      const std::vector<PrintedNumber>& numbers, bool ratio, audit::PrintedModel& out) {
  for (const auto& [name, model] : dependent_models(declared, effects)) {
    const auto fitted = run(model);
    if (!fitted || !fitted->fit) continue;
    ++out.tried;
    if (printed_by(model, *fitted->fit, numbers, ratio)) out.matches.push_back(name);
  }
}

void search(const Job& job, const std::vector<PrintedNumber>& numbers, bool ratio, audit::PrintedModel& out) {
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const PrintedNumber& printed : numbers) wanted.emplace_back(printed.name.searched, printed.number.text);
  if (ratio) wanted.emplace_back("transf", "exp");
  const auto found = published(job, wanted);
  if (!found) return;
  out.tried = found->tried;
  for (const Match& match : found->matches)
    if (const std::string text = model_text(match);
        std::find(out.matches.begin(), out.matches.end(), text) == out.matches.end())
      out.matches.push_back(text);
  if (out.matches.empty() && !found->nearest.method.empty())
    out.nearest = fmt::format("{}, which fails in {}", model_text(found->nearest), found->worst);
}

/// "REML, t, ~ 1 | study/row, CR2"
std::string declared_model(const Job& job) {
  std::string out = fmt::format("{}, {}", job.model.method, job.inference.test);
  if (!job.model.random.empty()) out += ", " + join(job.model.random, ", ");
  if (job.model.working) out += ", " + job.model.working->name;
  if (job.inference.robust) out += ", " + job.inference.robust->adjustment;
  return out;
}

audit::PrintedModel model_of(const ReviewResult& result, const EffectsSpec& effects, const audit::Sheet& sheet,
                             std::size_t row, const std::vector<PrintedNumber>& numbers) {
  const Job& job = result.what.job;
  const bool ratio = shown_as_ratio(sheet, row);
  audit::PrintedModel out;
  out.analysis = result.what.analysis;
  out.declared = declared_model(job);
  for (const PrintedNumber& printed : numbers) {
    out.printed += fmt::format("{}{} {}", out.printed.empty() ? "" : ", ", printed.name.quantity, printed.number.text);
    out.places.push_back(sheet.place(row, printed.name.quantity));
  }
  out.by_declared = printed_by(job, *result.result.fit, numbers, ratio);
  if (out.by_declared) return out;
  search(with_two_levels(job), numbers, ratio, out);
  search_dependent(result, effects, numbers, ratio, out);
  if (!out.matches.empty()) out.nearest.clear();
  return out;
}

/// The analysis that a row names; null if there is none with one mean.
const ReviewResult* analysis_of(const ReviewEvidence& evidence, const audit::Sheet& sheet, std::size_t row) {
  for (const char* quantity : {"analysis", "outcome"}) {
    const ReviewResult* result = find_result(evidence.results, sheet.text(row, quantity));
    if (!result || result->what.kind != ReviewJob::Kind::analysis || result->error || !result->result.fit) continue;
    if (result->result.fit->number("p") == 1 && check_comparable(with_two_levels(result->what.job)).ok()) return result;
  }
  return nullptr;
}

}  // namespace

std::vector<audit::PrintedModel> printed_models(const ReviewEvidence& evidence, const audit::Subject& subject) {
  std::vector<audit::PrintedModel> out;
  for (const audit::Sheet* sheet : subject.of(audit::SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const ReviewResult* result = analysis_of(evidence, *sheet, row);
      const std::vector<PrintedNumber> numbers = numbers_of(*sheet, row);
      if (result && !numbers.empty()) out.push_back(model_of(*result, evidence.spec.effects, *sheet, row, numbers));
    }
  return out;
}

}  // namespace hedgerow::engine
