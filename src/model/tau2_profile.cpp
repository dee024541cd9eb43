#include "model/tau2_profile.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "model/detail/projection.hpp"

namespace hedgerow::model {

struct Tau2Profile::Work {
  explicit Work(const Problem& problem_in)
      : problem(problem_in),
        basis(stats::orthonormalise(problem.data().x)),
        y(problem.data().yi),
        projection(basis, y) {}

  Problem problem;
  stats::Orthonormal basis;
  stats::Vector y;
  Projection projection;
};

Tau2Profile::Tau2Profile(const Problem& problem) : work_(std::make_unique<Work>(problem)) {
  HR_ASSERT(std::holds_alternative<Univariate>(problem.spec()));
  const bool centre = problem.data().intercept || std::get<Univariate>(problem.spec()).centre_yi;
  if (!centre) return;
  stats::Vector& y = work_->y;
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  for (double& value : y) value -= mean;
}

Tau2Profile::~Tau2Profile() = default;

double Tau2Profile::q(double tau2) {
  if (!work_->projection.set_tau2(work_->problem.data().vi, tau2)) return std::numeric_limits<double>::quiet_NaN();
  return work_->projection.y_p_y();
}

double Tau2Profile::loglik(double tau2, bool reml) {
  Projection& projection = work_->projection;
  if (!projection.set_tau2(work_->problem.data().vi, tau2)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (const double w : projection.weights()) sum += std::log(w);
  return 0.5 * (sum - (reml ? projection.log_determinant() : 0) - projection.y_p_y());
}

}  // namespace hedgerow::model
