// The conventions and the programs' defaults.
//
// Sources: documentation and source of metafor 5.1 (escalc, rma.uni, regtest, trimfill) and of meta 8 (settings.meta,
// metacont, metabin, metabias, trimfill); Deeks and Higgins, Statistical algorithms in Review Manager 5 (2010);
// Cochrane Methods, random-effects methods in RevMan (addendum of May 2024, update of January 2025); Borenstein et al.,
// Introduction to Meta-Analysis (2009), which documents CMA; Stata 18, Meta-Analysis Reference Manual.
#include "engine/conventions.hpp"

namespace hedgerow::engine {

namespace {

// Of the effects of single studies and their common effect.
std::vector<ConventionText> effect_conventions() {
  std::vector<ConventionText> out;
  out.push_back({Convention::j,
                 "j",
                 "Hedges' correction J of d",
                 {{"exact", "J = exp(lgamma(m/2) - lgamma((m-1)/2)) / sqrt(m/2)", "Hedges 1981"},
                  {"approximate", "J = 1 - 3 / (4 m - 1)", "Hedges 1981, approximation; Borenstein 2009, eq. 4.22"}}});
  out.push_back({Convention::smd_variance,
                 "smd_variance",
                 "sampling variance of the standardised mean difference",
                 {{"LS", "1/n1 + 1/n2 + g^2 / (2 N), N = n1 + n2 (LS)", "Hedges 1982, eq. 8"},
                  {"LS2", "J^2 (1/n1 + 1/n2 + d^2 / (2 N)) (LS2)", "Borenstein 2009, eq. 4.20 and 4.24"},
                  {"UB", "1/n1 + 1/n2 + (1 - (m-2) / (m J^2)) g^2, unbiased (UB)", "Hedges 1983, eq. 9"},
                  {"RM", "1/n1 + 1/n2 + g^2 / (2 (N - 3.94)) (RM)", "Deeks and Higgins 2010; Hedges and Olkin 1985"}}});
  out.push_back({Convention::rom_correction,
                 "rom_correction",
                 "log ratio of means",
                 {{"corrected", "ln(m1/m2) + (sd1^2 / (n1 m1^2) - sd2^2 / (n2 m2^2)) / 2", "Lajeunesse 2015, eq. 8"},
                  {"plain", "ln(m1/m2)", "Hedges, Gurevitch and Curtis 1999"}}});
  out.push_back(
      {Convention::double_zeros,
       "double_zeros",
       "2x2 tables without events in both groups",
       {{"keep", "kept, with 0.5 added to each cell", "metafor: drop00 = FALSE"},
        {"drop", "left out for OR and RR, which they say nothing about", "meta: allstudies = FALSE; RevMan"}}});
  out.push_back({Convention::continuity,
                 "continuity",
                 "2x2 tables with an empty cell",
                 {{"cells", "0.5 added to each cell (to the size of a group 1)", "metafor: add = 1/2, to = \"only0\""},
                  {"variance", "the same; of RD in the variance alone", "Deeks and Higgins 2010"},
                  {"events", "RR: 0.5 added to the events and 0.5 to the size of each group; RD: in the variance alone",
                   "meta: RR.Cochrane = FALSE; Hartung and Knapp 2001, eq. 18"}}});
  out.push_back({Convention::pooling,
                 "pooling",
                 "common effect of 2x2 tables",
                 {{"inverse", "weights 1/vi", "Borenstein 2009"},
                  {"MH", "Mantel-Haenszel, 0.5 added to the cells of studies with a zero", "Deeks and Higgins 2010"},
                  {"MH_exact", "Mantel-Haenszel, nothing added to the cells", "Mantel and Haenszel 1959"}}});
  return out;
}

// Of the model and the questions that are asked of it.
std::vector<ConventionText> model_conventions() {
  std::vector<ConventionText> out;
  out.push_back({Convention::tau2,
                 "tau2",
                 "estimator of tau2",
                 {{"REML", "restricted maximum likelihood", "Viechtbauer 2005"},
                  {"DL", "DerSimonian and Laird's moment estimator", "DerSimonian and Laird 1986"}}});
  out.push_back({Convention::q_centre,
                 "q_centre",
                 "Cochran's Q of 2x2 tables, from which tau2 by DL follows",
                 {{"inverse", "about the inverse-variance mean", "DerSimonian and Laird 1986"},
                  {"MH", "about the Mantel-Haenszel estimate", "Deeks and Higgins 2010; meta: Q.Cochrane = TRUE"}}});
  out.push_back({Convention::test,
                 "test",
                 "test and interval of the mean",
                 {{"z", "normal distribution, standard error 1 / sqrt(sum of the weights)", "Wald"},
                  {"t", "the same standard error, t distribution with k - p df", "metafor"},
                  {"knha", "Hartung-Knapp standard error, t distribution with k - p df", "Knapp and Hartung 2003"},
                  {"adhoc", "Hartung-Knapp with a factor of at least 1", "Knapp and Hartung 2003"}}});
  out.push_back({Convention::i2,
                 "i2",
                 "definition of I2 and H2",
                 {{"tau2", "from tau2: I2 = 100 tau2 / (tau2 + s2), s2 the typical sampling variance; H2 = tau2/s2 + 1",
                   "Higgins and Thompson 2002; Cochrane Methods, May 2024"},
                  {"Q", "from Cochran's Q: I2 = 100 max(0, (Q - df) / Q); H2 = Q / df", "Higgins and Thompson 2002"}}});
  out.push_back({Convention::prediction,
                 "prediction",
                 "prediction interval",
                 {{"by_test", "quantile of the test of the mean (normal for z)", "metafor: predtype not given"},
                  {"riley", "t distribution with k - 2 df", "Higgins, Thompson and Spiegelhalter 2009; Riley 2011"},
                  {"k_minus_1", "t distribution with k - 1 df", "Veroniki 2019; meta 8: method.predict = \"V\""},
                  {"none", "no prediction interval", ""}}});
  out.push_back(
      {Convention::egger,
       "egger",
       "regression test for funnel plot asymmetry (Egger)",
       {{"rma", "random-effects regression of yi on sei: Var = vi + tau2, test of the fit", "Sterne and Egger 2005"},
        {"lm", "weighted least squares of yi on sei: Var = phi vi, t(k - 2)", "Egger 1997"},
        {"none", "no regression test", ""}}});
  out.push_back(
      {Convention::trim_fill,
       "trim_fill",
       "trim and fill (L0)",
       {{"model", "trimmed about the estimate of the fit's own (random-effects) model", "metafor: trimfill"},
        {"common", "trimmed about the common-effect estimate, then filled and refitted", "meta: ma.common = TRUE"},
        {"none", "no trim and fill", ""}}});
  return out;
}

// In the order of Convention: j, smd_variance, rom_correction, double_zeros, continuity, pooling, tau2, q_centre, test,
// i2, prediction, egger, trim_fill.
constexpr Setting kOpenPlain{"plain", false}, kOpenDrop{"drop", false}, kOpenKeep{"keep", false};
constexpr Setting kOpenCells{"cells", false}, kOpenVariance{"variance", false}, kOpenMh{"MH", false};

std::vector<Program> r_programs() {
  return {
      {"metafor",
       "metafor 5.1 (R)",
       {{"exact"},
        {"LS"},
        {"corrected"},
        {"keep"},
        {"cells"},
        {"inverse"},
        {"REML"},
        {"inverse"},
        {"z"},
        {"tau2"},
        {"by_test"},
        {"rma"},
        {"model"}},
       "Documentation and printed results of metafor 5.1-12: escalc(), rma(), predict(), regtest(), trimfill()."},
      {"metafor4",
       "metafor 4.8 and earlier (R)",
       {{"exact"},
        {"LS"},
        {"plain"},
        {"keep"},
        {"cells"},
        {"inverse"},
        {"REML"},
        {"inverse"},
        {"z"},
        {"tau2"},
        {"by_test"},
        {"rma"},
        {"model"}},
       "As metafor 5.1, which made the bias correction of ROM the default."},
      {"meta",
       "meta 8 (R)",
       {{"exact"},
        {"UB"},
        {"plain"},
        {"drop"},
        {"events"},
        {"MH"},
        {"REML"},
        {"MH"},
        {"z"},
        {"Q"},
        {"k_minus_1"},
        {"lm"},
        {"common"}},
       "Defaults of settings.meta(): method.tau REML, exact.smd TRUE, MH.exact FALSE, allstudies FALSE, method.predict "
       "V; "
       "metabias() needs k.min = 10 studies unless told otherwise."},
      {"meta7",
       "meta 5 to 7 (R)",
       {{"exact"},
        {"UB"},
        {"plain"},
        {"drop"},
        {"events"},
        {"MH"},
        {"REML"},
        {"MH"},
        {"z"},
        {"Q"},
        {"riley"},
        {"lm"},
        {"common"}},
       "As meta 8, with method.predict HTS."}};
}

std::vector<Program> other_programs() {
  return {{"revman",
           "RevMan Web since 2024",
           {{"approximate"},
            {"RM"},
            kOpenPlain,
            {"drop"},
            kOpenVariance,
            {"MH"},
            {"REML"},
            kOpenMh,
            {"z"},
            {"tau2"},
            {"k_minus_1", false},
            {"none"},
            {"none"}},
           "Cochrane Methods: REML, I2 from tau2 and Q-profile intervals since 2024; the Hartung-Knapp interval is an "
           "option "
           "(--test knha). RevMan tests no funnel plot."},
          {"revman5",
           "RevMan 5 and RevMan Web before 2024",
           {{"approximate"},
            {"RM"},
            kOpenPlain,
            {"drop"},
            kOpenVariance,
            {"MH"},
            {"DL"},
            {"MH"},
            {"z"},
            {"Q"},
            {"none"},
            {"none"},
            {"none"}},
           "Deeks and Higgins 2010; what meta does to agree with it (Q.Cochrane, RR.Cochrane)."},
          {"cma",
           "Comprehensive Meta-Analysis 4",
           {{"approximate"},
            {"LS2"},
            kOpenPlain,
            kOpenDrop,
            kOpenCells,
            {"inverse", false},
            {"DL"},
            {"inverse", false},
            {"z"},
            {"Q"},
            {"riley"},
            {"lm"},
            {"common", false}},
           "Borenstein et al. 2009, whose formulas CMA uses; the program itself was not run."},
          {"stata",
           "Stata 18 (meta)",
           {{"approximate"},
            {"RM", false},
            kOpenPlain,
            kOpenKeep,
            kOpenCells,
            {"MH_exact", false},
            {"REML"},
            {"inverse", false},
            {"z"},
            {"tau2"},
            {"riley"},
            {"rma"},
            {"model", false}},
           "Meta-Analysis Reference Manual and printed output; the program itself was not run."}};
}

template <class T>
std::vector<T> joined(std::vector<T> first, const std::vector<T>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

const std::vector<ConventionText>& conventions() {
  static const std::vector<ConventionText> table = joined(effect_conventions(), model_conventions());
  return table;
}

const std::vector<Program>& programs() {
  static const std::vector<Program> table = joined(r_programs(), other_programs());
  return table;
}

}  // namespace hedgerow::engine
