#include "engine/detail/figure_parts.hpp"

namespace hedgerow::engine {

Expected<plot::Display> display_of(const std::string& transf) {
  const std::string name = transf.rfind("transf.", 0) == 0 ? transf.substr(7) : transf;
  if (name.empty() || name == "none") return plot::Display::identity;
  if (name == "exp") return plot::Display::exp;
  if (name == "ztor" || name == "tanh") return plot::Display::tanh;
  if (name == "ilogit") return plot::Display::ilogit;
  return make_error(ErrorCode::usage,
                    "a forest plot has axes for exp, ilogit and ztor, or none; found transf '" + transf + "'");
}

std::string measure_title(const Result& result, const std::string& asked) {
  if (!asked.empty()) return asked;
  const std::string& measure = result.effects.effects.measure;
  if (measure == "GEN") return "Effect";
  return measure == "SMD" ? "Standardised mean difference (Hedges' g)" : measure;
}

}  // namespace hedgerow::engine
