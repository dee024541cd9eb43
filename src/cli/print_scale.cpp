#include "cli/print_scale.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

std::string fixed4(double value) { return is_missing(value) ? "NA" : format_fixed(value, 4); }

std::string p_text(double p) { return !is_missing(p) && p < 0.0001 ? "<.0001" : fixed4(p); }

}  // namespace

std::string scale_heading(const engine::Block& fit) {
  return fmt::format("Location-Scale Model (k = {}; tau^2 estimator: {}; {} link)\n", fit.number("k"),
                     fit.text("estimator"), fit.text("link"));
}

std::string scale_results(const engine::Block& fit) {
  const std::vector<std::string> names = fit.texts("alpha_names");
  const bool t_test = !is_missing(fit.vector("ddf_alpha").front());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t j = 0; j < names.size(); ++j) {
    std::vector<std::string> row{names[j]};
    for (const char* field : {"alpha", "se_alpha", "zval_alpha"}) row.push_back(fixed4(fit.vector(field)[j]));
    row.push_back(p_text(fit.vector("pval_alpha")[j]));
    for (const char* field : {"ci_lb_alpha", "ci_ub_alpha"}) row.push_back(fixed4(fit.vector(field)[j]));
    row.emplace_back();
    rows.push_back(std::move(row));
  }
  std::string out = "\nModel Results (Scale):\n\n" +
                    text_table({"", "estimate", "se", t_test ? "tval" : "zval", "pval", "ci.lb", "ci.ub", ""}, rows);
  if (names.size() > 1) {
    const stats::Vector df = fit.vector("QS_df");
    const std::string statistic =
        is_missing(df[1]) ? fmt::format("QS(df = {})", df[0]) : fmt::format("F(df1 = {}, df2 = {})", df[0], df[1]);
    out += fmt::format("\nTest of Scale Coefficients:\n{} = {}, p-val = {}\n", statistic, fixed4(fit.number("QS")),
                       p_text(fit.number("QSp")));
  }
  const stats::Vector tau2 = fit.vector("tau2");
  const auto [low, high] = std::minmax_element(tau2.begin(), tau2.end());
  return out + fmt::format("\ntau^2 of the studies: {} to {}\n", fixed4(*low), fixed4(*high));
}

}  // namespace hedgerow::cli
