// Back-transformations.
//
//   exp       exp x                       ilogit   1 / (1 + exp(-x))
//   iarcsin   sin^2 x, 0 below 0 and 1 above pi/2
//   ztor      tanh x                      iabt     1 - exp(-x)
//   iahw      1 - (1 - x)^3               ve        1 - exp(x), of a log risk ratio
//   ipft.hm   (1 - sign(cos 2x) sqrt(1 - (sin 2x + (sin 2x - 1/sin 2x) / n)^2)) / 2, n the harmonic mean of the sizes;
//             0 and 1 beyond the transformed values of those proportions                            [miller1978]

#include "effect/transform.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::effect {
namespace {

struct Named {
  const char* name;
  double (*function)(double);
};

double inverse_logit(double x) { return 1 / (1 + std::exp(-x)); }

double inverse_arcsine(double x) {
  if (x < 0) return 0;
  return x > M_PI / 2 ? 1 : std::sin(x) * std::sin(x);
}

double inverse_bonett(double x) { return -std::expm1(-x); }

double inverse_hakstian_whalen(double x) { return 1 - (1 - x) * (1 - x) * (1 - x); }

double identity(double x) { return x; }

constexpr Named kSimple[] = {
    {"none", identity},
    {"identity", identity},
    {"exp", [](double x) { return std::exp(x); }},
    {"ilogit", inverse_logit},
    {"iarcsin", inverse_arcsine},
    {"ztor", [](double x) { return std::tanh(x); }},
    {"iabt", inverse_bonett},
    {"iahw", inverse_hakstian_whalen},
    {"ve", [](double x) { return -std::expm1(x); }},
};

constexpr const char* kHarmonicFreemanTukey = "ipft.hm";

double freeman_tukey(double p, double n) {
  return 0.5 * (std::asin(std::sqrt(p * n / (n + 1))) + std::asin(std::sqrt((p * n + 1) / (n + 1))));
}

double inverse_freeman_tukey(double x, double n) {
  if (is_missing(x)) return x;
  if (x > freeman_tukey(1, n)) return 1;
  if (x < freeman_tukey(0, n)) return 0;
  const double s = std::sin(2 * x);
  const double inner = s + (s - 1 / s) / n;
  const double cosine = std::cos(2 * x);
  const double sign = cosine > 0 ? 1 : (cosine < 0 ? -1 : 0);
  return 0.5 * (1 - sign * std::sqrt(1 - inner * inner));
}

double harmonic_mean(std::span<const double> values) {
  double sum = 0;
  double count = 0;
  for (const double value : values) {
    if (is_missing(value)) continue;
    sum += 1 / value;
    count += 1;
  }
  return count / sum;
}

}  // namespace

std::vector<std::string> transforms() {
  std::vector<std::string> names;
  for (const Named& named : kSimple) names.emplace_back(named.name);
  names.emplace_back(kHarmonicFreemanTukey);
  return names;
}

Expected<double> transform(const std::string& name, double value, std::span<const double> ni) {
  const std::string_view prefix = "transf.";
  const std::string bare = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  for (const Named& named : kSimple) {
    if (bare == named.name) return named.function(value);
  }
  const auto names = transforms();
  if (bare != kHarmonicFreemanTukey) {
    return make_error(ErrorCode::usage, fmt::format("unknown transformation '{}'{}; known are {}", name,
                                                    did_you_mean(bare, names), join(names, ", ")));
  }
  if (ni.empty()) return make_error(ErrorCode::usage, "ipft.hm needs the sample sizes");
  return inverse_freeman_tukey(value, harmonic_mean(ni));
}

}  // namespace hedgerow::effect
