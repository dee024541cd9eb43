#include "infer/multiple_imputation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/missing.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::infer {
namespace {

using stats::Matrix;
using stats::Vector;

/// What is imputed of one moderator: units are its rows, or the studies where it does not vary within them.
struct Target {
  std::size_t column = 0;
  std::vector<std::vector<std::size_t>> units;  ///< rows
  std::vector<std::size_t> observed, missing;   ///< units
  std::size_t levels = 0;                       ///< of a categorical moderator
};

double known_value(const Vector& values, const std::vector<std::size_t>& rows) {
  for (const std::size_t i : rows)
    if (!is_missing(values[i])) return values[i];
  return kMissing;
}

bool varies_within(const Vector& values, const std::vector<std::vector<std::size_t>>& studies) {
  for (const auto& rows : studies) {
    const double first = known_value(values, rows);
    for (const std::size_t i : rows)
      if (!is_missing(values[i]) && values[i] != first) return true;
  }
  return false;
}

std::vector<std::vector<std::size_t>> rows_of(const std::vector<std::uint32_t>& cluster) {
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    if (cluster[i] >= out.size()) out.resize(cluster[i] + 1);
    out[cluster[i]].push_back(i);
  }
  return out;
}

/// n squared normals.
double chi2_draw(RandomStream& random, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double z = random.normal();
    sum += z * z;
  }
  return sum;
}

/// Regression of one response on the observed units, with one draw from the posterior of its coefficients.
struct Draw {
  Vector fitted;  ///< b, for donors
  Vector drawn;   ///< b*
  double s = 0;   ///< s*
};

class Chain {
 public:
  Chain(const std::vector<Moderator>& moderators, const Matrix& auxiliary, std::vector<Target> targets,
        const ImputationOptions& options, std::uint64_t stream)
      : moderators_(moderators),
        auxiliary_(auxiliary),
        targets_(std::move(targets)),
        options_(options),
        random_(options.seed, stream) {
    for (const Moderator& moderator : moderators) values_.push_back(moderator.values);
  }

  Expected<Completed> run() {
    for (const Target& target : targets_) start(target);
    for (std::size_t pass = 0; pass < options_.passes; ++pass)
      for (const Target& target : targets_) HR_CHECK(renew(target));
    return std::move(values_);
  }

 private:
  void set(const Target& target, std::size_t unit, double value) {
    for (const std::size_t i : target.units[unit]) values_[target.column][i] = value;
  }

  double observed_value(const Target& target, std::size_t unit) const {
    return known_value(moderators_[target.column].values, target.units[unit]);
  }

  /// Observed values at random; and the study's own value in its rows without one.
  void start(const Target& target) {
    for (const std::size_t unit : target.observed) set(target, unit, observed_value(target, unit));
    for (const std::size_t unit : target.missing)
      set(target, unit, observed_value(target, target.observed[random_.below(target.observed.size())]));
  }

  void add_moderator(std::vector<Vector>& columns, std::size_t c) const {
    if (!moderators_[c].categorical) {
      columns.push_back(values_[c]);
      return;
    }
    const double top = *std::max_element(values_[c].begin(), values_[c].end());
    for (double level = 1; level <= top; ++level) {
      columns.emplace_back();
      for (const double value : values_[c]) columns.back().push_back(value == level ? 1.0 : 0.0);
    }
  }

  /// Units x regressors: constant, auxiliary, the other moderators; means over the rows of a unit, centred and scaled.
  /// Columns that repeat others among the observed units are left out.
  Matrix regressors(const Target& target) const {
    std::vector<Vector> columns;
    for (std::size_t c = 0; c < auxiliary_.cols(); ++c) {
      columns.emplace_back();
      for (std::size_t i = 0; i < auxiliary_.rows(); ++i) columns.back().push_back(auxiliary_(i, c));
    }
    for (std::size_t c = 0; c < moderators_.size(); ++c)
      if (c != target.column) add_moderator(columns, c);
    Matrix all(target.units.size(), columns.size() + 1, 1.0);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto n = static_cast<double>(columns[c].size());
      const double mean = std::accumulate(columns[c].begin(), columns[c].end(), 0.0) / n;
      double spread = 0;
      for (const double value : columns[c]) spread = std::max(spread, std::fabs(value - mean));
      for (std::size_t u = 0; u < target.units.size(); ++u) {
        double sum = 0;
        for (const std::size_t i : target.units[u]) sum += columns[c][i];
        const double centred = sum / static_cast<double>(target.units[u].size()) - mean;
        all(u, c + 1) = spread > 0 ? centred / spread : 0.0;
      }
    }
    return without_dependent(target, all);
  }

  static Matrix without_dependent(const Target& target, const Matrix& all) {
    Matrix seen(target.observed.size(), all.cols());
    for (std::size_t u = 0; u < target.observed.size(); ++u)
      std::copy_n(all.row(target.observed[u]).begin(), all.cols(), seen.row(u).begin());
    const std::vector<std::size_t> dependent = stats::dependent_columns(seen);
    Matrix out(all.rows(), all.cols() - dependent.size());
    std::size_t at = 0;
    for (std::size_t c = 0; c < all.cols(); ++c) {
      if (std::find(dependent.begin(), dependent.end(), c) != dependent.end()) continue;
      for (std::size_t u = 0; u < all.rows(); ++u) out(u, at) = all(u, c);
      ++at;
    }
    return out;
  }

  Expected<Draw> draw(const Target& target, const Matrix& z, const Vector& response) {
    const std::size_t n = target.observed.size();
    if (n <= z.cols())
      return make_error(ErrorCode::not_defined,
                        fmt::format("{} has {} observed values, and {} columns would predict the missing ones; leave "
                                    "moderators out",
                                    moderators_[target.column].name, n, z.cols()),
                        moderators_[target.column].name);
    Matrix seen(n, z.cols());
    for (std::size_t u = 0; u < n; ++u) std::copy_n(z.row(target.observed[u]).begin(), z.cols(), seen.row(u).begin());
    const auto fit = stats::weighted_least_squares(seen, response, Vector(n, 1.0));
    if (!fit) return make_error(ErrorCode::not_defined, "the imputation model is singular");
    Draw out{fit->beta, fit->beta, std::sqrt(fit->rss / chi2_draw(random_, n - z.cols()))};
    const stats::SymmetricEigen root = stats::symmetric_eigen(fit->xtwx_inv);
    for (std::size_t j = 0; j < z.cols(); ++j) {
      const double step = out.s * std::sqrt(std::max(0.0, root.values[j])) * random_.normal();
      for (std::size_t i = 0; i < z.cols(); ++i) out.drawn[i] += root.vectors(i, j) * step;
    }
    return out;
  }

  Checked renew(const Target& target) {
    const Matrix z = regressors(target);
    // A numeric moderator has one response, a categorical one an indicator for each level but the first.
    std::vector<Draw> draws;
    const std::size_t responses = moderators_[target.column].categorical ? target.levels - 1 : 1;
    for (std::size_t r = 0; r < responses; ++r) {
      Vector response;
      for (const std::size_t unit : target.observed) {
        const double value = observed_value(target, unit);
        response.push_back(target.levels ? (value == static_cast<double>(r + 1) ? 1.0 : 0.0) : value);
      }
      HR_TRY(Draw one, draw(target, z, response));
      draws.push_back(std::move(one));
    }
    const bool normal = options_.method == ImputationMethod::normal && !moderators_[target.column].categorical;
    for (const std::size_t unit : target.missing)
      set(target, unit,
          normal ? stats::dot(z.row(unit), draws[0].drawn) + draws[0].s * random_.normal()
                 : donor_value(target, z, draws, unit));
    return {};
  }

  double donor_value(const Target& target, const Matrix& z, const std::vector<Draw>& draws, std::size_t unit) {
    std::vector<std::pair<double, std::size_t>> distance;
    for (const std::size_t donor : target.observed) {
      double sum = 0;
      for (const Draw& d : draws) {
        const double apart = stats::dot(z.row(donor), d.fitted) - stats::dot(z.row(unit), d.drawn);
        sum += apart * apart;
      }
      distance.emplace_back(sum, donor);
    }
    const std::size_t donors = std::min(options_.donors, distance.size());
    std::partial_sort(distance.begin(), distance.begin() + static_cast<std::ptrdiff_t>(donors), distance.end());
    return observed_value(target, distance[random_.below(donors)].second);
  }

  const std::vector<Moderator>& moderators_;
  const Matrix& auxiliary_;
  std::vector<Target> targets_;
  const ImputationOptions& options_;
  RandomStream random_;
  Completed values_;
};

Expected<std::vector<Target>> targets_of(const std::vector<Moderator>& moderators,
                                         const std::vector<std::uint32_t>& cluster) {
  const auto studies = rows_of(cluster);
  std::vector<Target> out;
  for (std::size_t c = 0; c < moderators.size(); ++c) {
    const Vector& values = moderators[c].values;
    if (values.size() != cluster.size())
      return make_error(ErrorCode::input, fmt::format("{} has {} values for {} effects", moderators[c].name,
                                                      values.size(), cluster.size()));
    if (std::none_of(values.begin(), values.end(), is_missing)) continue;
    Target target;
    target.column = c;
    target.units = studies;
    if (varies_within(values, studies)) {
      target.units.clear();
      for (std::size_t i = 0; i < values.size(); ++i) target.units.push_back({i});
    }
    double top = -1;
    for (std::size_t u = 0; u < target.units.size(); ++u) {
      const double value = known_value(values, target.units[u]);
      (is_missing(value) ? target.missing : target.observed).push_back(u);
      if (!is_missing(value)) top = std::max(top, value);
    }
    if (moderators[c].categorical) target.levels = static_cast<std::size_t>(top + 1);
    if (target.observed.size() < 2)
      return make_error(ErrorCode::not_defined,
                        fmt::format("{} has {} observed values; that is too few to impute from", moderators[c].name,
                                    target.observed.size()),
                        moderators[c].name);
    out.push_back(std::move(target));
  }
  if (out.empty())
    return make_error(ErrorCode::not_defined, "no moderator has a missing value: there is nothing to impute");
  return out;
}

}  // namespace

Expected<ImputationMethod> parse_imputation_method(const std::string& text) {
  if (text == "pmm") return ImputationMethod::pmm;
  if (text == "normal") return ImputationMethod::normal;
  return make_error(ErrorCode::usage, fmt::format("unknown imputation method '{}'; known are pmm, normal", text));
}

Expected<std::vector<Completed>> impute(const std::vector<Moderator>& moderators, const Matrix& auxiliary,
                                        const std::vector<std::uint32_t>& cluster, const ImputationOptions& options) {
  HR_ASSERT(auxiliary.rows() == cluster.size());
  if (options.m < 2 || options.passes < 1 || options.donors < 1)
    return make_error(ErrorCode::usage, fmt::format("m = {}, passes = {}, donors = {}; least are 2, 1 and 1", options.m,
                                                    options.passes, options.donors));
  HR_TRY(const std::vector<Target> targets, targets_of(moderators, cluster));
  std::vector<Completed> out;
  for (std::size_t j = 0; j < options.m; ++j) {
    HR_TRY(Completed one, Chain(moderators, auxiliary, targets, options, j).run());
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace hedgerow::infer
