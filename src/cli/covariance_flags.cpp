#include "cli/covariance_flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

Expected<std::vector<double>> numbers(const std::string& text, const char* flag) {
  std::vector<double> out;
  if (text.empty()) return out;
  for (const std::string& part : split(text, ',')) {
    const auto value = parse_number(trim(part));
    if (!value)
      return make_error(ErrorCode::usage, fmt::format("expected numbers as in 0.6 or 0.6,0.4; found '{}'", text), flag);
    out.push_back(*value);
  }
  return out;
}

}  // namespace

void add_covariance_flags(CLI::App& app, CovarianceFlags& flags) {
  const std::string group = "Dependent sampling errors (V)";
  engine::CovarianceRequest& v = flags.request;
  const auto column = [&](const char* name, std::string& target, const char* text) {
    app.add_option(name, target, text)->group(group);
  };
  column("--v-cluster", v.cluster, "Column of the studies: errors are dependent within one");
  column("--v-subgroup", v.subgroup, "Column of independent samples within a study");
  column("--v-obs", v.obs, "Column that tells effects of one outcome apart (with --rho)");
  column("--v-type", v.type, "Column that tells outcomes apart (with --rho)");
  column("--rho", flags.rho, "Their correlation; with --v-obs and --v-type two: 0.6,0.4");
  column("--rho-obs", v.rho_obs, "File with the correlations of the obs, by name");
  column("--rho-type", v.rho_type, "File with the correlations of the types, by name");
  column("--time1", v.time1, "Column of the times (with --phi)");
  column("--time2", v.time2, "Column of the times of the second condition");
  column("--phi", flags.phi, "Correlation of errors one unit of time apart");
  column("--grp1", v.grp1, "Column of the first group: effects that share a group are dependent");
  column("--grp2", v.grp2, "Column of the second group");
  column("--w1", v.w1, "Size of the first group, for given effects");
  column("--w2", v.w2, "Size of the second group, for given effects");
  column("--shared", v.shared, "Effects that share a group: automatic, exact, pairwise, weights");
  column("--rvars", flags.rvars, "Columns with the rows of each study's matrix: a,b,c or a:c");
  column("--var1", v.var1, "Column of the first variable of a correlation (COR, ZCOR)");
  column("--var2", v.var2, "Column of the second");
  column("--nfun", v.nfun, "Common n of a study's correlations: min, harmonic, mean");
  column("--v-file", v.file, "File with the whole matrix V");
  app.add_flag("--nearpd", flags.nearpd, "Use the nearest matrix where V is not positive definite")->group(group);
  app.add_flag("--v-unchecked", flags.unchecked, "Use V though it is not positive definite")->group(group);
}

Expected<std::optional<engine::CovarianceRequest>> covariance_request(const CovarianceFlags& flags) {
  engine::CovarianceRequest out = flags.request;
  HR_TRY(out.rho, numbers(flags.rho, "--rho"));
  HR_TRY(const std::vector<double> phi, numbers(flags.phi, "--phi"));
  if (phi.size() > 1)
    return make_error(ErrorCode::usage, fmt::format("expected one number, found '{}'", flags.phi), "--phi");
  if (!phi.empty()) out.phi = phi.front();
  if (!flags.rvars.empty())
    for (const std::string& name : split(flags.rvars, ',')) out.rvars.emplace_back(trim(name));
  if (flags.nearpd && flags.unchecked)
    return make_error(ErrorCode::usage, "--nearpd and --v-unchecked exclude each other", "--nearpd");
  const bool used = !out.cluster.empty() || !out.file.empty() || !out.var1.empty();
  const bool other = !out.rho.empty() || out.phi || !out.rvars.empty() || !out.obs.empty() || !out.type.empty() ||
                     !out.grp1.empty() || flags.nearpd || flags.unchecked;
  if (!used && other)
    return make_error(ErrorCode::usage, "a sampling covariance needs the column of the studies (or a file, --v-file)",
                      "--v-cluster");
  if (!used) return std::optional<engine::CovarianceRequest>();
  if (flags.nearpd) out.not_definite = "nearest";
  if (flags.unchecked) out.not_definite = "keep";
  return std::optional(std::move(out));
}

}  // namespace hedgerow::cli
