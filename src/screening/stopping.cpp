#include "screening/stopping.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "stats/beta.hpp"

namespace hedgerow::screening {
namespace {

// Shares such as 19 / 0.95 come out a little below the whole number that they are.
constexpr double kRounding = 1e-9;

double log_choose(std::size_t n, std::size_t k) {
  const auto a = static_cast<double>(n), b = static_cast<double>(k);
  return std::lgamma(a + 1) - std::lgamma(b + 1) - std::lgamma(a - b + 1);
}

// P(X = x); 0 outside the possible values.
double probability(std::size_t documents, std::size_t relevant, std::size_t n, std::size_t x) {
  if (x > relevant || x > n || n - x > documents - relevant) return 0;
  return std::exp(log_choose(relevant, x) + log_choose(documents - relevant, n - x) - log_choose(documents, n));
}

// The first number in [low, high] that satisfies a condition which, once true, stays true; high + 1 if none does.
template <class Condition>
std::size_t first_with(std::size_t low, std::size_t high, const Condition& condition) {
  std::size_t end = high + 1;
  while (low < end) {
    const std::size_t middle = low + (end - low) / 2;
    if (condition(middle))
      end = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace

Interval share_interval(std::size_t k, std::size_t n, double confidence) {
  if (n == 0) return {};
  HR_ASSERT(k <= n);
  const double half = (1 - confidence) / 2;
  const auto a = static_cast<double>(k), b = static_cast<double>(n - k);
  return {k == 0 ? 0 : stats::beta_quantile(half, a, b + 1), k == n ? 1 : stats::beta_quantile_upper(half, a + 1, b)};
}

double hypergeometric_lower(std::size_t documents, std::size_t relevant, std::size_t n, std::size_t k) {
  HR_ASSERT(relevant <= documents && n <= documents);
  if (k >= std::min(relevant, n)) return 1;
  const std::size_t least = n + relevant > documents ? n + relevant - documents : 0;
  if (k < least) return 0;
  // From the largest term downwards each next one is a ratio of whole numbers away: no cancellation.
  double term = probability(documents, relevant, n, k), sum = 0;
  for (std::size_t x = k;; --x) {
    sum += term;
    if (x == least) break;
    term *= static_cast<double>(x) * static_cast<double>(documents + x - relevant - n) /
            (static_cast<double>(relevant - x + 1) * static_cast<double>(n - x + 1));
  }
  return std::min(1.0, sum);
}

CountInterval count_interval(std::size_t documents, std::size_t n, std::size_t k, double confidence) {
  HR_ASSERT(k <= n && n <= documents);
  const double half = (1 - confidence) / 2;
  const std::size_t most = documents - (n - k);
  // P(X >= k), as that of at most n - k irrelevant ones, rises with the number of relevant documents; P(X <= k) falls.
  const std::size_t low = first_with(k, most, [&](std::size_t relevant) {
    return hypergeometric_lower(documents, documents - relevant, n, n - k) > half;
  });
  const std::size_t above = first_with(
      k, most, [&](std::size_t relevant) { return hypergeometric_lower(documents, relevant, n, k) <= half; });
  return {std::min(low, most), above == 0 ? 0 : above - 1};
}

std::size_t fewest_to_miss(const RandomDraws& draws, double target) {
  const auto found = static_cast<double>(draws.found_before + draws.found);
  return static_cast<std::size_t>(std::floor(found / target - static_cast<double>(draws.found_before) + kRounding)) + 1;
}

double recall_p(const RandomDraws& draws, double target) {
  HR_ASSERT(draws.found <= draws.drawn && draws.drawn <= draws.unread_before);
  const std::size_t missing = fewest_to_miss(draws, target);
  // So many can't be among the documents, given the irrelevant ones that were drawn: the target is reached for certain.
  if (missing > draws.unread_before - (draws.drawn - draws.found)) return 0;
  return hypergeometric_lower(draws.unread_before, missing, draws.drawn, draws.found);
}

namespace {

// Few are left where somebody asks for this test: half of the prior on none, and less the more there are. With it the
// price of looking at any time is a factor of 2 on p where no draw is relevant; a uniform prior would cost n + 1.
std::vector<double> prior(std::size_t unread) {
  std::vector<double> weight(unread + 1);
  double sum = 0;
  for (std::size_t relevant = 0; relevant <= unread; ++relevant) {
    const auto t = static_cast<double>(relevant);
    sum += weight[relevant] = 1 / ((t + 1) * (t + 2));
  }
  for (double& one : weight) one /= sum;
  return weight;
}

}  // namespace

SequentialTest::SequentialTest(std::size_t unread_before, std::size_t found_before, double target)
    : draws_{unread_before, found_before, 0, 0},
      target_(target),
      log_ratio_(unread_before + 1, 0.0),
      largest_(unread_before + 1, 0.0),
      belief_(prior(unread_before)) {}

// prior(T) / posterior(T) = P(draws) / P(draws | T). Given T the next draw is relevant with probability
// (T - k) / (U - n), and without T with the mean of these over the posterior; a T that the draws exclude gets an
// infinite ratio.
void SequentialTest::add(int label) {
  HR_ASSERT(draws_.drawn < draws_.unread_before);
  const auto n = static_cast<double>(draws_.drawn), k = static_cast<double>(draws_.found);
  const double left = static_cast<double>(draws_.unread_before) - n;
  const auto given = [&](std::size_t relevant) {
    const double relevant_left = std::clamp(static_cast<double>(relevant) - k, 0.0, left);
    return (label == 1 ? relevant_left : left - relevant_left) / left;
  };
  double expected = 0;
  for (std::size_t relevant = 0; relevant < belief_.size(); ++relevant) expected += belief_[relevant] * given(relevant);
  HR_ASSERT(expected > 0);
  for (std::size_t relevant = 0; relevant < belief_.size(); ++relevant) {
    const double one = given(relevant);
    belief_[relevant] *= one / expected;
    log_ratio_[relevant] += one > 0 ? std::log(expected / one) : HUGE_VAL;
    largest_[relevant] = std::max(largest_[relevant], log_ratio_[relevant]);
  }
  ++draws_.drawn;
  draws_.found += label == 1 ? 1U : 0U;
}

double SequentialTest::p() const {
  double least = HUGE_VAL;
  for (std::size_t relevant = fewest_to_miss(draws_, target_); relevant < largest_.size(); ++relevant)
    least = std::min(least, largest_[relevant]);
  return std::exp(-least);
}

namespace {

// ln P(n draws with k relevant ones, in a given order | T): every draw takes one of those that are left.
double log_likelihood(std::size_t unread, std::size_t relevant, std::size_t n, std::size_t k) {
  if (relevant < k || unread - relevant < n - k) return -HUGE_VAL;
  const auto log_falling = [](std::size_t from, std::size_t steps) {
    return std::lgamma(static_cast<double>(from) + 1) - std::lgamma(static_cast<double>(from - steps) + 1);
  };
  return log_falling(relevant, k) + log_falling(unread - relevant, n - k) - log_falling(unread, n);
}

// Whether posterior / prior is at most alpha for each T that misses the target.
bool rejects(const RandomDraws& draws, std::size_t n, double target, double alpha) {
  const std::vector<double> weight = prior(draws.unread_before);
  std::vector<double> logs;
  for (std::size_t relevant = 0; relevant < weight.size(); ++relevant)
    logs.push_back(log_likelihood(draws.unread_before, relevant, n, draws.found));
  const double scale = *std::max_element(logs.begin(), logs.end());
  double sum = 0, largest = 0;
  for (std::size_t relevant = 0; relevant < weight.size(); ++relevant) {
    const double likelihood = std::exp(logs[relevant] - scale);
    sum += weight[relevant] * likelihood;
    if (relevant >= fewest_to_miss(draws, target)) largest = std::max(largest, likelihood);
  }
  return largest <= alpha * sum;
}

}  // namespace

std::size_t draws_to_reach(const RandomDraws& draws, double target, double confidence) {
  return std::min(draws.unread_before, first_with(draws.drawn, draws.unread_before, [&](std::size_t n) {
                    return rejects(draws, n, target, 1 - confidence);
                  }));
}

double hint_p(std::span<const int> read, std::size_t documents, double target) {
  HR_ASSERT(read.size() <= documents);
  const auto found = static_cast<std::size_t>(std::count(read.begin(), read.end(), 1));
  double best = 1;
  std::size_t before = 0;
  for (std::size_t start = 0; start < read.size(); ++start) {
    if (read[start] != 1) continue;
    ++before;
    best = std::min(best, recall_p({documents - start - 1, before, read.size() - start - 1, found - before}, target));
  }
  return best;
}

namespace {

// The least recall that is not rejected: found / (found + most relevant ones that may be left).
double least_recall(const StopState& state) {
  const RandomDraws& draws = state.draws;
  if (draws.drawn == 0 || state.found == 0) return 0;
  const std::size_t most = draws.unread_before - (draws.drawn - draws.found);
  const std::size_t above = first_with(draws.found, most, [&](std::size_t relevant) {
    return hypergeometric_lower(draws.unread_before, relevant, draws.drawn, draws.found) <= 1 - state.confidence;
  });
  const std::size_t left = above - 1 - draws.found;
  return static_cast<double>(state.found) / static_cast<double>(state.found + left);
}

std::string p_in_words(double p) { return p < 0.001 ? "< 0.001" : "= " + format_p(p); }

std::string percent(double share) { return format_significant(100 * share, 3) + "%"; }

double sequential_p(const StopState& state) {
  SequentialTest test(state.draws.unread_before, state.draws.found_before, state.target);
  for (const int label : state.draw_labels) test.add(label);
  return test.p();
}

void choose_rule(const StopState& state, StopStatement& result) {
  if (state.draws.drawn > 0) {
    const bool in_order = state.draw_labels.size() == state.draws.drawn;
    result.rule = in_order ? "random draws (any time)" : "random draws (one look)";
    result.p = in_order ? sequential_p(state) : recall_p(state.draws, state.target);
    result.reached = result.p <= 1 - state.confidence;
  } else if (!state.in_order.empty()) {
    result.rule = "order of the model (hint)";
    result.p = hint_p(state.in_order, state.documents, state.target);
  } else {
    result.rule = "none";
  }
}

}  // namespace

StopStatement stop_statement(const StopState& state) {
  HR_ASSERT(state.read <= state.documents && state.found <= state.read);
  StopStatement result;
  result.unread = state.documents - state.read;
  if (result.unread == 0) {
    result.rule = "everything was read";
    result.p = 0;
    result.reached = true;
    result.least_recall = 1;
  } else {
    choose_rule(state, result);
    result.least_recall = least_recall(state);
  }
  result.text = fmt::format("Target recall {}, confidence {}. Rule: {}. Read {} of {}, {} unread, {} relevant found. ",
                            percent(state.target), percent(state.confidence), result.rule, state.read, state.documents,
                            result.unread, state.found);
  if (result.rule == "none")
    result.text += "No statement: draw unread documents at random to make one.";
  else if (result.reached)
    result.text +=
        fmt::format("That the recall is below {} is rejected (p {}).", percent(state.target), p_in_words(result.p));
  else
    result.text +=
        fmt::format("That the recall is below {} is not rejected (p {}).", percent(state.target), p_in_words(result.p));
  if (result.rule == "order of the model (hint)")
    result.text +=
        " This takes the model's order for random draws, so it is a hint and no test: draw at random to test.";
  if (result.least_recall > 0 && result.unread > 0)
    result.text += fmt::format(" The recall is at least {} ({} confidence, one look).", percent(result.least_recall),
                               percent(state.confidence));
  if (state.expected >= 0)
    result.text += fmt::format(" Estimate (calibrated scores, no bound): {} relevant ones unread.",
                               format_significant(state.expected, 2));
  return result;
}

}  // namespace hedgerow::screening
