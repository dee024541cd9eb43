// Ticks: the step is the smallest of {1, 2, 2.5, 5} x 10^n that is not below the range divided by the wanted number.
// Logarithmic axes take {1, 2, 5} per decade, or whole decades where that would be too many.
#include "plot/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/expected.hpp"
#include "base/text.hpp"
#include "effect/transform.hpp"
#include "scene/metrics.hpp"

namespace hedgerow::plot {
namespace {

constexpr double kWhiskers = 2.5;
constexpr std::size_t kMaxLogTicks = 7;

// Displays whose formulas are those of effect/transform.hpp.
struct Named {
  Display display;
  const char* name;
  const char* inverse;
};
constexpr Named kNamed[] = {{Display::iarcsin, "iarcsin", "arcsin"}, {Display::pnorm, "pnorm", "qnorm"},
                            {Display::isqrt, "isqrt", "sqrt"},       {Display::ztor2, "ztor2", "r2toz"},
                            {Display::iahw, "iahw", "ahw"},          {Display::iabt, "iabt", "abt"}};

const Named& named(Display display) {
  const auto* found = std::find_if(std::begin(kNamed), std::end(kNamed),
                                   [display](const Named& one) { return one.display == display; });
  HR_ASSERT(found != std::end(kNamed));
  return *found;
}

double by_name(const char* name, double value) {
  const auto moved = effect::transform(name, value);
  HR_ASSERT(moved.ok());
  return *moved;
}

struct Step {
  double size;
  int digits;  // after the point, to print multiples of the step exactly
};

Step pretty_step(double range, int wanted) {
  const double raw = range / wanted;
  const int exponent = static_cast<int>(std::floor(std::log10(raw)));
  const double base = std::pow(10.0, exponent);
  constexpr std::array<double, 5> steps{1.0, 2.0, 2.5, 5.0, 10.0};
  for (double s : steps) {
    if (s * base >= raw * (1.0 - 1e-9)) {
      const int digits = std::max(0, -exponent + (s == 2.5 ? 1 : 0) - (s == 10.0 ? 1 : 0));
      return {s * base, digits};
    }
  }
  return {10.0 * base, std::max(0, -exponent - 1)};
}

double quantile(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::vector<double> finite_sorted(std::span<const double> values) {
  std::vector<double> out;
  for (double v : values) {
    if (std::isfinite(v)) out.push_back(v);
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Ticks mantissa x 10^exponent between the limits (natural logarithms), for every `every`-th exponent.
std::vector<Tick> log_ticks(double lower, double upper, std::span<const double> mantissas, double every) {
  std::vector<Tick> out;
  const double ln10 = std::log(10.0);
  const double slack = 1e-9 * (upper - lower);
  const double first = std::floor(lower / ln10 / every) * every;
  for (double e = first; e * ln10 <= upper + slack; e += every) {
    for (double m : mantissas) {
      const double at = e * ln10 + std::log(m);
      if (at < lower - slack || at > upper + slack) continue;
      const double shown = m * std::pow(10.0, e);
      const bool plain = e >= -4.0 && e <= 5.0;
      const int digits = std::max(0, -static_cast<int>(std::clamp(e, -10.0, 10.0)));
      out.push_back({at, plain ? number_text(shown, digits) : format_significant(shown, 3)});
    }
  }
  return out;
}

std::vector<Tick> best_log_ticks(double lower, double upper) {
  constexpr std::array<double, 3> fine{1.0, 2.0, 5.0};
  constexpr std::array<double, 1> decades{1.0};
  constexpr double kFewDecades = 3.0;
  const double range = (upper - lower) / std::log(10.0);
  if (range <= kFewDecades) {
    std::vector<Tick> found = log_ticks(lower, upper, fine, 1.0);
    if (found.size() <= kMaxLogTicks) return found;
  }
  return log_ticks(lower, upper, decades, std::max(1.0, std::ceil(range / static_cast<double>(kMaxLogTicks))));
}

std::vector<Tick> linear_ticks(double lower, double upper, Display display, int wanted) {
  double shown_lower = to_display(lower, display);
  double shown_upper = to_display(upper, display);
  if (shown_lower > shown_upper) std::swap(shown_lower, shown_upper);
  const int digits = shown_upper > shown_lower ? pretty_step(shown_upper - shown_lower, wanted).digits : 2;
  const double slack = 1e-9 * (upper - lower);
  std::vector<Tick> out;
  for (double shown : pretty_numbers(shown_lower, shown_upper, wanted)) {
    const double at = display == Display::identity ? shown : from_display(shown, display);
    // A display that is flat somewhere (a squared root below 0) has numbers whose place is elsewhere.
    if (at >= lower - slack && at <= upper + slack) out.push_back({at, number_text(shown, digits)});
  }
  std::ranges::sort(out, {}, &Tick::at);
  return out;
}

// 0.001, 0.002, 0.005, ... and their complements: near 0 and 1 even steps of a proportion leave most of the axis bare.
std::vector<Tick> proportion_ticks(double lower, double upper, Display display, std::span<const double> mantissas) {
  constexpr int kSmallest = -12;
  std::vector<Tick> out;
  const auto add = [&](double shown, int digits) {
    const double at = from_display(shown, display);
    const double slack = 1e-9 * (upper - lower);
    if (at >= lower - slack && at <= upper + slack) out.push_back({at, number_text(shown, digits)});
  };
  for (int e = kSmallest; e < 0; ++e) {
    for (const double m : mantissas) {
      const double small = m * std::pow(10.0, e);
      add(small, -e);
      // Beyond 9 digits complements of 1 can't be told apart on paper.
      if (small < 0.5 && e > -9) add(1.0 - small, -e);
    }
  }
  std::ranges::sort(out, {}, &Tick::at);
  return out;
}

// Even steps where the scale is nearly straight (0.1 to 0.9); else steps of ratios, if they give enough ticks.
std::vector<Tick> best_proportion_ticks(double lower, double upper, Display display, int wanted) {
  constexpr std::array<double, 3> fine{1.0, 2.0, 5.0};
  constexpr std::array<double, 2> coarse{1.0, 5.0};
  constexpr std::array<double, 1> decades{1.0};
  constexpr std::size_t kEnough = 3;
  std::vector<Tick> even = linear_ticks(lower, upper, display, wanted);
  if (to_display(lower, display) >= 0.1 && to_display(upper, display) <= 0.9) return even;
  std::vector<Tick> found = proportion_ticks(lower, upper, display, fine);
  if (found.size() > kMaxLogTicks) found = proportion_ticks(lower, upper, display, coarse);
  if (found.size() > kMaxLogTicks) found = proportion_ticks(lower, upper, display, decades);
  return found.size() >= kEnough ? found : even;
}

}  // namespace

double to_display(double value, Display display) {
  switch (display) {
    case Display::identity:
      return value;
    case Display::exp:
      return std::exp(value);
    case Display::tanh:
      return std::tanh(value);
    case Display::ilogit:
      return 1.0 / (1.0 + std::exp(-value));
    case Display::ve:
      return -std::expm1(value);
    default:
      return by_name(named(display).name, value);
  }
}

double from_display(double shown, Display display) {
  switch (display) {
    case Display::identity:
      return shown;
    case Display::exp:
      return std::log(shown);
    case Display::tanh:
      return std::atanh(shown);
    case Display::ilogit:
      return std::log(shown) - std::log1p(-shown);
    case Display::ve:
      return std::log1p(-shown);
    default:
      return by_name(named(display).inverse, shown);
  }
}

std::string number_text(double value, int digits) {
  if (std::isnan(value)) return "";
  constexpr double kExponentFrom = 1e7;
  const bool with_exponent = std::isfinite(value) && std::fabs(value) >= kExponentFrom;
  std::string out = with_exponent ? format_significant(value, 3) : format_fixed(value, digits);
  if (out.front() == '-') out.replace(0, 1, "−");
  return out;
}

std::vector<double> pretty_numbers(double lower, double upper, int wanted) {
  if (!(upper > lower)) return {lower};
  const double step = pretty_step(upper - lower, wanted).size;
  const double slack = 1e-9 * step;
  std::vector<double> out;
  const double first = std::ceil((lower - slack) / step);
  for (double i = first; i * step <= upper + slack; i += 1.0) {
    out.push_back(i == 0.0 ? 0.0 : i * step);
    if (i + 1.0 == i) break;
  }
  if (out.empty()) out.push_back(0.5 * (lower + upper));
  return out;
}

std::vector<Tick> ticks(double lower, double upper, Display display, int wanted) {
  constexpr double kNarrow = 1.0;  // a ratio of e: there linear steps of the ratio look even
  if (display == Display::exp && upper - lower > kNarrow) return best_log_ticks(lower, upper);
  if (display == Display::ilogit || display == Display::pnorm)
    return best_proportion_ticks(lower, upper, display, wanted);
  return linear_ticks(lower, upper, display, wanted);
}

Limits padded(Limits limits, double share) {
  const double length = limits.upper - limits.lower;
  const double size = std::max(std::fabs(limits.lower), std::fabs(limits.upper));
  if (length <= 1e-9 * size || length <= 0.0) {
    const double half = size > 0.0 ? 0.1 * size : 1.0;
    return {limits.lower - half, limits.upper + half};
  }
  return {limits.lower - share * length, limits.upper + share * length};
}

Limits full_limits(std::span<const double> values) {
  const std::vector<double> sorted = finite_sorted(values);
  if (sorted.empty()) return {-1.0, 1.0};
  return {sorted.front(), sorted.back()};
}

Limits robust_limits(std::span<const double> values, std::span<const double> always) {
  const std::vector<double> sorted = finite_sorted(values);
  const std::vector<double> needed = finite_sorted(always);
  if (sorted.empty()) return full_limits(needed);
  const double q1 = quantile(sorted, 0.25);
  const double q3 = quantile(sorted, 0.75);
  const double reach = kWhiskers * (q3 - q1);
  Limits out{std::max(sorted.front(), q1 - reach), std::min(sorted.back(), q3 + reach)};
  if (needed.empty()) return out;
  return {std::min(out.lower, needed.front()), std::max(out.upper, needed.back())};
}

std::vector<Tick> without_collisions(std::vector<Tick> candidates, const Scale& scale, const scene::Font& font,
                                     bool horizontal, double overhang) {
  const double gap = 0.6 * font.size;
  const double first_end = std::min(scale.at_lower, scale.at_upper) - overhang;
  const double last_end = std::max(scale.at_lower, scale.at_upper) + overhang;
  const double line_height = (scene::kAscent + scene::kDescent) * font.size;
  const auto extent = [&](const Tick& t) { return horizontal ? scene::text_width(t.label, font) : line_height; };
  const auto outside = [&](const Tick& t) {
    const double half = 0.5 * extent(t);
    return scale(t.at) - half < first_end || scale(t.at) + half > last_end;
  };
  const auto clash = [&](const Tick& a, const Tick& b) {
    return std::fabs(scale(a.at) - scale(b.at)) < 0.5 * (extent(a) + extent(b)) + (horizontal ? gap : 0.0);
  };
  for (std::size_t every = 1; every <= std::max<std::size_t>(candidates.size(), 1); ++every) {
    std::vector<Tick> kept;
    for (std::size_t i = 0; i < candidates.size(); i += every) {
      if (!outside(candidates[i])) kept.push_back(candidates[i]);
    }
    const bool free = std::adjacent_find(kept.begin(), kept.end(), clash) == kept.end();
    if (free) return kept;
  }
  return {};
}

}  // namespace hedgerow::plot
