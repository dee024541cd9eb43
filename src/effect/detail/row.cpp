#include "effect/detail/row.hpp"

#include "effect/small_sample.hpp"

namespace hedgerow::effect::detail {

double Averages::average(const std::string& name, double value, double weight) {
  Sum& sum = sums_[name];
  if (!collecting_) return sum.weighted / sum.weight;
  if (!is_missing(value) && !is_missing(weight)) {
    sum.weighted += value * weight;
    sum.weight += weight;
  }
  return kMissing;
}

double Row::step(std::string name, double value) {
  steps.push_back({std::move(name), value});
  return value;
}

double Row::j(double m) {
  step("df", m);
  if (!setting_.correct) {
    say("no small-sample correction");
    return m > 0 ? 1 : kMissing;
  }
  say(setting_.exact_j ? "J exact" : "J approximate");
  return step("J", setting_.exact_j ? hedges_j_exact(m) : hedges_j_approximate(m));
}

void Row::say(const std::string& text) { method += "; " + text; }

void Row::note(const std::string& text) { notes += (notes.empty() ? "" : "; ") + text; }

void Row::warn(const std::string& text) {
  note(text);
  warnings.push_back(text);
}

}  // namespace hedgerow::effect::detail
