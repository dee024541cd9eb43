#include "engine/ask.hpp"

namespace hedgerow::engine {

std::vector<std::string> ask_names() {
  std::vector<std::string> names{"predict",
                                 "confint",
                                 "contrasts",
                                 "block",
                                 "compare",
                                 "subgroups",
                                 "regression_test",
                                 "rank_test",
                                 "trim_and_fill",
                                 "leave_one_out",
                                 "rows",
                                 "profile",
                                 "vif",
                                 "influence",
                                 "marginal_means",
                                 "heterogeneity",
                                 "wild_bootstrap",
                                 "impute",
                                 "fiml",
                                 "covariance_grid",
                                 "differences",
                                 "published",
                                 "fail_safe",
                                 "excess_significance",
                                 "henmi_copas",
                                 "gosh",
                                 "permutation",
                                 "baujat",
                                 "radial",
                                 "imputed_sd",
                                 "cumulative",
                                 "exceedance"};
  HR_ASSERT(names.size() == std::variant_size_v<Ask>);
  return names;
}

std::string ask_name(const Ask& ask) { return ask_names()[ask.index()]; }

}  // namespace hedgerow::engine
