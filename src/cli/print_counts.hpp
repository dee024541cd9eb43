// What models of counts print beyond other fits.
#pragma once

#include <string>

#include "engine/result.hpp"

namespace hedgerow::cli {

/// "Mantel-Haenszel common effect of OR (k = 13)"
std::string counts_heading(const engine::Block& fit);
/// Between-study variances (mixed models), I2 and H2, and the tests of heterogeneity by Wald and likelihood ratio.
std::string counts_heterogeneity(const engine::Block& fit);
/// The coefficients on the scale of the ratio; empty for differences and proportions.
std::string counts_ratios(const engine::Block& fit, const std::string& measure);
/// Tests of association and homogeneity of tables.
std::string counts_tests(const engine::Block& fit, const std::string& measure);

}  // namespace hedgerow::cli
