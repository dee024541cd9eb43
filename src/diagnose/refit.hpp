// Refits without some of the effects: the one loop behind leave-one-out and case deletion.
//
// A refit starts at the parameters of the whole fit, with that one start. It is refitted from the usual starts, and
// the better of both is taken, where the warm start may have gone astray: it failed, its curvature is not that of a
// maximum, a parameter lies at another bound than in the whole fit or is many times larger or smaller, or the
// certificate warns. Cost per refit: O(rows) to make the smaller problem, then two or three evaluations of the
// likelihood.
//
// Tests: diagnose/influence_test.cpp (refits from the usual starts), diagnose/leave_one_out_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "model/fit.hpp"

namespace hedgerow::diagnose {

enum class Unit { effect, study };
Expected<Unit> parse_unit(const std::string& text);
std::string name(Unit unit);

/// What is left out at a time.
struct UnitOptions {
  Unit by = Unit::effect;
  /// k, from 0: the units for `study` instead of the model's own, in the order of these numbers.
  std::optional<std::vector<std::uint32_t>> clusters{};
  std::vector<std::string> labels{};  ///< one per unit; empty: slab of its first row
};

struct Units {
  std::vector<std::vector<std::size_t>> rows;  ///< of each unit, ascending
  std::vector<std::string> labels;

  std::size_t size() const { return rows.size(); }
};

/// Units of a fit. Errors: one unit only, clusters or labels of the wrong length.
Expected<Units> units_of(const model::Fit& fit, const UnitOptions& options);

/// Refits that a thread takes at a time: enough of the fastest ones to be worth a thread.
inline constexpr std::size_t kRefits = 8;

/// Refits of one model. The fit must outlive it. Several threads may refit at once.
class Refitter {
 public:
  /// `reestimate` false: the variance parameters stay at those of the whole fit, the coefficients alone are new.
  static Expected<Refitter> create(const model::Fit& fit, bool reestimate = true);
  /// The fit without these rows. Its problem carries no labels.
  Expected<model::Fit> without(std::span<const std::size_t> rows) const;

 private:
  Refitter(const model::Fit& fit, model::Problem problem, stats::Vector start)
      : fit_(&fit), problem_(std::move(problem)), start_(std::move(start)) {}
  bool suspect(const model::Fit& refit) const;

  const model::Fit* fit_;
  model::Problem problem_;
  stats::Vector start_;  // empty: the usual starts
};

/// Why an estimate of a fit, or its test, does not exist (tables without events); "" where all do.
std::string missing_estimate(const model::Fit& fit);

/// The problem with every variance parameter held at these values, in the order of model/parameters.hpp; of a two-level
/// model the one value is tau2.
Expected<model::Problem> held_at(const model::Problem& problem, const stats::Vector& parameters);
/// The values that held_at takes, and their names: of two-level models and models of counts tau2, of location-scale
/// models alpha.<coefficient>, else those of model/parameters.hpp.
stats::Vector variance_values(const model::Fit& fit);
std::vector<std::string> variance_names(const model::Problem& problem);

}  // namespace hedgerow::diagnose
