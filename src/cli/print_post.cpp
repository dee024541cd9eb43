#include "cli/print_post.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

using stats::Vector;

std::string cell(double value) { return is_missing(value) ? "NA" : format_fixed(value, 4); }

/// Quantile of the values that are not missing, between neighbours.
double quantile(const Vector& sorted, double q) {
  if (sorted.empty()) return kMissing;
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - std::floor(at)) * (sorted[high] - sorted[low]);
}

Vector sorted(Vector values) {
  std::erase_if(values, [](double x) { return is_missing(x); });
  std::ranges::sort(values);
  return values;
}

std::string quantiles(const engine::Block& block) {
  std::vector<std::vector<std::string>> rows;
  for (const engine::Field& field : block.fields) {
    const auto* values = std::get_if<Vector>(&field.second);
    if (!values || field.first == "k") continue;
    const Vector v = sorted(*values);
    rows.push_back({field.first, cell(quantile(v, 0)), cell(quantile(v, 0.25)), cell(quantile(v, 0.5)),
                    cell(quantile(v, 0.75)), cell(quantile(v, 1))});
  }
  return text_table({"", "min", "25%", "median", "75%", "max"}, rows);
}

std::string by_study(const engine::Block& block) {
  const std::vector<std::string> units = block.texts("units"), included = block.texts("subsets_included");
  const std::string name = block.texts("coef_names").front();
  const Vector estimate = block.vector(name), i2 = block.vector("I2");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t u = 0; u < units.size(); ++u) {
    Vector with, without, i2_with, i2_without;
    for (std::size_t s = 0; s < included.size(); ++s) {
      (included[s][u] == '1' ? with : without).push_back(estimate[s]);
      (included[s][u] == '1' ? i2_with : i2_without).push_back(i2[s]);
    }
    rows.push_back({units[u], cell(quantile(sorted(with), 0.5)), cell(quantile(sorted(without), 0.5)),
                    cell(quantile(sorted(i2_with), 0.5)), cell(quantile(sorted(i2_without), 0.5))});
  }
  return text_table({"study", name + " with", "without", "I2 with", "without"}, rows);
}

}  // namespace

std::string gosh_text(const engine::Block& block) {
  const std::size_t subsets = block.texts("subsets_included").size();
  return fmt::format(
      "{} subsets; all of them are in the JSON\n{}\nMedians over the subsets with and without each "
      "study\n{}",
      subsets, quantiles(block), by_study(block));
}

std::string named_matrix_text(const engine::Block& block) {
  const std::vector<std::string> names = block.texts("names");
  const auto& matrix = std::get<stats::Matrix>(*block.find("matrix"));
  std::vector<std::string> header{""};
  header.insert(header.end(), names.begin(), names.end());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    rows.push_back({names[i]});
    for (const double value : matrix.row(i)) rows.back().push_back(format_significant(value, 4));
  }
  return text_table(header, rows);
}

}  // namespace hedgerow::cli
