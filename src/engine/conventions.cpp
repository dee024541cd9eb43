#include "engine/conventions.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace hedgerow::engine {
namespace {

// A measure that the job computes: of one of these, by itself or as the scale of rules for mixed formats.
bool computes(const Job& job, const std::set<std::string>& measures) {
  if (!job.effect.yi.empty()) return false;
  if (!job.effect.rules.empty()) return measures.count("SMD") > 0;
  return measures.count(job.effect.measure) > 0;
}

bool is_common_effect(const Job& job) {
  const std::string& method = job.model.method;
  return method == "EE" || method == "FE" || method == "CE";
}

// Estimators of tau2 other than ML and REML, and I2 from Q, belong to the model with one random effect per row.
bool is_two_level(const Job& job) {
  return job.model.random.empty() && !job.model.working && !job.model.scale && !job.model.counts;
}

// Mantel-Haenszel pools tables and nothing else.
bool pools_tables(const Job& job) {
  return computes(job, {"OR", "RR", "RD"}) && job.model.mods.empty() && job.model.weights.empty() && job.model.weighted;
}

bool may_pool_tables(const Job& job) { return is_common_effect(job) && pools_tables(job); }

std::optional<CountRequest> common_effect(std::string_view value, const std::string& measure) {
  if (value == "inverse") return std::nullopt;
  CountRequest out = pooled_tables(measure);
  if (value == "MH") return out;
  out.add.reset();
  out.to.clear();
  return out;
}

// By the convention and the measure; "cells" where the convention makes no difference to the measure.
std::string continuity(std::string_view value, const std::string& measure) {
  if (measure == "RD") return value == "cells" ? "cells" : "variance";
  return value == "events" ? "events" : "cells";
}

}  // namespace

CountRequest pooled_tables(const std::string& measure) {
  CountRequest out;
  out.model = "MH";
  out.rd_variance = "greenland-robins";
  out.drop00 = measure != "RD";
  out.add = 0.5;
  out.to = "only0";
  out.add_to_difference = false;
  return out;
}

const ConventionText& convention_text(Convention convention) {
  const ConventionText& text = conventions()[static_cast<std::size_t>(convention)];
  HR_ASSERT(text.id == convention);
  return text;
}

Expected<Convention> parse_convention(const std::string& name) {
  std::vector<std::string> names;
  for (const ConventionText& text : conventions()) {
    if (text.name == name) return text.id;
    names.emplace_back(text.name);
  }
  return make_error(ErrorCode::usage, fmt::format("unknown convention '{}'{}; there are {}", name,
                                                  did_you_mean(name, names), join(names, ", ")));
}

const Choice& choice(Convention convention, std::string_view value) {
  const std::vector<Choice>& choices = convention_text(convention).choices;
  const auto at = std::find_if(choices.begin(), choices.end(), [&](const Choice& c) { return c.value == value; });
  HR_ASSERT(at != choices.end());
  return *at;
}

std::vector<std::string> program_names() {
  std::vector<std::string> names;
  for (const Program& program : programs()) names.emplace_back(program.name);
  return names;
}

Expected<const Program*> find_program(const std::string& name) {
  for (const Program& program : programs())
    if (program.name == name) return &program;
  const std::vector<std::string> names = program_names();
  return make_error(ErrorCode::usage, fmt::format("unknown program '{}'{}; there are {}", name,
                                                  did_you_mean(name, names), join(names, ", ")));
}

bool concerns(Convention convention, const Job& job) {
  switch (convention) {
    case Convention::j:
      return job.effect.options.correct &&
             computes(job, {"SMD", "SMDH", "SMD1", "SMD1H", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH"});
    case Convention::smd_variance:
      return computes(job, {"SMD"});
    case Convention::rom_correction:
      return computes(job, {"ROM", "ROMC"});
    case Convention::double_zeros:
      return computes(job, {"OR", "RR"});
    case Convention::continuity:
      return computes(job, {"RR", "RD", "VE"}) && (!job.effect.options.vtype || job.effect.options.vtype == "LS");
    case Convention::pooling:
      return may_pool_tables(job);
    case Convention::q_centre:
      return is_two_level(job) && job.model.method == "DL" && pools_tables(job);
    case Convention::tau2:
      return is_two_level(job) && !is_common_effect(job) && !job.model.tau2;
    case Convention::i2:
      return is_two_level(job) && !is_common_effect(job);
    case Convention::prediction:
      return !is_common_effect(job);
    case Convention::test:
    case Convention::egger:
    case Convention::trim_fill:
      return true;
  }
  return false;
}

void apply(Convention convention, std::string_view value, Job& job) {
  if (!concerns(convention, job)) return;
  switch (convention) {
    case Convention::j:
      job.effect.options.exact_j = value == "exact";
      return;
    case Convention::smd_variance:
      job.effect.options.vtype = std::string(value);
      return;
    case Convention::rom_correction:
      job.effect.options.correct = value == "corrected";
      return;
    case Convention::double_zeros:
      job.effect.options.drop00 = value == "drop";
      return;
    case Convention::continuity:
      job.effect.options.continuity = continuity(value, job.effect.measure);
      return;
    case Convention::pooling:
      job.model.counts = common_effect(value, job.effect.measure);
      return;
    case Convention::q_centre:
      job.model.q_centre = std::string(value);
      return;
    case Convention::tau2:
      job.model.method = std::string(value);
      return;
    case Convention::test:
      job.inference.test = std::string(value);
      return;
    case Convention::i2:
      job.inference.i2 = std::string(value);
      return;
    case Convention::prediction:
    case Convention::egger:
    case Convention::trim_fill:
      return;
  }
}

void apply(const Program& program, const std::vector<Convention>& held, Job& job) {
  for (const ConventionText& text : conventions())
    if (std::find(held.begin(), held.end(), text.id) == held.end()) apply(text.id, program.setting(text.id).value, job);
}

std::optional<AskPredict> prediction_question(std::string_view value) {
  if (value == "none") return std::nullopt;
  AskPredict ask;
  ask.predtype = value == "by_test" ? "" : std::string(value);
  return ask;
}

std::optional<AskRegressionTest> regression_question(std::string_view value) {
  if (value == "none") return std::nullopt;
  return AskRegressionTest{std::string(value), "sei"};
}

std::optional<AskTrimFill> trim_fill_question(std::string_view value) {
  if (value == "none") return std::nullopt;
  return AskTrimFill{"L0", "", std::string(value)};
}

}  // namespace hedgerow::engine
