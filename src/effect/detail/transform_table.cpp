// Transformations and back-transformations. x is the value, Phi and phi are normal.
//
// Of measures (the inverse begins with i):
//   rtoz atanh x            ztor tanh x              r2toz atanh sqrt x       ztor2 tanh^2 x, 0 below 0
//   logit ln(x/(1-x))       ilogit 1/(1+exp(-x))     arcsin asin sqrt x       iarcsin sin^2 x, 0, 1 outside 0 to pi/2
//   abt -ln(1-x)            iabt 1-exp(-x), 0 below 0                                                   [bonett2002]
//   ahw 1-(1-x)^(1/3)       iahw 1-(1-x)^3, 0 and 1 outside 0 to 1                                    [hakstian1976]
//   isqrt x^2, 0 below 0    ve 1-exp(x) of a log risk ratio      pnorm Phi(x) of a probit; qnorm its inverse
//   pft (asin sqrt(nx/(n+1)) + asin sqrt((nx+1)/(n+1)))/2                                         [freemantukey1950]
//   ipft (1 - sign(cos 2x) sqrt(1 - (sin 2x + (sin 2x - 1/sin 2x)/n)^2))/2, 0 and 1 beyond pft of 0 and 1  [miller1978]
//   irft (sqrt x + sqrt(x+1/t))/2;   iirft (1/t - 8x^2 + 16 t x^4)/(16 t x^2), 0 below irft of 0
// Of a standardised mean difference d:
//   dtou1 (2 u - 1)/u, u = Phi(|d|/2);   dtou2 Phi(d/2);   dtou3 Phi(d)                                    [cohen1988]
//   dtoovl 2 Phi(-|d|/2);   dtocles Phi(d/sqrt 2), clestod its inverse;   dtocliffd 2 Phi(d/sqrt 2) - 1
//   dtobesd 1/2 + d/(2 sqrt(d^2+4));   dtomd d sd;   dtorpb d/sqrt(d^2+h), h = m/n1 + m/n2 or 4 (no sizes), rpbtod its
//   inverse;   dtorbis the biserial correlation of dtorpb;   rpbtorbis x sqrt(pq)/phi(z_p), rtorpb its inverse; rtod
//   d of rtorpb                                                                                          [jacobs2017]
//   dtolnor.norm 1.65 d, dtolnor.logis pi/sqrt(3) d; lnortod.norm, lnortod.logis their inverses    [cox1989; chinn2000]
// Of a log odds ratio, pc the risk of the controls:
//   lnortord p - pc, lnortorr p / pc, logit p = logit pc + x
//   lnortortet.pearson cos(pi/(1+sqrt OR)) = sin(pi/2 tanh(x/4));   lnortortet.digby tanh(3x/8)            [digby1983]

#include "effect/detail/transform_table.hpp"

#include <cmath>

#include "stats/distributions.hpp"

namespace hedgerow::effect::detail {
namespace {

constexpr double kHalfPi = M_PI / 2;

double clip(double x, double lower, double upper) {
  if (x < lower) return lower;
  return x > upper ? upper : x;  // A missing value stays missing.
}

double inverse_arcsine(double x) {
  const double s = std::sin(clip(x, 0, kHalfPi));
  return s * s;
}

double inverse_logit(double x) { return 1 / (1 + std::exp(-x)); }
double logit(double x) { return std::log(x) - std::log1p(-x); }
double squared_from_zero(double x) { return x < 0 ? 0 : x * x; }

double freeman_tukey(double p, double n) {
  return 0.5 * (std::asin(std::sqrt(p * n / (n + 1))) + std::asin(std::sqrt((p * n + 1) / (n + 1))));
}

double inverse_freeman_tukey(double x, double n) {
  if (is_missing(x) || is_missing(n)) return kMissing;
  if (x > freeman_tukey(1, n)) return 1;
  if (x < freeman_tukey(0, n)) return 0;
  const double s = std::sin(2 * x);
  const double inner = s + (s - 1 / s) / n;
  const double cosine = std::cos(2 * x);
  const double sign = cosine > 0 ? 1 : (cosine < 0 ? -1 : 0);
  const double rest = 1 - inner * inner;
  return 0.5 * (1 - sign * std::sqrt(rest > 0 ? rest : 0));
}

double rate_freeman_tukey(double x, double t) { return 0.5 * (std::sqrt(x) + std::sqrt(x + 1 / t)); }

double inverse_rate_freeman_tukey(double x, double t) {
  if (x < rate_freeman_tukey(0, t)) return 0;
  const double x2 = x * x;
  return (1 / t - 8 * x2 + 16 * t * x2 * x2) / (16 * t * x2);
}

/// m/n1 + m/n2, or 4, its limit for large equal groups, where the sizes are not given.
double size_term(const One& with) {
  if (is_missing(with.n1i) && is_missing(with.n2i)) return 4;
  const double m = with.n1i + with.n2i - 2;
  return m / with.n1i + m / with.n2i;
}

double point_biserial(double d, const One& with) { return d / std::sqrt(d * d + size_term(with)); }
double from_point_biserial(double r, const One& with) { return std::sqrt(size_term(with)) * r / std::sqrt(1 - r * r); }

/// sqrt(pq) / phi(z_p), the biserial over the point-biserial correlation.
double biserial_factor(double p) { return std::sqrt(p * (1 - p)) / stats::normal_density(stats::normal_quantile(p)); }

double share(const One& with) { return is_missing(with.pi) ? 0.5 : with.pi; }
double share_of_sizes(const One& with) {
  return is_missing(with.n1i) && is_missing(with.n2i) ? 0.5 : with.n1i / (with.n1i + with.n2i);
}

/// Odds of the controls times OR, as a risk.
double risk_of_treated(double x, double pc) { return inverse_logit(x + logit(pc)); }

double non_overlap(double d) {
  const double u = stats::normal_cdf(std::fabs(d) / 2);
  return (2 * u - 1) / u;
}

constexpr double kInf = std::numeric_limits<double>::infinity();
const double kLogistic = M_PI / std::sqrt(3.0);
constexpr double kNormal = 1.65;

const Transformation kTable[] = {
    {"none", [](double x, const One&) { return x; }},
    {"identity", [](double x, const One&) { return x; }},
    {"exp", [](double x, const One&) { return std::exp(x); }},
    {"log", [](double x, const One&) { return std::log(x); }},
    {"sqrt", [](double x, const One&) { return std::sqrt(x); }},
    {"pnorm", [](double x, const One&) { return stats::normal_cdf(x); }},
    {"qnorm", [](double x, const One&) { return x >= 0 && x <= 1 ? stats::normal_quantile(x) : kMissing; }},
    {"rtoz", [](double x, const One&) { return std::atanh(x); }},
    {"ztor", [](double x, const One&) { return std::tanh(x); }},
    {"r2toz", [](double x, const One&) { return std::atanh(std::sqrt(x)); }},
    {"ztor2", [](double x, const One&) { return squared_from_zero(std::tanh(x)); }, "", 0, kInf},
    {"logit", [](double x, const One&) { return logit(x); }},
    {"ilogit", [](double x, const One&) { return inverse_logit(x); }},
    {"arcsin", [](double x, const One&) { return std::asin(std::sqrt(x)); }},
    {"iarcsin", [](double x, const One&) { return inverse_arcsine(x); }, "", 0, kHalfPi},
    {"pft", [](double x, const One& w) { return freeman_tukey(x, w.ni); }, "ni"},
    {"ipft", [](double x, const One& w) { return inverse_freeman_tukey(x, w.ni); }, "ni", 0, kHalfPi},
    {"ipft.hm", [](double x, const One& w) { return inverse_freeman_tukey(x, w.ni); }, "ni", 0, kHalfPi},
    {"isqrt", [](double x, const One&) { return squared_from_zero(x); }, "", 0, kInf},
    {"irft", [](double x, const One& w) { return rate_freeman_tukey(x, w.ti); }, "ti"},
    {"iirft", [](double x, const One& w) { return inverse_rate_freeman_tukey(x, w.ti); }, "ti", 0, kInf},
    {"iirft.hm", [](double x, const One& w) { return inverse_rate_freeman_tukey(x, w.ti); }, "ti", 0, kInf},
    {"ahw", [](double x, const One&) { return x > 1 ? kMissing : 1 - std::cbrt(1 - x); }},
    {"iahw", [](double x, const One&) { return 1 - std::pow(1 - clip(x, 0, 1), 3); }, "", 0, 1},
    {"abt", [](double x, const One&) { return -std::log1p(-x); }},
    {"iabt", [](double x, const One&) { return -std::expm1(-clip(x, 0, kInf)); }, "", 0, kInf},
    {"ve", [](double x, const One&) { return -std::expm1(x); }},
    {"dtou1", [](double x, const One&) { return non_overlap(x); }},
    {"dtou2", [](double x, const One&) { return stats::normal_cdf(x / 2); }},
    {"dtou3", [](double x, const One&) { return stats::normal_cdf(x); }},
    {"dtoovl", [](double x, const One&) { return 2 * stats::normal_cdf(-std::fabs(x) / 2); }},
    {"dtocles", [](double x, const One&) { return stats::normal_cdf(x * M_SQRT1_2); }},
    {"clestod", [](double x, const One&) { return x >= 0 && x <= 1 ? M_SQRT2 * stats::normal_quantile(x) : kMissing; }},
    {"dtocliffd", [](double x, const One&) { return std::erf(x / 2); }},
    {"dtobesd", [](double x, const One&) { return 0.5 + x / (2 * std::sqrt(x * x + 4)); }},
    {"dtomd", [](double x, const One& w) { return x * w.sd; }, "sd"},
    {"dtorpb", [](double x, const One& w) { return point_biserial(x, w); }},
    {"dtorbis", [](double x, const One& w) { return biserial_factor(share_of_sizes(w)) * point_biserial(x, w); }},
    {"rpbtorbis", [](double x, const One& w) { return biserial_factor(share(w)) * x; }},
    {"rtorpb", [](double x, const One& w) { return x / biserial_factor(share(w)); }},
    {"rtod", [](double x, const One& w) { return from_point_biserial(x / biserial_factor(share_of_sizes(w)), w); }},
    {"rpbtod", [](double x, const One& w) { return from_point_biserial(x, w); }},
    {"lnortord", [](double x, const One& w) { return risk_of_treated(x, w.pc) - w.pc; }, "pc"},
    {"lnortorr", [](double x, const One& w) { return risk_of_treated(x, w.pc) / w.pc; }, "pc"},
    {"lnortod.norm", [](double x, const One&) { return x / kNormal; }},
    {"lnortod.logis", [](double x, const One&) { return x / kLogistic; }},
    {"dtolnor.norm", [](double x, const One&) { return x * kNormal; }},
    {"dtolnor.logis", [](double x, const One&) { return x * kLogistic; }},
    {"lnortortet.pearson", [](double x, const One&) { return std::sin(kHalfPi * std::tanh(x / 4)); }},
    {"lnortortet.digby", [](double x, const One&) { return std::tanh(3 * x / 8); }},
};

}  // namespace

std::span<const Transformation> transformations() { return kTable; }

const Transformation* find_transformation(std::string_view name) {
  for (const Transformation& one : kTable)
    if (one.name == name) return &one;
  return nullptr;
}

}  // namespace hedgerow::effect::detail
