#include "engine/detail/robust_options.hpp"

#include <fmt/core.h>

#include <string_view>
#include <unordered_map>

namespace hedgerow::engine {

Expected<std::vector<std::uint32_t>> cluster_column(const std::string& column, const data::Table& whole) {
  HR_TRY(const std::size_t col, whole.column(column));
  std::unordered_map<std::string_view, std::uint32_t> ids;
  std::vector<std::uint32_t> out;
  out.reserve(whole.rows());
  for (std::size_t i = 0; i < whole.rows(); ++i) {
    const std::string_view label = whole.cell(i, col);
    if (data::is_missing_text(label))
      out.push_back(infer::kNoCluster);
    else
      out.push_back(ids.emplace(label, static_cast<std::uint32_t>(ids.size())).first->second);
  }
  return out;
}

Expected<infer::RobustOptions> robust_options(const InferenceRequest& inference, const data::Table& whole) {
  if (inference.test != "z" || inference.dfs != "residual")
    return make_error(ErrorCode::usage,
                      fmt::format("robust inference has tests of its own, but test is '{}' and dfs '{}': leave these "
                                  "away, or robust",
                                  inference.test, inference.dfs));
  const RobustRequest& request = *inference.robust;
  infer::RobustOptions out;
  out.level = inference.level;
  HR_TRY(out.adjustment, infer::parse_adjustment(request.adjustment));
  HR_TRY(out.test, infer::parse_robust_test(request.test));
  HR_TRY(out.wald_test, infer::parse_wald_test(request.wald_test));
  if (!request.conf_test.empty()) {
    HR_TRY(out.conf_test, infer::parse_robust_test(request.conf_test));
    if (*out.conf_test == infer::RobustTest::saddlepoint)
      return make_error(ErrorCode::usage, "the saddlepoint approximation gives p-values, not intervals",
                        "inference.robust.conf_test");
  }
  if (!request.cluster.empty()) {
    HR_TRY(out.clusters, cluster_column(request.cluster, whole));
  }
  return out;
}

std::string test_text(const infer::Options& options) {
  if (!options.robust) {
    std::string out = infer::name(options.test);
    if (options.dfs.kind == infer::Dfs::Kind::satterthwaite) out += " (Satterthwaite degrees of freedom)";
    if (options.dfs.kind == infer::Dfs::Kind::kenward_roger) out += " (Kenward-Roger)";
    return out;
  }
  const infer::RobustOptions& robust = *options.robust;
  return fmt::format("{} ({}; {} for several coefficients)", infer::name(robust.adjustment), infer::name(robust.test),
                     infer::name(robust.wald_test));
}

}  // namespace hedgerow::engine
