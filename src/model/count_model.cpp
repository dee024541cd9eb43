#include "model/count_model.hpp"

#include <array>

#include "base/text.hpp"

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
  return {};
}

Expected<Fit> fit_counts(const Problem& problem) {
  const auto& spec = std::get<CountModel>(problem.spec());
  return make_error(ErrorCode::not_supported, "models of counts: " + name(spec.method));
}

}  // namespace hedgerow::model
