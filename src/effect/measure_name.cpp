// Measures in words, as axes and tables name them on the scale of the analysis.

#include <algorithm>
#include <array>

#include "effect/transform.hpp"

namespace hedgerow::effect {
namespace {

struct Name {
  std::string_view measure;
  std::string_view text;
};

constexpr Name kNames[] = {
    {"SMD", "standardised mean difference (Hedges' g)"},
    {"SMDH", "standardised mean difference (unequal variances)"},
    {"SMD1", "standardised mean difference (Glass's delta)"},
    {"SMD1H", "standardised mean difference (Glass's delta, unequal variances)"},
    {"MD", "mean difference"},
    {"MC", "mean change"},
    {"SMCC", "standardised mean change (change score)"},
    {"SMCR", "standardised mean change (raw score)"},
    {"SMCRH", "standardised mean change (raw score, unequal variances)"},
    {"SMCRP", "standardised mean change (pooled SD)"},
    {"SMCRPH", "standardised mean change (pooled SD, unequal variances)"},
    {"RD", "risk difference"},
    {"AS", "difference of arcsine roots of the risks"},
    {"VE", "log risk ratio"},
    {"PHI", "phi coefficient"},
    {"YUQ", "Yule's Q"},
    {"YUY", "Yule's Y"},
    {"RTET", "tetrachoric correlation"},
    {"PBIT", "standardised mean difference (probit)"},
    {"OR2D", "standardised mean difference (from the odds ratio)"},
    {"OR2DN", "standardised mean difference (from the odds ratio, normal)"},
    {"OR2DL", "standardised mean difference (from the odds ratio, logistic)"},
    {"MPRD", "risk difference (matched pairs)"},
    {"IRD", "difference of incidence rates"},
    {"IRSD", "difference of roots of incidence rates"},
    {"RPB", "point-biserial correlation"},
    {"RBIS", "biserial correlation"},
    {"COR", "correlation"},
    {"UCOR", "correlation (bias-corrected)"},
    {"PCOR", "partial correlation"},
    {"SPCOR", "semi-partial correlation"},
    {"R2", "coefficient of determination"},
    {"R2F", "coefficient of determination"},
    {"CLES", "probability of superiority"},
    {"CLESN", "probability of superiority"},
    {"CLESCN", "probability of superiority"},
    {"AUC", "area under the curve"},
    {"AUCN", "area under the curve"},
    {"AUCCN", "area under the curve"},
    {"HD", "hazard difference"},
    {"PR", "proportion"},
    {"PLO", "logit of the proportion"},
    {"PRZ", "probit of the proportion"},
    {"PAS", "arcsine root of the proportion"},
    {"PFT", "double arcsine (Freeman-Tukey) of the proportion"},
    {"IR", "incidence rate"},
    {"IRS", "root of the incidence rate"},
    {"IRFT", "double root (Freeman-Tukey) of the incidence rate"},
    {"MN", "mean"},
    {"SMN", "standardised mean"},
    {"ARAW", "coefficient alpha"},
    {"AHW", "coefficient alpha (Hakstian and Whalen)"},
    {"ABT", "coefficient alpha (Bonett)"},
};

// One group: their zero is a value like any other. Probabilities of superiority have theirs at one half.
constexpr std::string_view kWithoutNull[] = {
    "PR",   "PLN",  "PLO", "PRZ", "PAS",  "PFT",   "IR",  "IRLN", "IRS",   "IRFT",   "MN", "SMN", "MNLN", "SDLN",
    "CVLN", "ARAW", "AHW", "ABT", "CLES", "CLESN", "AUC", "AUCN", "AUCCN", "CLESCN", "R2", "R2F", "ZR2",  "ZR2F"};

}  // namespace

std::string analysis_name(std::string_view measure) {
  const auto* found = std::ranges::find(kNames, measure, &Name::measure);
  if (found != std::end(kNames)) return std::string(found->text);
  const std::string transform = display_transform(measure);
  if (transform == "exp") return "log " + display_name(measure);
  if (transform == "ztor" || transform == "ztor2") return "Fisher's z of the " + display_name(measure);
  return measure.starts_with("PPC") ? "standardised mean difference of changes" : "effect";
}

bool has_null(std::string_view measure) { return std::ranges::find(kWithoutNull, measure) == std::end(kWithoutNull); }

}  // namespace hedgerow::effect
