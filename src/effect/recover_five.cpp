// Means and SDs from five-number summaries, by formula.
//
// Case 1 has min a, median m and max b; case 2 quartiles q1, m, q3; case 3 all five.
//
//   luo2016    case 1  w = 4 / (4 + n^0.75),             w (a+b)/2 + (1-w) m                              (7)
//              case 2  w = 0.7 + 0.39/n,                 w (q1+q3)/2 + (1-w) m                            (11)
//              case 3  w1 = 2.2/(2.2 + n^0.75), w2 = 0.7 - 0.72/n^0.55,
//                                                        w1 (a+b)/2 + w2 (q1+q3)/2 + (1-w1-w2) m          (15)
//   wan2014    mean    (a+2m+b)/4, (q1+m+q3)/3, (a+2 q1+2 m+2 q3+b)/8
//              SD      (b-a)/xi, (q3-q1)/eta, half their sum;  xi, eta in recover.hpp (sd_from_range, sd_from_iqr)
//   shi2020    case 3  w = 1 / (1 + 0.07 n^0.6),         w (b-a)/xi + (1-w) (q3-q1)/eta                   (10)
//   hozo2005   case 1  mean (a+2m+b)/4 for n <= 25, else m;
//                      SD sqrt(((a-2m+b)^2/4 + (b-a)^2)/12) for n <= 15, (b-a)/4 for n <= 70, else (b-a)/6
//   bland2015  case 3  mean as wan2014; SD^2 = (a^2+2 q1^2+2 m^2+2 q3^2+b^2)/16 + (a q1+q1 m+m q3+q3 b)/8 - mean^2
//   walter2007 case 1  mean m; SD (b-a) / expected range of n standard normal values
//
// Skewness [shi2023]: |a+b-2m|/(b-a) against 1.01/ln(n+9) + 2.43/(n+1); |q1+q3-2m|/(q3-q1) against
// 2.66/sqrt(n) - 5.92/n^2; case 3 the larger of 2.65 ln(0.6 n)/sqrt(n) times the first and the second against
// 2.97/sqrt(n) - 39.1/n^3.
//
// Log-normal data [shi2020lnorm]: m and s of the logarithms as luo2016 and wan2014 or shi2020 (case 3), then with
// v = s^2/c2 and q = s^4/c4, which are unbiased for sigma^2 and sigma^4,
//
//   mean = exp(m + v/2) / (1 + k1 v/n + k2 q/n)
//   SD^2 = exp(2m + 2v) / (1 + 4 k1 v/n + 16 k2 q/n) - exp(2m + v) / (1 + 4 k1 v/n + 4 k2 q/n)
//
//   case 1  c2 = 1.01 + 0.25/(ln n)^2   c4 = 1 + 2.23/(ln n)^2   k1 = 0.565  k2 = 0.37
//   case 2  c2 = 1 + 1.58/n             c4 = 1 + 19.2/n^1.2      k1 = 0.57   k2 = 0.75
//   case 3  c2 = 1 + 0.28/(ln n)^2      c4 = 1 + 3.93/n          k1 = 0.405  k2 = 0.315

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "effect/recover.hpp"

namespace hedgerow::effect {
namespace {

double square(double x) { return x * x; }

double luo_mean(const FiveNumbers& x) {
  const double range = (x.min + x.max) / 2, quartile = (x.q1 + x.q3) / 2;
  switch (five_number_case(x)) {
    case 1: {
      const double w = 4 / (4 + std::pow(x.n, 0.75));
      return w * range + (1 - w) * x.median;
    }
    case 2: {
      const double w = 0.7 + 0.39 / x.n;
      return w * quartile + (1 - w) * x.median;
    }
    case 3: {
      const double w1 = 2.2 / (2.2 + std::pow(x.n, 0.75)), w2 = 0.7 - 0.72 / std::pow(x.n, 0.55);
      return w1 * range + w2 * quartile + (1 - w1 - w2) * x.median;
    }
    default:
      return kMissing;
  }
}

double wan_mean(const FiveNumbers& x) {
  switch (five_number_case(x)) {
    case 1:
      return (x.min + 2 * x.median + x.max) / 4;
    case 2:
      return (x.q1 + x.median + x.q3) / 3;
    case 3:
      return (x.min + 2 * x.q1 + 2 * x.median + 2 * x.q3 + x.max) / 8;
    default:
      return kMissing;
  }
}

double wan_sd(const FiveNumbers& x) {
  const double range = sd_from_range(x.min, x.max, x.n), iqr = sd_from_iqr(x.q1, x.q3, x.n);
  const int which = five_number_case(x);
  return which == 1 ? range : which == 2 ? iqr : which == 3 ? (range + iqr) / 2 : kMissing;
}

double shi_sd(const FiveNumbers& x) {
  if (five_number_case(x) != 3) return kMissing;
  const double w = 1 / (1 + 0.07 * std::pow(x.n, 0.6));
  return w * sd_from_range(x.min, x.max, x.n) + (1 - w) * sd_from_iqr(x.q1, x.q3, x.n);
}

double hozo_sd(const FiveNumbers& x) {
  const double range = x.max - x.min;
  if (x.n <= 15) return std::sqrt((square(x.min - 2 * x.median + x.max) / 4 + square(range)) / 12);
  return x.n <= 70 ? range / 4 : range / 6;
}

double bland_sd(const FiveNumbers& x) {
  const double squares =
      (square(x.min) + 2 * square(x.q1) + 2 * square(x.median) + 2 * square(x.q3) + square(x.max)) / 16;
  const double products = (x.min * x.q1 + x.q1 * x.median + x.median * x.q3 + x.q3 * x.max) / 8;
  return std::sqrt(std::max(0.0, squares + products - square(wan_mean(x))));
}

struct LogConstants {
  double c2, c4, k1, k2;
};

LogConstants log_constants(int which, double n) {
  const double ln2 = square(std::log(n));
  if (which == 1) return {1.01 + 0.25 / ln2, 1 + 2.23 / ln2, 0.565, 0.37};
  if (which == 2) return {1 + 1.58 / n, 1 + 19.2 / std::pow(n, 1.2), 0.57, 0.75};
  return {1 + 0.28 / ln2, 1 + 3.93 / n, 0.405, 0.315};
}

}  // namespace

int five_number_case(const FiveNumbers& x) {
  const bool range = !is_missing(x.min) && !is_missing(x.max), quartiles = !is_missing(x.q1) && !is_missing(x.q3);
  return (range ? 1 : 0) + (quartiles ? 2 : 0);
}

Skewness skewness_test(const FiveNumbers& x) {
  const double range = std::fabs(x.min + x.max - 2 * x.median) / (x.max - x.min);
  const double quartiles = std::fabs(x.q1 + x.q3 - 2 * x.median) / (x.q3 - x.q1);
  switch (five_number_case(x)) {
    case 1:
      return {range, 1.01 / std::log(x.n + 9) + 2.43 / (x.n + 1)};
    case 2:
      return {quartiles, 2.66 / std::sqrt(x.n) - 5.92 / square(x.n)};
    case 3:
      return {std::max(2.65 * std::log(0.6 * x.n) / std::sqrt(x.n) * range, quartiles),
              2.97 / std::sqrt(x.n) - 39.1 / (x.n * x.n * x.n)};
    default:
      return {kMissing, kMissing};
  }
}

double mean_from_five(const FiveNumbers& x, const std::string& method) {
  const int which = five_number_case(x);
  if (method == "luo2016") return luo_mean(x);
  if (method == "wan2014") return wan_mean(x);
  if (method == "hozo2005" && which == 1) return x.n <= 25 ? wan_mean(x) : x.median;
  if (method == "bland2015" && which == 3) return wan_mean(x);
  if (method == "walter2007" && which == 1) return x.median;
  return kMissing;
}

double sd_from_five(const FiveNumbers& x, const std::string& method) {
  const int which = five_number_case(x);
  if (method == "wan2014") return wan_sd(x);
  if (method == "shi2020") return shi_sd(x);
  if (method == "hozo2005" && which == 1) return hozo_sd(x);
  if (method == "bland2015" && which == 3) return bland_sd(x);
  if (method == "walter2007" && which == 1) return (x.max - x.min) / expected_range(x.n);
  return kMissing;
}

FiveEstimate lognormal_from_five(const FiveNumbers& x, bool back) {
  const FiveNumbers logs{std::log(x.min), std::log(x.q1), std::log(x.median), std::log(x.q3), std::log(x.max), x.n};
  const int which = five_number_case(logs);
  const double m = luo_mean(logs), s = which == 3 ? shi_sd(logs) : wan_sd(logs);
  const std::string text =
      "log-normal data: luo2016 and " + std::string(which == 3 ? "shi2020" : "wan2014") + " of logs";
  if (!back) return {m, s, text};
  const LogConstants c = log_constants(which, x.n);
  const double v = square(s) / c.c2, q = square(square(s)) / c.c4;
  const double first = c.k1 * v / x.n, second = c.k2 * q / x.n;
  const double squares = std::exp(2 * m + 2 * v) / (1 + 4 * first + 16 * second);
  const double square_of_mean = std::exp(2 * m + v) / (1 + 4 * first + 4 * second);
  return {std::exp(m + v / 2) / (1 + first + second), std::sqrt(std::max(0.0, squares - square_of_mean)),
          text + ", back as shi2020lnorm"};
}

}  // namespace hedgerow::effect
