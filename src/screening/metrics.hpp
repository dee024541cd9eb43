// How good an order of reading is.
//
//   N records in the order in which they were read, R of them relevant, c_i relevant ones among the first i:
//   loss     = (R (N - (R-1)/2) - sum_i c_i) / (R (N - R))      0: all relevant first; 1: all last; 0.5: at random
//   ndcg     = sum over relevant 1/log2(rank + 1) / sum_{i<=R} 1/log2(i + 1)
//   wss_r    = (N - k_r)/N - (1 - r),   k_r: the first k with c_k >= r R
//   recall_10 = c_k / R,   k = 10 % of N, rounded up;   erf_10 = recall_10 - k/N
//   atd      = mean rank of the relevant ones / N
//   tnr_r    = share of the irrelevant ones that are not yet read at k_r
//
// Source: kusa2023 (tnr: the same as WSS, scaled to 0 to 1); cohen2006 (WSS).
// Tests:  screening/metrics_test.cpp (worked by hand; naive twins).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace hedgerow::screening {

struct Metrics {
  std::size_t records = 0, relevant = 0;
  /// Not defined without relevant records or without others.
  std::optional<double> loss, ndcg, wss_95, wss_100, recall_10, erf_10, atd, tnr_95;
  std::size_t read_to_95 = 0, read_to_100 = 0;  ///< k_r
};

/// `labels`: 1 for relevant, 0 for others, in the order of reading.
Metrics metrics(std::span<const int> labels);

}  // namespace hedgerow::screening
