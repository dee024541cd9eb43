#include "cli/print_tests.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

using engine::Block;
using stats::Vector;

std::string cell(double value) { return is_missing(value) ? "" : format_fixed(value, 4); }

std::string p_cell(double p) { return p < 0.0001 ? format_significant(p, 3) : format_fixed(p, 4); }

// "QM(df = 2) = 1.3615, p-val = 0.5062" or "F(df1 = 2, df2 = 9) = ...".
std::string joint(const Block& block) {
  const bool scale = block.find("QS") != nullptr;
  const char* name = scale ? "QS" : "QM";
  const Vector df = block.vector(scale ? "QS_df" : "QM_df");
  const double second = df.size() > 1 ? df[1] : kMissing;
  const std::string degrees = is_missing(second) ? fmt::format("{}(df = {})", name, format_shortest(df.front()))
                                                 : fmt::format("F(df1 = {}, df2 = {})", format_shortest(df.front()),
                                                               format_significant(second, 6));
  return fmt::format("{} = {}, p-val = {}\n", degrees, format_fixed(block.number(name), 4),
                     p_cell(block.number(scale ? "QSp" : "QMp")));
}

}  // namespace

std::string contrasts_text(const Block& block) {
  const std::vector<std::string> names = block.texts("combination");
  const Vector estimate = block.vector("estimate"), se = block.vector("se"), z = block.vector("zval"),
               p = block.vector("pval"), ddf = block.vector("ddf");
  const bool t = !ddf.empty() && !is_missing(ddf.front());
  std::vector<std::string> header{"combination", "estimate", "se", t ? "tval" : "zval", "pval"};
  if (t) header.insert(header.begin() + 4, "df");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < names.size(); ++i) {
    rows.push_back({names[i], cell(estimate[i]), cell(se[i]), cell(z[i]), p_cell(p[i])});
    if (t) rows.back().insert(rows.back().begin() + 4, format_significant(ddf[i], 6));
  }
  return text_table(header, rows) + (names.size() > 1 ? "\nAll together: " + joint(block) : "");
}

std::string omnibus_text(const Block& block, const Block& fit) {
  const std::vector<std::string> names = fit.texts("coef_names");
  std::vector<std::string> tested;
  for (const double column : block.vector("btt"))
    if (column >= 1 && column <= static_cast<double>(names.size()))
      tested.push_back(names[static_cast<std::size_t>(column) - 1]);
  return (tested.empty() ? "" : join(tested, ", ") + ": ") + joint(block);
}

std::string compare_text(const Block& block) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, suffix] : {std::pair{"full", "f"}, {"reduced", "r"}}) {
    const Block& statistics = *block.child(std::string("fit_stats_") + suffix);
    const bool full = *suffix == 'f';
    rows.push_back({name, format_shortest(block.number(std::string("parms_") + suffix)), cell(statistics.number("AIC")),
                    cell(statistics.number("BIC")), cell(statistics.number("AICc")), cell(statistics.number("loglik")),
                    full ? "" : cell(block.number("LRT")), full ? "" : p_cell(block.number("pval")),
                    cell(block.number(std::string("QE_") + suffix)), cell(block.number(std::string("tau2_") + suffix)),
                    full || is_missing(block.number("R2")) ? "" : format_fixed(block.number("R2"), 2) + "%"});
  }
  return text_table({"", "df", "AIC", "BIC", "AICc", "logLik", "LRT", "pval", "QE", "tau^2", "R^2"}, rows);
}

}  // namespace hedgerow::cli
