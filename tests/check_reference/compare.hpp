// Comparison of the numbers of a corpus with those of the engine.
#pragma once

#include <string>
#include <vector>

#include "corpus.hpp"
#include "tolerance.hpp"

namespace hedgerow::check {

struct Difference {
  std::string field;
  std::string expected;
  std::string got;
};

struct Comparison {
  std::vector<Difference> differences;
  std::vector<std::string> absent;  ///< fields with numbers that the engine does not give
  std::size_t numbers = 0;          ///< compared
  double worst = 0;                 ///< largest |got - expected| / max(|expected|, absolute / relative tolerance)

  void add(const Comparison& other);
};

/// Compares every number of `expected` with the same field of `got`; texts are labels and are left out, but "side".
Comparison compare(const Json& expected, const Json& got, const Yardstick& yardstick);

/// Compares the table of intervals of one variance component, {"random": {"names", "estimate", "ci_lb", "ci_ub"},
/// "lb_sign", "ub_sign"}, with the engine's list of {"name", "estimate", "ci_lb", "ci_ub"}. `root_tolerance` is what
/// the
/// bounds of the first row (a variance) are known to; the bounds of the rows derived from it are known to what follows
/// from that. `vt` is the typical sampling variance behind I^2 and H^2.
Comparison compare_intervals(const Json& table, const Json& got, const Yardstick& yardstick, double root_tolerance,
                             double vt);

}  // namespace hedgerow::check
