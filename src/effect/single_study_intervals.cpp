// Which interval for which measure, and from the natural scale to that of yi.
//
//   wald  yi -+ z sqrt(vi), z = (yi - h0) / sqrt(vi): Katz's interval of a risk ratio, Woolf's of an odds ratio
//
// A limit on the natural scale (proportion, rate, difference, ratio) is carried to the scale of yi by the function that
// makes yi from its estimate: ln, logit, probit, asin sqrt, sqrt; the two Freeman-Tukey transformations by their own
// formulas at n p and t r events.

#include "effect/single_study_intervals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "effect/transform.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::effect {
namespace {

// What a row was computed from: x of n (or in time n), and the second group.
struct Counts {
  double x1 = kMissing, n1 = kMissing, x2 = kMissing, n2 = kMissing;
};

using Maker = Interval (*)(const Counts&, double level);

struct Method {
  std::string_view name;
  std::string_view text;
  Maker make;
};

template <Interval (*f)(double, double, double)>
Interval of_one(const Counts& c, double level) {
  return f(c.x1, c.n1, level);
}

template <Interval (*f)(double, double, double, double, double)>
Interval of_two(const Counts& c, double level) {
  return f(c.x1, c.n1, c.x2, c.n2, level);
}

template <Interval (*f)(double, double, double, double, double, bool), bool flag>
Interval of_two_with(const Counts& c, double level) {
  return f(c.x1, c.n1, c.x2, c.n2, level, flag);
}

template <Interval (*proportion)(double, double, double)>
Interval of_rates(const Counts& c, double level) {
  return rate_ratio(c.x1, c.n1, c.x2, c.n2, level, proportion);
}

using Methods = std::vector<Method>;

const Methods& proportion_methods() {
  static const Methods all = {{"wilson", "Wilson score", of_one<proportion_wilson>},
                              {"wilson-cc", "Wilson score with continuity correction", of_one<proportion_wilson_cc>},
                              {"agresti-coull", "Agresti-Coull", of_one<proportion_agresti_coull>},
                              {"jeffreys", "Jeffreys", of_one<proportion_jeffreys>},
                              {"arcsine", "arcsine", of_one<proportion_arcsine>},
                              {"simple", "Wald on the scale of the proportion", of_one<proportion_wald>},
                              {"exact", "exact (Clopper-Pearson)", of_one<proportion_exact>},
                              {"midp", "mid-p", of_one<proportion_mid_p>}};
  return all;
}

const Methods& rate_methods() {
  static const Methods all = {{"exact", "exact (Garwood)", of_one<rate_exact>}, {"score", "score", of_one<rate_score>}};
  return all;
}

const Methods& difference_methods() {
  static const Methods all = {
      {"newcombe", "Newcombe's from Wilson score intervals", of_two_with<difference_newcombe, false>},
      {"newcombe-cc", "Newcombe's with continuity correction", of_two_with<difference_newcombe, true>},
      {"mn", "Miettinen-Nurminen score", of_two<difference_score>}};
  return all;
}

const Methods& risk_ratio_methods() {
  static const Methods all = {{"mn", "Miettinen-Nurminen score", of_two<risk_ratio_score>}};
  return all;
}

const Methods& odds_ratio_methods() {
  static const Methods all = {{"exact", "exact conditional", of_two_with<odds_ratio_exact, false>},
                              {"midp", "mid-p conditional", of_two_with<odds_ratio_exact, true>},
                              {"mn", "Miettinen-Nurminen score", of_two<odds_ratio_score>}};
  return all;
}

const Methods& rate_ratio_methods() {
  static const Methods all = {{"exact", "exact conditional", of_rates<proportion_exact>},
                              {"midp", "mid-p conditional", of_rates<proportion_mid_p>},
                              {"score", "conditional score", of_rates<proportion_wilson>}};
  return all;
}

const Methods& rate_difference_methods() {
  static const Methods all = {{"score", "from two score intervals", of_two<rate_difference_score>}};
  return all;
}

// The scale of yi as a function of a limit on the natural scale; n is the size or time of the row.
using Link = double (*)(double value, double n);

double same(double x, double) { return x; }
double log_link(double x, double) { return std::log(x); }
double logit_link(double p, double) { return std::log(p) - std::log1p(-p); }
double probit_link(double p, double) { return stats::normal_quantile(p); }
double arcsine_link(double p, double) { return std::asin(std::sqrt(p)); }
double root_link(double r, double) { return std::sqrt(r); }
double double_arcsine_link(double p, double n) {
  return 0.5 * (std::asin(std::sqrt(p * n / (n + 1))) + std::asin(std::sqrt((p * n + 1) / (n + 1))));
}
double double_root_link(double r, double t) { return 0.5 * (std::sqrt(r) + std::sqrt(r + 1 / t)); }

struct Kin {
  std::string_view measure;
  const Methods& (*methods)();
  Link link;
};

constexpr Kin kMeasures[] = {{"PR", proportion_methods, same},
                             {"PLN", proportion_methods, log_link},
                             {"PLO", proportion_methods, logit_link},
                             {"PRZ", proportion_methods, probit_link},
                             {"PAS", proportion_methods, arcsine_link},
                             {"PFT", proportion_methods, double_arcsine_link},
                             {"IR", rate_methods, same},
                             {"IRLN", rate_methods, log_link},
                             {"IRS", rate_methods, root_link},
                             {"IRFT", rate_methods, double_root_link},
                             {"RD", difference_methods, same},
                             {"RR", risk_ratio_methods, log_link},
                             {"VE", risk_ratio_methods, log_link},
                             {"OR", odds_ratio_methods, log_link},
                             {"DOR", odds_ratio_methods, log_link},
                             {"IRR", rate_ratio_methods, log_link},
                             {"IRD", rate_difference_methods, same}};

const Kin* kin_of(const std::string& measure) {
  const auto found =
      std::find_if(std::begin(kMeasures), std::end(kMeasures), [&](const Kin& k) { return k.measure == measure; });
  return found == std::end(kMeasures) ? nullptr : found;
}

double input(const Record& record, std::string_view name) {
  for (const Quantity& quantity : record.inputs)
    if (quantity.name == name) return quantity.value;
  return kMissing;
}

// The first of two names, else the sum of two others.
double size_of(const Record& record, std::string_view whole, std::string_view one, std::string_view other) {
  const double sum = input(record, one) + input(record, other);
  return is_missing(sum) ? input(record, whole) : sum;
}

Counts counts_of(const std::string& measure, const Record& r) {
  if (measure == "DOR")
    return {input(r, "tp"), input(r, "tp") + input(r, "fn"), input(r, "fp"), input(r, "fp") + input(r, "tn")};
  if (measure.starts_with("IRR") || measure == "IRD")
    return {input(r, "x1i"), input(r, "t1i"), input(r, "x2i"), input(r, "t2i")};
  if (measure.starts_with("IR")) return {input(r, "xi"), input(r, "ti"), kMissing, kMissing};
  if (measure.starts_with("P")) return {input(r, "xi"), size_of(r, "ni", "xi", "mi"), kMissing, kMissing};
  return {input(r, "ai"), size_of(r, "n1i", "ai", "bi"), input(r, "ci"), size_of(r, "n2i", "ci", "di")};
}

// Whether a row has what its measure is computed from; a group without members says nothing.
bool complete(const Counts& c, bool two_groups) {
  if (is_missing(c.x1) || !(c.n1 > 0)) return false;
  return !two_groups || (!is_missing(c.x2) && c.n2 > 0);
}

Expected<const Method*> find_method(const Effects& effects, const std::string& name) {
  const Kin* kin = kin_of(effects.measure);
  if (kin && !effects.records.empty()) {
    for (const Method& method : kin->methods())
      if (method.name == name) return &method;
  }
  if (kin && effects.records.empty()) {
    return make_error(ErrorCode::usage, fmt::format("intervals of method '{}' are made from counts, but the effects "
                                                    "are given as numbers; the method 'wald' needs none",
                                                    name));
  }
  const auto known = interval_methods(effects.measure);
  return make_error(ErrorCode::usage, fmt::format("{} has no intervals of method '{}'{}; it has {}", effects.measure,
                                                  name, did_you_mean(name, known), join(known, ", ")));
}

void add_wald(const Effects& effects, StudyIntervals& out) {
  const double z = stats::interval_quantile(out.request.level, kMissing);
  out.method = "Wald: yi -+ z sei";
  for (std::size_t i = 0; i < effects.yi.size(); ++i) {
    const double sei = out.sei[i];
    out.zval.push_back((effects.yi[i] - out.request.h0) / sei);
    out.pval.push_back(stats::two_sided_p(out.zval.back(), kMissing));
    out.ci_lb.push_back(effects.yi[i] - z * sei);
    out.ci_ub.push_back(effects.yi[i] + z * sei);
  }
}

Checked add_from_counts(const Effects& effects, StudyIntervals& out) {
  HR_TRY(const Method* method, find_method(effects, out.request.method));
  const Kin& kin = *kin_of(effects.measure);
  out.method = method->text;
  for (const Record& record : effects.records) {
    const Counts counts = counts_of(effects.measure, record);
    Interval limits{kMissing, kMissing};
    if (complete(counts, kin.methods != proportion_methods && kin.methods != rate_methods))
      limits = method->make(counts, out.request.level);
    out.ci_lb.push_back(kin.link(limits.lb, counts.n1));
    out.ci_ub.push_back(kin.link(limits.ub, counts.n1));
  }
  return {};
}

// Through the transformation; each row with its own size.
Checked show(const Effects& effects, StudyIntervals& out) {
  if (out.request.transf == "display") out.request.transf = display_transform(effects.measure);
  if (out.request.transf.empty()) return {};
  for (std::size_t i = 0; i < out.estimate.size(); ++i) {
    const double n = effects.ni.empty() ? kMissing : effects.ni[i];
    const stats::Vector own(is_missing(n) ? 0 : 1, n);
    for (stats::Vector* values : {&out.estimate, &out.ci_lb, &out.ci_ub}) {
      HR_TRY((*values)[i], transform(out.request.transf, (*values)[i], TransformArguments{.ni = own, .ti = own}));
    }
    if (out.ci_lb[i] > out.ci_ub[i]) std::swap(out.ci_lb[i], out.ci_ub[i]);
  }
  return {};
}

}  // namespace

std::vector<std::string> interval_methods(const std::string& measure) {
  std::vector<std::string> names = {"wald"};
  if (const Kin* kin = kin_of(measure)) {
    for (const Method& method : kin->methods()) names.emplace_back(method.name);
  }
  return names;
}

Expected<StudyIntervals> study_intervals(const Effects& effects, const IntervalRequest& request) {
  if (!(request.level > 0 && request.level < 1)) {
    return make_error(ErrorCode::usage, fmt::format("level = {}: a confidence level lies between 0 and 1",
                                                    format_shortest(request.level)));
  }
  StudyIntervals out;
  out.request = request;
  out.estimate = effects.yi;
  for (const double vi : effects.vi) out.sei.push_back(std::sqrt(vi));
  if (request.method == "wald")
    add_wald(effects, out);
  else
    HR_CHECK(add_from_counts(effects, out));
  HR_CHECK(show(effects, out));
  return out;
}

}  // namespace hedgerow::effect
