#include "audit/detail/quantity_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace hedgerow::audit::detail {

namespace {

using Names = std::vector<std::string>;

/// Summaries of one group; with 1 or 2 in the names they stand in a table of comparisons.
Names arms() {
  return {"study",     "outcome",     "arm",       "time",      "instrument",  "unit",     "items",   "scale_min",
          "scale_max", "integer",     "n",         "mean",      "sd",          "se",       "ci_lb",   "ci_ub",
          "median",    "q1",          "q3",        "min",       "max",         "mean_pre", "sd_pre",  "mean_post",
          "sd_post",   "mean_change", "sd_change", "se_change", "r",           "events",   "percent", "randomised",
          "lost",      "analysed",    "group",     "design",    "person_time", "rate",     "se_pre",  "se_post"};
}

Names rows() {
  Names out = {"study",   "outcome", "time",   "instrument",   "unit",  "items",   "scale_min",   "scale_max",
               "integer", "measure", "group",  "design",       "arm_1", "arm_2",   "yi",          "vi",
               "sei",     "ci_lb",   "ci_ub",  "ni",           "p",     "t",       "z",           "f",
               "chi2",    "r",       "df",     "df1",          "df2",   "ai",      "bi",          "ci",
               "di",      "or",      "rr",     "rd",           "hr",    "irr",     "nnt",         "oe",
               "v",       "events",  "tp",     "fp",           "fn",    "tn",      "sensitivity", "specificity",
               "ri",      "trial",   "weight", "cluster_size", "icc",   "n_total", "ci_level",    "estimate",
               "level",   "reported"};
  for (const char* arm : {"1", "2"}) {
    const std::string a = arm;
    for (const std::string& name :
         {"n" + a + "i",       "m" + a + "i",        "sd" + a + "i",    "se" + a + "i",    "x" + a + "i",
          "t" + a + "i",       "median" + a,         "q1_" + a,         "q3_" + a,         "min" + a,
          "max" + a,           "m" + a + "_pre",     "sd" + a + "_pre", "m" + a + "_post", "sd" + a + "_post",
          "m" + a + "_change", "sd" + a + "_change", "randomised" + a,  "lost" + a,        "analysed" + a,
          "percent" + a})
      out.push_back(name);
  }
  return out;
}

/// A pooled result as papers print it.
Names pooled() {
  return {"outcome",
          "analysis",
          "group",
          "k",
          "studies",
          "members",
          "n",
          "estimate",
          "se",
          "ci_lb",
          "ci_ub",
          "p",
          "stat",
          "q",
          "df",
          "q_p",
          "i2",
          "h2",
          "tau2",
          "tau",
          "pi_lb",
          "pi_ub",
          "egger_t",
          "egger_p",
          "egger_df",
          "tf_k",
          "tf_missing",
          "tf_side",
          "tf_estimate",
          "tf_ci_lb",
          "tf_ci_ub",
          "tf_p",
          "loo_min",
          "loo_min_ci_lb",
          "loo_min_ci_ub",
          "loo_min_k",
          "loo_max",
          "loo_max_ci_lb",
          "loo_max_ci_ub",
          "loo_max_k",
          "effect_word",
          "tf_effect_word",
          "heterogeneity_word",
          "measure",
          "model",
          "method",
          "test",
          "figure_tau2",
          "figure_tau",
          "figure_i2",
          "common_estimate",
          "common_ci_lb",
          "common_ci_ub",
          "weighting",
          "looks",
          "bias_methods"};
}

Names levels() {
  return {"outcome", "moderator", "level", "estimate", "ci_lb",     "ci_ub", "k",   "studies",        "n",
          "p",       "tau2",      "i2",    "marked",   "q_between", "df",    "q_p", "marked_between", "members",
          "q"};
}

Names grade() {
  return {"outcome",
          "k",
          "studies",
          "n",
          "n1",
          "n2",
          "design",
          "start",
          "risk_of_bias",
          "inconsistency",
          "indirectness",
          "imprecision",
          "publication_bias",
          "large_effect",
          "dose_response",
          "confounding",
          "other",
          "footnotes",
          "estimate",
          "ci_lb",
          "ci_ub",
          "p",
          "symbols",
          "level",
          "measure",
          "baseline_risk",
          "absolute",
          "absolute_ci_lb",
          "absolute_ci_ub",
          "pi_lb",
          "pi_ub",
          "i2",
          "threshold",
          "statement",
          "high_risk_weight"};
}

const std::map<SheetKind, Names>& all_names() {
  static const std::map<SheetKind, Names> names = {
      {SheetKind::arms, arms()},
      {SheetKind::rows, rows()},
      {SheetKind::pooled, pooled()},
      {SheetKind::levels, levels()},
      {SheetKind::grade, grade()},
      {SheetKind::appraisal,
       {"study", "outcome", "rater", "tool", "design", "item#", "domain#", "total", "category", "overall", "support",
        "proposed#", "proposed_overall", "masking", "reported_by", "trust"}},
      {SheetKind::flow, {"item", "count", "where"}},
      {SheetKind::studies,
       {"study",
        "authors",
        "year",
        "country",
        "n",
        "sex",
        "age_mean",
        "age_sd",
        "height_mean",
        "height_sd",
        "mass_mean",
        "mass_sd",
        "bmi_mean",
        "bmi_sd",
        "design",
        "duration",
        "outcomes",
        "registry",
        "sample",
        "moderator#",
        "group",
        "registered",
        "started",
        "last_follow_up",
        "submitted",
        "planned_n",
        "sites",
        "recruitment_months",
        "registered_outcomes"}},
      {SheetKind::claims, {"claim", "section", "subject", "statement", "value#", "about", "quantity"}},
      {SheetKind::search, {"database", "records", "until", "updated", "strategy", "platform", "date"}},
      {SheetKind::overlap, {"study", "review#"}}};
  return names;
}

/// Lower-case letters and digits alone: "SD (post)" and "sd_post" are the same name.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

struct Synonym {
  const char* folded;
  const char* quantity;
};

/// What columns are called in metafor, meta, RevMan and spreadsheets; names of quantities themselves need no entry.
constexpr std::array kSynonyms = {Synonym{"studyid", "study"},
                                  Synonym{"author", "study"},
                                  Synonym{"studlab", "study"},
                                  Synonym{"trial", "study"},
                                  Synonym{"slab", "study"},
                                  Synonym{"outcomeid", "outcome"},
                                  Synonym{"group", "arm"},
                                  Synonym{"ne", "n1i"},
                                  Synonym{"nt", "n1i"},
                                  Synonym{"n1", "n1i"},
                                  Synonym{"meane", "m1i"},
                                  Synonym{"mt", "m1i"},
                                  Synonym{"m1", "m1i"},
                                  Synonym{"mean1", "m1i"},
                                  Synonym{"sde", "sd1i"},
                                  Synonym{"sdt", "sd1i"},
                                  Synonym{"sd1", "sd1i"},
                                  Synonym{"nc", "n2i"},
                                  Synonym{"n2", "n2i"},
                                  Synonym{"meanc", "m2i"},
                                  Synonym{"mc", "m2i"},
                                  Synonym{"m2", "m2i"},
                                  Synonym{"mean2", "m2i"},
                                  Synonym{"sdc", "sd2i"},
                                  Synonym{"sd2", "sd2i"},
                                  Synonym{"se1", "se1i"},
                                  Synonym{"se2", "se2i"},
                                  Synonym{"g", "estimate"},
                                  Synonym{"d", "estimate"},
                                  Synonym{"effect", "estimate"},
                                  Synonym{"smd", "estimate"},
                                  Synonym{"te", "yi"},
                                  Synonym{"es", "yi"},
                                  Synonym{"hedgesg", "yi"},
                                  Synonym{"sete", "sei"},
                                  Synonym{"lower", "ci_lb"},
                                  Synonym{"cilo", "ci_lb"},
                                  Synonym{"cilow", "ci_lb"},
                                  Synonym{"cilower", "ci_lb"},
                                  Synonym{"lcl", "ci_lb"},
                                  Synonym{"upper", "ci_ub"},
                                  Synonym{"cihi", "ci_ub"},
                                  Synonym{"cihigh", "ci_ub"},
                                  Synonym{"ciupper", "ci_ub"},
                                  Synonym{"ucl", "ci_ub"},
                                  Synonym{"pvalue", "p"},
                                  Synonym{"pval", "p"},
                                  Synonym{"var", "vi"},
                                  Synonym{"variance", "vi"},
                                  Synonym{"i2percent", "i2"},
                                  Synonym{"isquared", "i2"},
                                  Synonym{"kstudies", "studies"},
                                  Synonym{"nstudies", "studies"},
                                  Synonym{"keffects", "k"},
                                  Synonym{"neffects", "k"},
                                  Synonym{"participants", "n"},
                                  Synonym{"pilo", "pi_lb"},
                                  Synonym{"pihi", "pi_ub"},
                                  Synonym{"sdchange", "sd_change"},
                                  Synonym{"mpre", "mean_pre"},
                                  Synonym{"mpost", "mean_post"},
                                  Synonym{"mchange", "mean_change"},
                                  Synonym{"npre", "n"},
                                  Synonym{"ri", "r"}};

}  // namespace

const std::vector<std::string>& quantity_names(SheetKind kind) { return all_names().at(kind); }

std::string guess_quantity(SheetKind kind, std::string_view column) {
  const Names& names = quantity_names(kind);
  const std::string wanted = folded(column);
  for (const std::string& name : names)
    if (folded(name) == wanted) return name;
  for (const Synonym& synonym : kSynonyms)
    if (wanted == synonym.folded && std::find(names.begin(), names.end(), synonym.quantity) != names.end())
      return synonym.quantity;
  for (const std::string& name : names) {
    if (name.back() != '#') continue;
    const std::string prefix = folded(name);
    const std::size_t digits = wanted.find_last_not_of("0123456789") + 1;
    if (digits < wanted.size() && wanted.substr(0, digits) == prefix)
      return name.substr(0, name.size() - 1) + wanted.substr(digits);
  }
  return "";
}

}  // namespace hedgerow::audit::detail
