// Transformations of effects, named as metafor's transf.* without that prefix, and the back-transformation in which
// each measure is shown. The table of their formulas is in detail/transform_table.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "stats/matrix.hpp"

namespace hedgerow::effect {

/// What some transformations take beside the value. Each list is empty (not given), holds one number for all values, or
/// one for each; `transform` of a single value takes the first.
struct TransformArguments {
  stats::Vector ni = {};   ///< sample sizes: pft, ipft; their harmonic mean: ipft.hm
  stats::Vector n1i = {};  ///< group sizes: dtorpb, dtorbis, rpbtod, rtod; without them equal groups
  stats::Vector n2i = {};
  stats::Vector ti = {};                         ///< person-time: irft, iirft; its harmonic mean: iirft.hm
  stats::Vector pc = {};                         ///< risk of the control group: lnortord, lnortorr
  stats::Vector pi = {};                         ///< share of group 1: rpbtorbis, rtorpb; without it 0.5
  stats::Vector sd = {};                         ///< standard deviation: dtomd
  stats::Vector tau2 = {};                       ///< variance of the effects: names that end in .int and .mode
  std::optional<double> lower = {}, upper = {};  ///< bounds of the integral of .int; without them those of the measure
};

/// Names that `transform` knows: exp, ilogit, iarcsin, ..., exp.int, ...
std::vector<std::string> transforms();

/// Whether a transformation is an expectation over N(x, tau2) (.int) or the mode of such a variable (.mode).
bool takes_tau2(std::string_view name);

/// One value through a transformation ("exp", "transf.ilogit" or "ilogit"); missing stays missing, and a value outside
/// the domain gives NaN. `ni` are the sample sizes, which ipft.hm needs. Errors: unknown name (with the nearest), an
/// argument that the transformation needs is not given.
Expected<double> transform(const std::string& name, double value, std::span<const double> ni = {});
Expected<double> transform(const std::string& name, double value, const TransformArguments& arguments);
/// All values; lists of arguments have one number, or one for each value (sizes of .hm: any number).
Expected<stats::Vector> transform(const std::string& name, std::span<const double> values,
                                  const TransformArguments& arguments);

/// Values and their variances by the delta method: vi h'(yi)^2.
struct Transformed {
  stats::Vector yi, vi;
};
Expected<Transformed> transform_delta(const std::string& name, std::span<const double> yi, std::span<const double> vi,
                                      const TransformArguments& arguments);

/// The back-transformation in which results of a measure are shown: OR -> exp, PLO -> ilogit, ZCOR -> ztor, PFT ->
/// ipft.hm, ...; "" for measures that are shown as they are, and for unknown ones.
std::string display_transform(std::string_view measure);
/// Name of the quantity after it ("odds ratio", "proportion", ...), "" if there is none.
std::string display_name(std::string_view measure);
/// Name of the quantity on the scale of the analysis: "log odds ratio", "mean difference"; "effect" for GEN and unknown
/// measures.
std::string analysis_name(std::string_view measure);
/// Whether a measure compares (groups, occasions) or correlates, so that its zero means no effect; false for
/// proportions, rates, means and the like of one group.
bool has_null(std::string_view measure);

}  // namespace hedgerow::effect
