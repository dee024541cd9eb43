#include "model/count_model.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "model/beta_binomial.hpp"
#include "model/detail/glmm.hpp"
#include "model/detail/stratified.hpp"
#include "model/firth.hpp"

namespace hedgerow::model {
namespace {

struct MethodName {
  const char* text;
  CountMethod method;
};

constexpr std::array<MethodName, 9> method_names{{{"MH", CountMethod::mantel_haenszel},
                                                  {"PETO", CountMethod::peto},
                                                  {"UM.FS", CountMethod::um_fs},
                                                  {"UM.RS", CountMethod::um_rs},
                                                  {"CM.EL", CountMethod::cm_el},
                                                  {"CM.AL", CountMethod::cm_al},
                                                  {"GLMM", CountMethod::one_group},
                                                  {"BB", CountMethod::beta_binomial},
                                                  {"FIRTH", CountMethod::firth}}};

/// Measures of a method, and the counts that a measure is made of.
std::vector<std::string> measures_of(CountMethod method) {
  switch (method) {
    case CountMethod::mantel_haenszel:
      return {"OR", "RR", "RD", "IRR", "IRD"};
    case CountMethod::peto:
    case CountMethod::firth:
      return {"OR"};
    case CountMethod::um_fs:
    case CountMethod::um_rs:
    case CountMethod::cm_el:
    case CountMethod::cm_al:
      return {"OR", "IRR"};
    case CountMethod::one_group:
      return {"PLO", "IRLN"};
    case CountMethod::beta_binomial:
      return {"OR", "PLO"};
  }
  return {};
}

CountKind kind_of(const std::string& measure) {
  if (measure == "IRR" || measure == "IRD") return CountKind::rates;
  if (measure == "PLO") return CountKind::proportions;
  return measure == "IRLN" ? CountKind::single_rates : CountKind::tables;
}

}  // namespace

Expected<CountMethod> parse_count_method(const std::string& text) {
  std::vector<std::string> known;
  for (const MethodName& entry : method_names) {
    if (text == entry.text) return entry.method;
    known.emplace_back(entry.text);
  }
  return make_error(ErrorCode::usage, "unknown model of counts '" + text + "'" + did_you_mean(text, known) +
                                          "; known are " + join(known, ", "));
}

std::string name(CountMethod method) {
  for (const MethodName& entry : method_names)
    if (entry.method == method) return entry.text;
  return {};
}

Checked check_count_model(const Data& data, const CountModel& spec) {
  if (data.counts.empty())
    return make_error(ErrorCode::usage, name(spec.method) + " is a model of counts, and the data have none", "counts");
  const std::vector<std::string> known = measures_of(spec.method);
  if (std::find(known.begin(), known.end(), spec.measure) == known.end())
    return make_error(ErrorCode::not_supported,
                      name(spec.method) + " takes the measure " + join(known, ", ") + "; found " + spec.measure,
                      "measure");
  if (data.counts.kind != kind_of(spec.measure))
    return make_error(ErrorCode::usage, "the counts are not those of the measure " + spec.measure, "counts");
  return {};
}

Expected<Fit> fit_counts(const Problem& problem) {
  const auto& spec = std::get<CountModel>(problem.spec());
  if (spec.method == CountMethod::mantel_haenszel) return fit_mantel_haenszel(problem);
  if (spec.method == CountMethod::peto) return fit_peto(problem);
  if (spec.method == CountMethod::beta_binomial) return fit_beta_binomial(problem);
  if (spec.method == CountMethod::firth) return fit_firth(problem);
  return fit_glmm(problem);
}

}  // namespace hedgerow::model
