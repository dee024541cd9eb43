#include "engine/differences.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

double first(const stats::Vector& values) { return values.empty() ? kMissing : values.front(); }

const Block* answered(const Result& result, const char* name) {
  const Answer* answer = result.answer(name);
  return answer && !answer->error ? &answer->block : nullptr;
}

void add_fit(const Block& fit, Numbers& out) {
  for (const char* name : {"k", "tau2", "I2", "H2", "QE"})
    out.emplace_back(name, fit.find(name) ? fit.number(name) : kMissing);
  const std::pair<const char*, const char*> fields[] = {
      {"estimate", "beta"}, {"se", "se"}, {"pval", "pval"}, {"ci_lb", "ci_lb"}, {"ci_ub", "ci_ub"}};
  for (const auto& [name, field] : fields) out.emplace_back(name, first(fit.vector(field)));
}

// Fields of an answer under the names of numbers; NaN without an answer.
void add_answer(const Block* block, std::initializer_list<std::pair<const char*, const char*>> fields, Numbers& out) {
  for (const auto& [name, field] : fields) out.emplace_back(name, block ? first(block->vector(field)) : kMissing);
}

// Egger's regression and trim and fill work on the effects, also where tables are pooled by Mantel and Haenszel.
Expected<Result> bias_result(const Job& job, const Settings& settings) {
  Job on_effects = job;
  on_effects.model.counts.reset();
  on_effects.questions.clear();
  if (const auto ask = regression_question(settings[Convention::egger]))
    on_effects.questions.push_back({"egger", *ask});
  if (const auto ask = trim_fill_question(settings[Convention::trim_fill]))
    on_effects.questions.push_back({"trim", *ask});
  return run(on_effects);
}

bool moved(double before, double after) {
  if (is_missing(before) || is_missing(after)) return is_missing(before) != is_missing(after);
  return std::fabs(before - after) > 1e-9 * std::max(std::fabs(before), std::fabs(after));
}

// The row whose effect or variance moves the most, in relation to its size.
void add_moved_row(const char* name, const stats::Vector& before, const stats::Vector& after,
                   const std::vector<std::string>& label, std::vector<Moved>& out) {
  if (before.size() != after.size()) return;
  double largest = 0;
  Moved row;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!moved(before[i], after[i]) || is_missing(before[i]) || is_missing(after[i])) continue;
    const double change = std::fabs(after[i] - before[i]) / std::max(std::fabs(before[i]), std::fabs(after[i]));
    if (change <= largest) continue;
    largest = change;
    row = {fmt::format("{} of {}", name, label[i]), before[i], after[i]};
  }
  if (largest > 0) out.push_back(row);
}

std::vector<Moved> what_moved(const Outcome& before, const Outcome& after) {
  std::vector<Moved> out;
  add_moved_row("yi", before.yi, after.yi, after.label, out);
  add_moved_row("vi", before.vi, after.vi, after.label, out);
  for (std::size_t i = 0; i < before.numbers.size(); ++i)
    if (moved(before.numbers[i].second, after.numbers[i].second))
      out.push_back({before.numbers[i].first, before.numbers[i].second, after.numbers[i].second});
  return out;
}

// "prediction=riley" holds the prediction interval at a kind; the other conventions are held at what the job has.
Checked hold(const std::vector<std::string>& held, Settings& from, Settings& to) {
  for (const std::string& text : held) {
    const std::size_t at = text.find('=');
    HR_TRY(const Convention convention, parse_convention(text.substr(0, at)));
    const std::string value = at == std::string::npos ? "" : text.substr(at + 1);
    const bool of_question =
        convention == Convention::prediction || convention == Convention::egger || convention == Convention::trim_fill;
    if (of_question && value.empty())
      return make_error(ErrorCode::usage, fmt::format("'{}' is held at a value, as in prediction=riley", text));
    from[convention] = to[convention] = value;
  }
  return {};
}

std::vector<std::string> notes_of(const Job& job, const Differences& d, const std::vector<std::string>& held) {
  std::vector<std::string> out;
  for (const Program* program : {d.from, d.to}) {
    std::vector<std::string> open, absent;
    const Job as = with_settings(job, settings_of(*program));
    for (const ConventionText& text : conventions()) {
      const Setting& setting = program->setting(text.id);
      if (setting.value == "none") absent.emplace_back(text.title);
      if (!setting.checked && concerns(text.id, as)) open.emplace_back(text.title);
    }
    if (!absent.empty()) out.push_back(fmt::format("{} does not offer: {}.", program->title, join(absent, "; ")));
    if (!open.empty())
      out.push_back(fmt::format("{}: not checked in the program: {}.", program->title, join(open, "; ")));
  }
  if (!held.empty()) out.push_back(fmt::format("Held at what was asked for: {}.", join(held, ", ")));
  const std::string& method = job.model.method;
  if (method == "EB" || method == "PM")
    out.emplace_back(
        "EB and PM are the same estimator. Where a program prints two values for them, it stopped its iterations early "
        "(metafor on the BCG trials: 0.318069 and 0.318094; the solution is 0.3180684522).");
  if (method == "REML" || method == "ML")
    out.emplace_back(
        "Programs iterate REML and ML to a tolerance of about 1e-5, Hedgerow to 1e-12: a last digit can differ.");
  if (job.inference.test == "knha" || job.inference.test == "adhoc")
    out.emplace_back(
        "knha is test = \"knha\" in metafor, method.random.ci = \"HK\" in meta, HKSJ in RevMan and se(khartung) in "
        "Stata; adhoc is test = \"adhoc\", adhoc.hakn.ci = \"se\" and se(khartung, truncated).");
  return out;
}

}  // namespace

Checked check_comparable(const Job& job) {
  // Mantel-Haenszel pooling is one of the conventions.
  const bool counts = job.model.counts && job.model.counts->model != "MH";
  const bool other = !job.model.random.empty() || job.model.working || counts || job.model.scale ||
                     job.effect.covariance || job.inference.robust;
  if (!other) return {};
  return make_error(ErrorCode::not_defined,
                    "the programs are compared on two-level models of independent effects; multilevel, location-scale "
                    "and count models, dependent sampling errors and robust tests are set by the job alone");
}

const std::vector<std::string>& number_names() {
  static const std::vector<std::string> names{"k",     "tau2",    "I2",    "H2",     "QE",        "estimate",
                                              "se",    "pval",    "ci_lb", "ci_ub",  "pi_lb",     "pi_ub",
                                              "egger", "egger_p", "k0",    "filled", "filled_lb", "filled_ub"};
  return names;
}

double number(const Numbers& numbers, const std::string& name) {
  for (const auto& [key, value] : numbers)
    if (key == name) return value;
  return kMissing;
}

Settings settings_of(const Program& program) {
  Settings out;
  for (const ConventionText& text : conventions()) out[text.id] = std::string(program.setting(text.id).value);
  return out;
}

Job with_settings(Job job, const Settings& settings) {
  for (const ConventionText& text : conventions())
    if (!settings[text.id].empty()) apply(text.id, settings[text.id], job);
  return job;
}

Expected<Outcome> outcome(const Job& job, const Settings& settings) {
  Job with = with_settings(job, settings);
  with.questions.clear();
  if (const auto ask = prediction_question(settings[Convention::prediction]))
    with.questions.push_back({"predict", *ask});
  HR_TRY(const Result result, run(with));
  Outcome out;
  add_fit(*result.fit, out.numbers);
  add_answer(answered(result, "predict"), {{"pi_lb", "pi_lb"}, {"pi_ub", "pi_ub"}}, out.numbers);
  const auto bias = bias_result(with, settings);
  add_answer(bias ? answered(*bias, "egger") : nullptr, {{"egger", "zval"}, {"egger_p", "pval"}}, out.numbers);
  add_answer(bias ? answered(*bias, "trim") : nullptr,
             {{"k0", "k0"}, {"filled", "beta"}, {"filled_lb", "ci_lb"}, {"filled_ub", "ci_ub"}}, out.numbers);
  out.yi = result.effects.effects.yi;
  out.vi = result.effects.effects.vi;
  for (std::size_t i = 0; i < out.yi.size(); ++i) out.label.push_back(result.effects.label(i));
  return out;
}

Expected<Differences> differences(const Job& job, const std::string& from, const std::string& to,
                                  const std::vector<std::string>& held) {
  HR_CHECK(check_comparable(job));
  Differences out;
  HR_TRY(out.from, find_program(from));
  HR_TRY(out.to, find_program(to));
  Settings state = settings_of(*out.from), target = settings_of(*out.to);
  HR_CHECK(hold(held, state, target));
  HR_TRY(Outcome now, outcome(job, state));
  out.start = now.numbers;
  for (const ConventionText& text : conventions()) {
    if (state[text.id] == target[text.id] || !concerns(text.id, with_settings(job, state))) continue;
    // What a program does not offer moves no number: the other one's stays, and a note says so.
    if (state[text.id] == "none" || target[text.id] == "none") continue;
    Step step{text.id, state[text.id], target[text.id], {}};
    state[text.id] = target[text.id];
    HR_TRY(Outcome next, outcome(job, state));
    step.moved = what_moved(now, next);
    out.steps.push_back(std::move(step));
    now = std::move(next);
  }
  HR_TRY(const Outcome end, outcome(job, target));
  out.end = end.numbers;
  out.notes = notes_of(job, out, held);
  return out;
}

}  // namespace hedgerow::engine
