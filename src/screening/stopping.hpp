// When to stop reading: statements with a probability.
//
// Notation: N documents in all; r of them found relevant so far; tau the target recall (0.95).
//
// 1. Random sample. n documents drawn at random, k relevant. The number of relevant ones among N has an exact interval:
//    all K with P(X >= k | K) > alpha/2 and P(X <= k | K) > alpha/2, X hypergeometric (draws without replacement); for
//    a prevalence of an endless supply, Clopper and Pearson's by the beta distribution (clopper1934).
//
// 2. Random draws from the rest (callaghan2020). After reading in the order of a model, draw from the U unread ones at
//    random: n draws, k relevant, r found in all (with those k). The recall is below tau if and only if the U documents
//    held at least
//        K = floor(r / tau - (r - k)) + 1
//    relevant ones, and then the chance of finding k or fewer is at most  p = P(X <= k),  X ~ Hypergeometric(U, K, n).
//    If p <= alpha, "the recall is below tau" is rejected. For one look at a fixed n the error is at most alpha: the
//    true number T of relevant ones is >= K whenever the recall is below tau, and P(X <= k | K) falls in K, so p is at
//    least P(X <= k | T), which is at most alpha with probability at most alpha. Looking after each draw repeats the
//    test; `SequentialTest` stays valid then (waudbysmith2020): with a prior on T, here proportional to
//    1 / ((T + 1)(T + 2)), prior / posterior of the true T is a martingale of mean 1, so 1 / (its largest value so far)
//    is a p-value at any time (Ville's inequality).
//
// 3. The same test on the model's own order takes documents since some point as if they were random draws. The model
//    brings relevant ones first, so the test errs towards reading more at the start; but a part of the relevant ones
//    that the model can't see makes it wrong. It is a hint, not a statement: `hint_p`.
//
// Source: callaghan2020, clopper1934, waudbysmith2020.
// Tests:  screening/stopping_test.cpp (error rates by simulation, exact sums by naive twins).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hedgerow::screening {

struct Interval {
  double low = 0, high = 1;
};

/// Exact interval of a share, from k of n (Clopper and Pearson). n = 0 gives 0 to 1.
Interval share_interval(std::size_t k, std::size_t n, double confidence);

struct CountInterval {
  std::size_t low = 0, high = 0;
};

/// Exact interval of the number of relevant documents among N, from k in n draws without replacement. k <= n <= N.
CountInterval count_interval(std::size_t documents, std::size_t n, std::size_t k, double confidence);

/// P(X <= k) for n draws without replacement from `documents`, of which `relevant` are relevant.
double hypergeometric_lower(std::size_t documents, std::size_t relevant, std::size_t n, std::size_t k);

/// What was drawn at random from what a model had left.
struct RandomDraws {
  std::size_t unread_before = 0;  ///< U: unread when the random draws began
  std::size_t found_before = 0;   ///< relevant ones found before
  std::size_t drawn = 0;          ///< n
  std::size_t found = 0;          ///< k
};

/// The fewest relevant documents among the U for which the recall is below the target.
std::size_t fewest_to_miss(const RandomDraws& draws, double target);
/// p of test 2, for one look.
double recall_p(const RandomDraws& draws, double target);
/// Test 2 that may be looked at after each draw: the p-value stays valid whenever one stops.
class SequentialTest {
 public:
  SequentialTest(std::size_t unread_before, std::size_t found_before, double target);
  /// The next random draw from the unread ones: 1 relevant, 0 not. At most `unread_before` of them.
  void add(int label);
  double p() const;

 private:
  RandomDraws draws_;
  double target_;
  std::vector<double> log_ratio_, largest_;  ///< ln(prior / posterior) of each T, and its largest value so far
  std::vector<double> belief_;               ///< posterior of each T
};

/// How many draws in all are enough, whenever one looks, to reject "the recall is below the target" at this confidence
/// if none of those to come is relevant. At most `unread_before`.
std::size_t draws_to_reach(const RandomDraws& draws, double target, double confidence);

/// p of test 3: the smallest over the points after each relevant document, of the draws since; `read` is the order of
/// reading (1 relevant, 0 not), `documents` their number with the unread ones.
double hint_p(std::span<const int> read, std::size_t documents, double target);

/// What is known about the end of a screening, for stop_statement.
struct StopState {
  std::size_t documents = 0, read = 0, found = 0;  ///< found: relevant ones
  RandomDraws draws;                               ///< drawn == 0: none were made
  std::vector<int> draw_labels;  ///< in their order, if known: for the p-value that may be looked at any time
  std::vector<int> in_order;     ///< labels in the order of reading before the draws, if known
  double target = 0.95, confidence = 0.95;
  double expected = -1;  ///< relevant ones expected among the unread by calibrated scores; negative: not computed
};

struct StopStatement {
  std::string rule;  ///< "random draws (any time)", "random draws (one look)", "order of the model (hint)", "none"
  double p = 1;
  bool reached = false;  ///< p <= 1 - confidence, by a rule that is a test
  std::size_t unread = 0;
  double least_recall = 0;  ///< lower bound of the recall at this confidence; 0 where no random draws were made
  std::string text;         ///< all of it in words: target, confidence, rule, unread, p
};

StopStatement stop_statement(const StopState& state);

}  // namespace hedgerow::screening
