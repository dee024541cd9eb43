#include "bias/fail_safe.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <functional>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "bias/independent.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::bias {
namespace {

using stats::Vector;

/// Above this number of added studies the exact search goes on with the approximation, as refits grow with N.
constexpr double kMostRefitted = 5000;

constexpr std::array<std::pair<FailSafeKind, const char*>, 4> kKinds{{{FailSafeKind::rosenthal, "Rosenthal"},
                                                                      {FailSafeKind::orwin, "Orwin"},
                                                                      {FailSafeKind::rosenberg, "Rosenberg"},
                                                                      {FailSafeKind::general, "General"}}};

/// Rounded up, but a number that is whole up to rounding errors is that number.
double whole_studies(double n) {
  if (!std::isfinite(n)) return n;
  const double nearest = std::round(n);
  return std::fabs(n - nearest) < 1.5e-8 ? nearest : std::ceil(n);
}

double sum_of_weights(const model::Data& data) {
  double sum = 0;
  for (double v : data.vi) sum += 1 / v;
  return sum;
}

FailSafe start(const FailSafeOptions& options) {
  FailSafe out;
  out.kind = options.kind;
  out.alpha = options.alpha;
  out.est = out.tau2 = out.pval = out.target = out.est_fsn = out.tau2_fsn = out.pval_fsn = kMissing;
  return out;
}

FailSafe rosenthal(const model::Data& data, FailSafe out) {
  const double k = static_cast<double>(data.k());
  double sum = 0;
  for (std::size_t i = 0; i < data.k(); ++i) sum += data.yi[i] / std::sqrt(data.vi[i]);
  const double z = std::fabs(sum) / std::sqrt(k), critical = stats::normal_quantile(out.alpha);
  out.pval = stats::normal_upper(z);
  out.fsnum = whole_studies(std::max(0.0, k * (z / critical) * (z / critical) - k));
  return out;
}

FailSafe orwin(const model::Data& data, const FailSafeOptions& options, FailSafe out) {
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < data.k(); ++i) {
    const double w = options.weighted ? 1 / data.vi[i] : 1;
    sum += w * data.yi[i];
    weights += w;
  }
  out.est = sum / weights;
  const double target = options.target.value_or(out.est / 2);
  out.target = std::copysign(target, out.est);
  out.fsnum = std::numeric_limits<double>::infinity();
  if (target != 0)
    out.fsnum = whole_studies(std::max(0.0, static_cast<double>(data.k()) * (out.est - out.target) / out.target));
  return out;
}

FailSafe rosenberg(const model::Data& data, FailSafe out) {
  const double weights = sum_of_weights(data), critical = stats::normal_quantile(out.alpha / 2);
  double sum = 0;
  for (std::size_t i = 0; i < data.k(); ++i) sum += data.yi[i] / data.vi[i];
  out.est = sum / weights;
  out.pval = stats::two_sided_p(sum / std::sqrt(weights), kMissing);
  const double excess = (sum / critical) * (sum / critical) - weights;
  out.fsnum = whole_studies(std::max(0.0, excess * static_cast<double>(data.k()) / weights));
  return out;
}

/// The studies with those that are added.
struct Extended {
  double est = 0, tau2 = 0, pval = 0;
};

class General {
 public:
  General(const model::Fit& fit, const FailSafeOptions& options, const infer::Coefficients& observed)
      : data_(fit.problem.data()),
        fit_(fit),
        spec_(std::get<model::Univariate>(fit.problem.spec())),
        inference_(options.inference),
        exact_(options.exact || options.inference.test != infer::Test::z),
        estimate_(observed.beta.front()),
        added_variance_(static_cast<double>(data_.k()) / sum_of_weights(data_)) {
    inference_.btt.reset();
  }

  Expected<Extended> with(double n) const { return exact_ && n <= kMostRefitted ? refitted(n) : approximated(n); }

 private:
  Extended approximated(double n) const {
    const double k = static_cast<double>(data_.k());
    const double grand = k * estimate_ / (k + n);
    Extended out;
    out.tau2 = fit_.tau2;
    if (spec_.method == model::Tau2Method::ee)
      out.tau2 = 0;
    else if (!spec_.tau2)
      out.tau2 = ((k - 1) * fit_.tau2 + std::max(0.0, n - 1) * fit_.tau2 +
                  k * (estimate_ - grand) * (estimate_ - grand) + n * grand * grand) /
                 (k + n - 1);
    double sum = 0, weights = 0, variance = 0;
    for (std::size_t i = 0; i < data_.k(); ++i) {
      const double v = data_.vi[i] + out.tau2, w = spec_.weighted ? 1 / v : 1;
      sum += w * data_.yi[i];
      weights += w;
      variance += w * w * v;
    }
    const double v = added_variance_ + out.tau2, w = spec_.weighted ? 1 / v : 1;
    weights += n * w;
    variance += n * w * w * v;
    out.est = sum / weights;
    out.pval = stats::two_sided_p(sum / std::sqrt(variance), kMissing);
    return out;
  }

  Expected<Extended> refitted(double n) const {
    const auto added = static_cast<std::size_t>(n);
    model::Data data = data_;
    const double spread = std::sqrt(added_variance_ + fit_.tau2);
    const double value = added % 2 == 0 && added > 0 ? spread * std::sqrt((n - 1) / n) : spread;
    for (std::size_t j = 0; j < added; ++j) {
      const bool middle = added % 2 == 1 && j + 1 == added;
      data.yi.push_back(middle ? 0 : j % 2 == 0 ? value : -value);
      data.vi.push_back(added_variance_);
    }
    data.x = stats::Matrix(data.k(), 1, 1.0);
    data.slab.clear();
    data.row.clear();
    data.ni.clear();
    data.n1i.clear();
    data.n2i.clear();
    data.counts = {};
    HR_TRY(const model::Problem problem, model::Problem::create(std::move(data), spec_));
    HR_TRY(const model::Fit fit, model::fit(problem));
    HR_TRY(const infer::Coefficients tests, infer::coefficients(fit, inference_));
    return Extended{fit.beta.front(), fit.tau2, tests.pval.front()};
  }

  const model::Data& data_;
  const model::Fit& fit_;
  const model::Univariate& spec_;
  infer::Options inference_;
  bool exact_;
  double estimate_, added_variance_;
};

/// The smallest whole n >= 1 with done(n): doubling, then bisection between whole numbers. kMostAdded if there is none
/// below it.
Expected<double> first_number(const std::function<Expected<bool>(double)>& done) {
  double low = 0, high = 1;
  while (true) {
    HR_TRY(const bool there, done(high));
    if (there) break;
    if (high >= kMostAdded) return kMostAdded;
    low = high;
    high = std::min(2 * high, kMostAdded);
  }
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    HR_TRY(const bool there, done(middle));
    (there ? high : low) = middle;
  }
  return high;
}

Expected<FailSafe> general(const model::Fit& fit, const FailSafeOptions& options, FailSafe out) {
  const auto& spec = std::get<model::Univariate>(fit.problem.spec());
  if (!spec.weights.empty())
    return make_error(
        ErrorCode::not_defined,
        "fail-safe N can't know the weights that the added studies would have; ask it of the model without "
        "given weights");
  HR_TRY(const infer::Coefficients observed, infer::coefficients(fit, options.inference));
  out.est = out.est_fsn = fit.beta.front();
  out.tau2 = out.tau2_fsn = fit.tau2;
  out.pval = out.pval_fsn = observed.pval.front();
  if (options.target) {
    out.target = std::copysign(*options.target, out.est);
    if (*options.target == 0) {
      out.fsnum = std::numeric_limits<double>::infinity();
      out.est_fsn = out.tau2_fsn = out.pval_fsn = kMissing;
      return out;
    }
  }
  const auto overturned = [&](const Extended& e) {
    return options.target ? std::fabs(e.est) <= std::fabs(out.target) : e.pval >= out.alpha;
  };
  if (overturned({out.est, out.tau2, out.pval})) return out;
  const General model(fit, options, observed);
  const auto done = [&](double n) -> Expected<bool> {
    HR_TRY(const Extended e, model.with(n));
    return overturned(e);
  };
  HR_TRY(out.fsnum, first_number(done));
  HR_TRY(const Extended last, model.with(out.fsnum));
  out.beyond = !overturned(last);
  out.est_fsn = last.est;
  out.tau2_fsn = last.tau2;
  out.pval_fsn = last.pval;
  return out;
}

}  // namespace

Expected<FailSafeKind> parse_fail_safe(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& [kind, label] : kKinds) {
    if (to_lower(text) == to_lower(label)) return kind;
    names.emplace_back(label);
  }
  return make_error(ErrorCode::usage, fmt::format("'{}' is not a kind of fail-safe N; right would be one of {}{}", text,
                                                  join(names, ", "), did_you_mean(text, names)));
}

std::string name(FailSafeKind kind) {
  for (const auto& [value, label] : kKinds)
    if (value == kind) return label;
  return "";
}

Expected<FailSafe> fail_safe(const model::Fit& fit, const FailSafeOptions& options) {
  HR_CHECK(check_independent(fit, "fail-safe N"));
  HR_CHECK(check_no_moderators(fit, "fail-safe N"));
  const model::Data& data = fit.problem.data();
  if (data.k() < 2) return make_error(ErrorCode::not_defined, "fail-safe N needs at least two studies; there is 1");
  if (!(options.alpha > 0 && options.alpha < 1))
    return make_error(ErrorCode::usage, fmt::format("alpha is between 0 and 1, found {}", options.alpha), "alpha");
  FailSafe out = start(options);
  switch (options.kind) {
    case FailSafeKind::rosenthal:
      return rosenthal(data, std::move(out));
    case FailSafeKind::orwin:
      return orwin(data, options, std::move(out));
    case FailSafeKind::rosenberg:
      return rosenberg(data, std::move(out));
    case FailSafeKind::general:
      return general(fit, options, std::move(out));
  }
  return out;
}

}  // namespace hedgerow::bias
