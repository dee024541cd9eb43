#include "cli/print_counts.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

using engine::Block;

std::string fixed4(double value) { return is_missing(value) ? "NA" : format_fixed(value, 4); }

std::string p_text(double p) {
  if (is_missing(p)) return "NA";
  return p < 0.0001 ? "<.0001" : format_fixed(p, 4);
}

/// One line "name: X2(df = 1) = 4.2, p-val = 0.04"; nothing where the fit has no such test.
std::string test_line(const Block& fit, const char* name, const char* statistic, double df) {
  if (!fit.find(statistic) || is_missing(fit.number(statistic))) return "";
  return fmt::format("{} X^2(df = {}) = {}, p-val = {}\n", name, df, fixed4(fit.number(statistic)),
                     p_text(fit.number(std::string(statistic) + "p")));
}

std::string ratio_results(const Block& fit, const std::string& scale) {
  std::vector<std::vector<std::string>> rows;
  const std::vector<std::string> names = fit.texts("coef_names");
  for (std::size_t j = 0; j < names.size(); ++j) {
    std::vector<std::string> row{names[j]};
    for (const char* field : {"beta", "ci_lb", "ci_ub"}) row.push_back(fixed4(std::exp(fit.vector(field)[j])));
    rows.push_back(std::move(row));
  }
  return fmt::format("\nModel Results ({} scale):\n\n", scale) + text_table({"", "estimate", "ci.lb", "ci.ub"}, rows);
}

}  // namespace

std::string counts_heading(const Block& fit) {
  return fmt::format("{} (k = {})\n", fit.method.substr(0, fit.method.find(", test")), fit.number("k"));
}

std::string counts_heterogeneity(const Block& fit) {
  std::string out = "\n";
  if (fit.find("QE_Wld")) {
    out += fmt::format("tau^2 (estimated amount of heterogeneity): {}\n", fixed4(fit.number("tau2")));
    if (!is_missing(fit.number("sigma2")))
      out += fmt::format("sigma^2 (variance of the study effects):   {}\n", fixed4(fit.number("sigma2")));
    if (!is_missing(fit.number("rho")))
      out += fmt::format("rho (of study and treatment effects):      {}\n", fixed4(fit.number("rho")));
  }
  out += fmt::format("I^2 (heterogeneity / total variability):    {}%\n", fixed4(fit.number("I2")));
  out += fmt::format("H^2 (total variability / sampling):         {}\n", fixed4(fit.number("H2")));
  if (!fit.find("QE_Wld")) return out;
  const double df = fit.number("QE_df");
  if (!is_missing(fit.number("QE_Wld")))
    out += fmt::format("\nTests for Heterogeneity:\nWld(df = {}) = {}, p-val = {}\n", df, fixed4(fit.number("QE_Wld")),
                       p_text(fit.number("QEp_Wld")));
  if (!is_missing(fit.number("QE_LRT")))
    out +=
        fmt::format("LRT(df = {}) = {}, p-val = {}\n", df, fixed4(fit.number("QE_LRT")), p_text(fit.number("QEp_LRT")));
  return out;
}

std::string counts_ratios(const Block& fit, const std::string& measure) {
  if (measure == "RD" || measure == "IRD" || measure == "PLO") return "";
  return ratio_results(fit, measure == "PETO" ? "OR" : measure);
}

std::string counts_tests(const Block& fit, const std::string& measure) {
  const double df = fit.find("k_pos") ? fit.number("k_pos") - 1 : kMissing;
  const bool rates = measure == "IRR";
  const std::string tests =
      test_line(fit, rates ? "Mantel-Haenszel Test:         " : "Cochran-Mantel-Haenszel Test: ", "MH", 1) +
      test_line(fit, "Breslow-Day Test:             ", "BD", df) +
      test_line(fit, "Tarone's Test:                ", "TA", df);
  return tests.empty() ? "" : "\n" + tests;
}

}  // namespace hedgerow::cli
