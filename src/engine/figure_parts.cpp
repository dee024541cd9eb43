#include "engine/detail/figure_parts.hpp"

namespace hedgerow::engine {

plot::Display display_of(const std::string& transf) {
  if (transf == "exp") return plot::Display::exp;
  if (transf == "transf.ztor" || transf == "tanh") return plot::Display::tanh;
  return transf == "transf.ilogit" ? plot::Display::ilogit : plot::Display::identity;
}

std::string measure_title(const Result& result, const std::string& asked) {
  if (!asked.empty()) return asked;
  const std::string& measure = result.effects.effects.measure;
  if (measure == "GEN") return "Effect";
  return measure == "SMD" ? "Standardised mean difference (Hedges' g)" : measure;
}

}  // namespace hedgerow::engine
