#include "audit/detail/grim.hpp"

#include <algorithm>
#include <cmath>

namespace hedgerow::audit::detail {

namespace {

__extension__ typedef __int128 Wide;

/// Products stay below 2^126 with these: n L <= 1e6, sums <= 1e9, 10^D <= 1e6, digits <= 1e9.
constexpr std::int64_t kMostScores = 1'000'000, kMostSum = 1'000'000'000;
constexpr int kMostDecimals = 6;

std::int64_t power_of_ten(int exponent) {
  std::int64_t out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

Wide floor_div(Wide a, Wide b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }
Wide ceil_div(Wide a, Wide b) { return -floor_div(-a, b); }

/// Twice the ends of the printed number in units of its last digit. Cut-off digits reach one unit up.
struct Ends {
  Wide lo = 0, hi = 0, unit = 1;
};

std::optional<Ends> ends_of(const Reported& number) {
  if (number.decimals > kMostDecimals || number.relation != '=') return std::nullopt;
  const std::int64_t unit = power_of_ten(number.decimals);
  const double digits = std::round(number.value * static_cast<double>(unit));
  if (std::fabs(digits) > static_cast<double>(kMostSum)) return std::nullopt;
  const Wide twice = 2 * static_cast<Wide>(digits);
  const double half = number.half_unit();
  return Ends{number.range.lo < number.value - half / 2 ? twice - 1 : twice,
              number.range.hi > number.value + 1.5 * half   ? twice + 2
              : number.range.hi > number.value + 0.5 * half ? twice + 1
                                                            : twice,
              unit};
}

bool exact(const WholeScores& scores) {
  return scores.n > 0 && scores.items > 0 && scores.n <= kMostScores && scores.items <= kMostScores / scores.n;
}

bool bounded(const WholeScores& scores) {
  return scores.scale_min && scores.scale_max && *scores.scale_min < *scores.scale_max;
}

/// The least sum of squares of n whole numbers with this sum: all as equal as can be.
Wide least_squares(Wide n, Wide sum) {
  const Wide each = floor_div(sum, n), rest = sum - n * each;
  return (n - rest) * each * each + rest * (each + 1) * (each + 1);
}

/// The largest on a scale: as many as can be at its ends.
Wide largest_squares(const WholeScores& scores, Wide sum) {
  const Wide n = scores.n, low = Wide(*scores.scale_min) * scores.items;
  const Wide width = Wide(*scores.scale_max - *scores.scale_min) * scores.items;
  const Wide above = sum - n * low, full = above / width, rest = above % width;
  return full * width * width + rest * rest + 2 * low * above + n * low * low;
}

struct Squares {
  Wide lo = 0, hi = 0;
};

/// Sums of squares that give the printed standard deviation with this sum.
Squares squares_of(const WholeScores& scores, Wide sum, const Ends& sd, Divisor divisor) {
  const Wide n = scores.n, items = scores.items, people = divisor == Divisor::n ? n : n - 1;
  // Q = people L^2 s^2 + S^2 / n, over the common denominator 4 n unit^2.
  const Wide denominator = 4 * n * sd.unit * sd.unit, square = 4 * sd.unit * sd.unit * sum * sum;
  const Wide low = std::max(sd.lo, Wide(0));
  return {ceil_div(n * people * items * items * low * low + square, denominator),
          floor_div(n * people * items * items * sd.hi * sd.hi + square, denominator)};
}

bool possible_with(const WholeScores& scores, Wide sum, const Ends& sd, Divisor divisor) {
  Squares squares = squares_of(scores, sum, sd, divisor);
  squares.lo = std::max(squares.lo, least_squares(scores.n, sum));
  if (bounded(scores)) squares.hi = std::min(squares.hi, largest_squares(scores, sum));
  // A whole number has the parity of its square, and so has the sum.
  if (((squares.lo - sum) & 1) != 0) ++squares.lo;
  return squares.lo <= squares.hi;
}

std::string mean_text(const WholeScores& scores, Wide sum, const Reported& like) {
  return printed_like(static_cast<double>(sum) / static_cast<double>(scores.n * scores.items), like).text;
}

}  // namespace

bool informative(const WholeScores& scores, int decimals) {
  return exact(scores) && decimals <= kMostDecimals && scores.n * scores.items < power_of_ten(decimals);
}

std::optional<Sums> sums_of(const WholeScores& scores, const Reported& mean) {
  const auto ends = ends_of(mean);
  if (!ends || !exact(scores)) return std::nullopt;
  const Wide numbers = Wide(scores.n) * scores.items;
  Wide lo = ceil_div(ends->lo * numbers, 2 * ends->unit), hi = floor_div(ends->hi * numbers, 2 * ends->unit);
  if (bounded(scores)) {
    lo = std::max(lo, numbers * *scores.scale_min);
    hi = std::min(hi, numbers * *scores.scale_max);
  }
  if (lo <= hi && (lo < -kMostSum || hi > kMostSum)) return std::nullopt;
  return Sums{static_cast<std::int64_t>(lo), static_cast<std::int64_t>(hi)};
}

std::vector<std::string> nearest_means(const WholeScores& scores, const Reported& mean) {
  const double sum = mean.value * static_cast<double>(scores.n * scores.items);
  std::vector<std::string> out = {mean_text(scores, static_cast<Wide>(std::floor(sum)), mean)};
  if (std::string above = mean_text(scores, static_cast<Wide>(std::ceil(sum)), mean); above != out.front())
    out.push_back(std::move(above));
  return out;
}

bool spread_possible(const WholeScores& scores, const Reported& mean, const Reported& sd, Divisor divisor) {
  const auto sums = sums_of(scores, mean);
  const auto ends = ends_of(sd);
  if (!sums || !ends || scores.n < 2 || ends->hi < 0) return true;
  for (std::int64_t sum = sums->lo; sum <= sums->hi; ++sum)
    if (possible_with(scores, sum, *ends, divisor)) return true;
  return false;
}

}  // namespace hedgerow::audit::detail
