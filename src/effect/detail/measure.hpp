// A measure: its arguments, its variances and the function that computes one row. Each family of measures is one file
// that makes a list of these; registry.cpp joins the lists, and adding a family adds one line there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/missing.hpp"
#include "effect/detail/row.hpp"

namespace hedgerow::effect::detail {

/// Result of one row.
struct Estimate {
  double yi = kMissing;
  double vi = kMissing;
  double ni = kMissing;
  double n1i = kMissing;
  double n2i = kMissing;
  /// What each group contributes to vi, where the estimate is a difference of independent groups: two effects that
  /// share a group share it (effect/sampling_covariance.hpp). For SMD in units of the squared standardiser.
  double v1i = kMissing;
  double v2i = kMissing;
};

using RowFunction = Expected<Estimate> (*)(Row&);

/// Where the sign of the estimate comes from.
enum class Sign {
  data,      ///< from means and the like; a declared direction is compared with it
  declared,  ///< the row function asks the declared direction
};

struct Measure {
  std::string_view name;   ///< "SMD" or, for a form, "prepost_means"
  std::string_view scale;  ///< the measure of the result: forms give "SMD"
  std::string_view text;   ///< one line for the record and the documentation
  std::vector<Argument> arguments;
  std::vector<std::vector<std::string_view>> ways;  ///< sets of arguments, each of them enough
  std::vector<std::string_view> vtypes;             ///< the first one is the default
  RowFunction row = nullptr;
  bool two_groups = false;
  Sign sign = Sign::data;
  double default_add = 0.5;
  std::string_view continuity = {};  ///< the continuity correction that it has beside "cells" (Options::continuity)
};

using Family = std::vector<Measure>;

/// All measures and forms, in the order of the families.
const Family& registry();
/// A measure by its name; an Error with the nearest name if there is none.
Expected<const Measure*> find_measure(const std::string& name);

/// Computes the rows of a table by one measure. `directions` is empty or holds -1, 0 or 1 for each row.
Expected<Effects> compute_rows(const Measure& measure, const data::Table& table, const Arguments& arguments,
                               const Options& options, const std::vector<int>& directions);

// The families, one file each.
Family mean_difference_family();         ///< MD ROM VR CVR
Family smd_family();                     ///< SMD SMDH SMD1 SMD1H
Family change_family();                  ///< MC ROMC VRC CVRC
Family standardised_change_family();     ///< SMCC SMCR SMCRH SMCRP SMCRPH
Family prepost_control_family();         ///< PPC1 PPC2 PPC3 PPCPOST PPCCHANGE
Family two_group_forms();                ///< what papers report of two groups
Family paired_forms();                   ///< what papers report of one group measured twice
Family two_by_two_family();              ///< OR RR RD PETO AS
Family association_family();             ///< PHI ZPHI YUQ YUY
Family tetrachoric_family();             ///< RTET ZTET
Family table_to_smd_family();            ///< PBIT OR2D OR2DN OR2DL
Family matched_pairs_family();           ///< MPRD MPRR MPOR MPORC MPPETO MPORM
Family diagnostic_family();              ///< DOR VE
Family hazard_ratio_family();            ///< HR
Family heterozygosity_family();          ///< REH
Family proportion_family();              ///< PR PLN PLO PRZ PAS PFT
Family rate_family();                    ///< IRR IRD IRSD
Family single_rate_family();             ///< IR IRLN IRS IRFT
Family correlation_family();             ///< COR UCOR ZCOR
Family reliability_family();             ///< ABT AHW ARAW
Family two_group_correlation_family();   ///< RPB RBIS ZPB ZBIS
Family smd_to_odds_family();             ///< D2OR D2ORL D2ORN
Family common_language_family();         ///< CLES AUC CLESN AUCN CLESCN AUCCN
Family regression_correlation_family();  ///< PCOR ZPCOR SPCOR ZSPCOR
Family explained_variance_family();      ///< R2 ZR2
Family single_mean_family();             ///< MN SMN MNLN SDLN CVLN

}  // namespace hedgerow::effect::detail
