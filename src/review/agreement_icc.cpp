#include "review/agreement_icc.hpp"

#include <algorithm>

#include "stats/distributions.hpp"
#include "stats/f_quantile.hpp"

namespace hedgerow::review {
namespace {

Coefficient form(const char* id, const char* name, const MeanSquares& s) {
  Coefficient out;
  out.id = id;
  out.name = name;
  out.n = s.n;
  return out;
}

/// A single rating's ICC with limits; the mean of k ratings by the formula of Spearman and Brown.
Coefficient of_means(const Coefficient& single, const char* id, const char* name, double k, double estimate) {
  Coefficient out = single;
  out.id = id;
  out.name = name;
  const auto step = [&](double x) { return k * x / (1.0 + (k - 1.0) * x); };
  out.estimate = estimate;
  out.lower = step(single.lower);
  out.upper = step(single.upper);
  return out;
}

/// (1,1) and (3,1): `rest` is the mean square that the rows are compared with, on df2 degrees of freedom.
Coefficient ratio_form(const char* id, const char* name, const MeanSquares& s, double rest, double df2, double level) {
  Coefficient out = form(id, name, s);
  const double k = static_cast<double>(s.k), df1 = static_cast<double>(s.n) - 1.0;
  out.estimate = (s.rows - rest) / (s.rows + (k - 1.0) * rest);
  const double f = s.rows / rest, tail = (1.0 - level) / 2.0;
  if (!std::isfinite(f)) return out;
  const double low = f / stats::f_quantile_upper(tail, df1, df2), high = f * stats::f_quantile_upper(tail, df2, df1);
  out.lower = (low - 1.0) / (low + k - 1.0);
  out.upper = (high - 1.0) / (high + k - 1.0);
  out.p = stats::f_upper(f, df1, df2);
  return out;
}

Coefficient two_way_random(const MeanSquares& s, double level) {
  Coefficient out = form("icc_2_1", "ICC(2,1) two-way random, single", s);
  const double n = static_cast<double>(s.n), k = static_cast<double>(s.k);
  const double rho = (s.rows - s.error) / (s.rows + (k - 1.0) * s.error + k * (s.columns - s.error) / n);
  out.estimate = rho;
  const double f = s.rows / s.error;
  if (!std::isfinite(f)) return out;
  out.p = stats::f_upper(f, n - 1.0, (n - 1.0) * (k - 1.0));
  const double a = k * rho / (n * (1.0 - rho)), b = 1.0 + k * rho * (n - 1.0) / (n * (1.0 - rho));
  const double v = std::pow(a * s.columns + b * s.error, 2) /
                   (std::pow(a * s.columns, 2) / (k - 1.0) + std::pow(b * s.error, 2) / ((n - 1.0) * (k - 1.0)));
  const double tail = (1.0 - level) / 2.0;
  const double f_low = stats::f_quantile_upper(tail, n - 1.0, v), f_high = stats::f_quantile_upper(tail, v, n - 1.0);
  const double spread = k * s.columns + (k * n - k - n) * s.error;
  out.lower = n * (s.rows - f_low * s.error) / (f_low * spread + n * s.rows);
  out.upper = n * (f_high * s.rows - s.error) / (spread + n * f_high * s.rows);
  return out;
}

}  // namespace

MeanSquares mean_squares(const stats::Matrix& values) {
  MeanSquares out{values.rows(), values.cols()};
  if (out.n < 2 || out.k < 2) return out;
  const double n = static_cast<double>(out.n), k = static_cast<double>(out.k);
  double mean = 0;
  stats::Vector row(out.n), col(out.k);
  for (std::size_t i = 0; i < out.n; ++i)
    for (std::size_t j = 0; j < out.k; ++j) {
      mean += values(i, j);
      row[i] += values(i, j);
      col[j] += values(i, j);
    }
  mean /= n * k;
  for (double& sum : row) sum /= k;
  for (double& sum : col) sum /= n;
  double rows = 0, columns = 0, within = 0, error = 0;
  for (std::size_t i = 0; i < out.n; ++i) rows += k * std::pow(row[i] - mean, 2);
  for (std::size_t j = 0; j < out.k; ++j) columns += n * std::pow(col[j] - mean, 2);
  for (std::size_t i = 0; i < out.n; ++i)
    for (std::size_t j = 0; j < out.k; ++j) {
      within += std::pow(values(i, j) - row[i], 2);
      error += std::pow(values(i, j) - row[i] - col[j] + mean, 2);
    }
  out.rows = rows / (n - 1.0);
  out.columns = columns / (k - 1.0);
  out.error = error / ((n - 1.0) * (k - 1.0));
  out.within = within / (n * (k - 1.0));
  if (rows + within < 1e-24 * n * k * mean * mean) out.rows = out.within = 0;  // equal values, up to rounding
  return out;
}

std::vector<Coefficient> icc(const MeanSquares& s, double level) {
  const double n = static_cast<double>(s.n), k = static_cast<double>(s.k);
  if (s.n < 2 || s.k < 2 || !(s.rows > 0 || s.within > 0)) {
    Coefficient none = form("icc", "ICC", s);
    none.note = s.n < 2 || s.k < 2 ? "not defined: needs two items that two raters rated" : "not defined: all equal";
    return {none};
  }
  const Coefficient one = ratio_form("icc_1_1", "ICC(1,1) one-way random, single", s, s.within, n * (k - 1.0), level);
  const Coefficient two = two_way_random(s, level);
  const Coefficient three =
      ratio_form("icc_3_1", "ICC(3,1) two-way mixed, single", s, s.error, (n - 1.0) * (k - 1.0), level);
  const double two_k = (s.rows - s.error) / (s.rows + (s.columns - s.error) / n);
  return {one,
          two,
          three,
          of_means(one, "icc_1_k", "ICC(1,k) one-way random, mean", k, (s.rows - s.within) / s.rows),
          of_means(two, "icc_2_k", "ICC(2,k) two-way random, mean", k, two_k),
          of_means(three, "icc_3_k", "ICC(3,k) two-way mixed, mean", k, (s.rows - s.error) / s.rows)};
}

stats::Matrix complete_values(const Ratings& ratings, const std::vector<std::size_t>& raters) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < ratings.codes.size(); ++i)
    if (std::all_of(raters.begin(), raters.end(), [&](std::size_t g) { return ratings.codes[i][g] != kNotRated; }))
      rows.push_back(i);
  stats::Matrix out(rows.size(), raters.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < raters.size(); ++j)
      out(i, j) = ratings.values[static_cast<std::size_t>(ratings.codes[rows[i]][raters[j]])];
  return out;
}

std::vector<Coefficient> differences(const stats::Matrix& values, double level) {
  const auto n = static_cast<double>(values.rows());
  if (values.rows() < 2) return {};
  double mean = 0, squares = 0;
  for (std::size_t i = 0; i < values.rows(); ++i) mean += (values(i, 0) - values(i, 1)) / n;
  for (std::size_t i = 0; i < values.rows(); ++i) squares += std::pow(values(i, 0) - values(i, 1) - mean, 2);
  const double sd = std::sqrt(squares / (n - 1.0));
  Coefficient difference, low, high;
  difference.id = "mean_difference";
  difference.name = "Mean difference";
  difference.estimate = mean;
  difference.se = sd / std::sqrt(n);
  difference.n = low.n = high.n = values.rows();
  const double half = stats::interval_quantile(level, n - 1.0) * difference.se;
  difference.lower = mean - half;
  difference.upper = mean + half;
  low.id = "loa_lower";
  low.name = "Lower limit of agreement";
  low.estimate = mean - 1.96 * sd;
  high.id = "loa_upper";
  high.name = "Upper limit of agreement";
  high.estimate = mean + 1.96 * sd;
  return {difference, low, high};
}

}  // namespace hedgerow::review
