#include "engine/scale_request.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "data/formula.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::engine {
namespace {

Checked check_company(const ModelRequest& request) {
  const auto refuse = [](const std::string& what) {
    return make_error(
        ErrorCode::not_supported,
        "a model with moderators of the scale has independent effects and weights of its own: it takes no " + what,
        "scale");
  };
  if (!request.random.empty()) return refuse("random effects");
  if (request.working) return refuse("working model");
  if (request.counts) return refuse("model of counts");
  if (!request.weights.empty() || !request.weighted) return refuse("other weights");
  if (request.tau2 || !request.fix.empty())
    return make_error(ErrorCode::usage, "tau2 is not one number here; hold coefficients of the scale (alpha) instead",
                      "tau2");
  return {};
}

Expected<model::Likelihood> likelihood(const std::string& method) {
  const std::string lower = to_lower(method);
  if (lower == "reml") return model::Likelihood::reml;
  if (lower == "ml") return model::Likelihood::ml;
  return make_error(ErrorCode::usage, fmt::format("a location-scale model is fitted by ML or REML, found '{}'", method),
                    "method");
}

Expected<model::LocationScale::Link> link(const std::string& text) {
  if (text == "log") return model::LocationScale::Link::log;
  if (text == "identity") return model::LocationScale::Link::identity;
  return make_error(ErrorCode::usage, fmt::format("link is log or identity, found '{}'", text), "link");
}

void drop_redundant(model::LocationScale& spec, std::vector<std::string>& warnings) {
  const stats::Orthonormal basis = stats::orthonormalise(spec.z);
  if (basis.dependent.empty()) return;
  stats::Matrix z(spec.z.rows(), basis.kept.size());
  std::vector<std::string> names, dropped;
  for (std::size_t j = 0; j < basis.kept.size(); ++j) {
    names.push_back(spec.names[basis.kept[j]]);
    for (std::size_t i = 0; i < z.rows(); ++i) z(i, j) = spec.z(i, basis.kept[j]);
  }
  for (const std::size_t j : basis.dependent) dropped.push_back(spec.names[j]);
  warnings.push_back("redundant moderators of the scale were dropped: " + join(dropped, ", "));
  spec.z = std::move(z);
  spec.names = std::move(names);
}

}  // namespace

Expected<std::vector<bool>> complete_scale(const ScaleRequest& request, const data::Table& table) {
  HR_TRY(const data::Design design, data::design_matrix(request.formula, table));
  std::vector<bool> out;
  for (std::size_t i = 0; i < design.x.rows(); ++i) {
    const auto row = design.x.row(i);
    out.push_back(std::none_of(row.begin(), row.end(), [](double v) { return std::isnan(v); }));
  }
  return out;
}

Expected<model::LocationScale> scale_spec(const ModelRequest& request, const data::Table& table,
                                          std::vector<std::string>& warnings) {
  HR_CHECK(check_company(request));
  model::LocationScale out;
  HR_TRY(out.likelihood, likelihood(request.method));
  HR_TRY(out.link, link(request.scale->link));
  HR_TRY(data::Design design, data::design_matrix(request.scale->formula, table));
  out.z = std::move(design.x);
  out.names = std::move(design.names);
  out.intercept = design.intercept;
  if (request.drop_redundant) drop_redundant(out, warnings);
  out.alpha = request.scale->alpha;
  // One NA for all, as metafor takes it.
  if (out.alpha.size() == 1 && !out.alpha.front()) out.alpha.clear();
  return out;
}

Expected<stats::Matrix> scale_rows(const model::LocationScale& spec, const stats::Matrix& newscale) {
  const std::size_t q = spec.z.cols();
  const std::size_t moderators = q - (spec.intercept ? 1 : 0);
  // The constant may be written out where there is nothing else to write.
  if (moderators == 0 && newscale.cols() == 1) return stats::Matrix(newscale.rows(), 1, 1.0);
  const bool column = moderators == 1 && newscale.rows() == 1 && newscale.cols() > 1;
  const std::size_t rows = column ? newscale.cols() : newscale.rows();
  if (!column && newscale.cols() != moderators)
    return make_error(ErrorCode::usage,
                      fmt::format("newscale has {} columns; the scale has {} moderators", newscale.cols(), moderators),
                      "newscale");
  stats::Matrix out(rows, q, 1.0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < moderators; ++j) out(i, j + q - moderators) = column ? newscale(0, i) : newscale(i, j);
  return out;
}

}  // namespace hedgerow::engine
