// The scale in which results of each measure are shown.

#include <algorithm>

#include "effect/transform.hpp"

namespace hedgerow::effect {
namespace {

struct Display {
  std::string_view measure;
  std::string_view transform;
  std::string_view name;
};

constexpr Display kDisplays[] = {
    {"RR", "exp", "risk ratio"},
    {"OR", "exp", "odds ratio"},
    {"PETO", "exp", "odds ratio"},
    {"DOR", "exp", "diagnostic odds ratio"},
    {"VE", "ve", "vaccine efficacy"},
    {"IRR", "exp", "incidence rate ratio"},
    {"HR", "exp", "hazard ratio"},
    {"MPRR", "exp", "risk ratio"},
    {"MPOR", "exp", "odds ratio"},
    {"MPORC", "exp", "odds ratio"},
    {"MPPETO", "exp", "odds ratio"},
    {"MPORM", "exp", "odds ratio"},
    {"D2OR", "exp", "odds ratio"},
    {"D2ORN", "exp", "odds ratio"},
    {"D2ORL", "exp", "odds ratio"},
    {"ROM", "exp", "ratio of means"},
    {"ROMC", "exp", "ratio of means"},
    {"VR", "exp", "ratio of standard deviations"},
    {"VRC", "exp", "ratio of standard deviations"},
    {"CVR", "exp", "ratio of coefficients of variation"},
    {"CVRC", "exp", "ratio of coefficients of variation"},
    {"REH", "exp", "ratio of observed to expected heterozygosity"},
    {"PLN", "exp", "proportion"},
    {"PLO", "ilogit", "proportion"},
    {"PRZ", "pnorm", "proportion"},
    {"PAS", "iarcsin", "proportion"},
    {"PFT", "ipft.hm", "proportion"},
    {"IRLN", "exp", "incidence rate"},
    {"IRS", "isqrt", "incidence rate"},
    {"IRFT", "iirft.hm", "incidence rate"},
    {"MNLN", "exp", "mean"},
    {"SDLN", "exp", "standard deviation"},
    {"CVLN", "exp", "coefficient of variation"},
    {"ZCOR", "ztor", "correlation"},
    {"ZPCOR", "ztor", "partial correlation"},
    {"ZSPCOR", "ztor", "semi-partial correlation"},
    {"ZPHI", "ztor", "phi coefficient"},
    {"ZTET", "ztor", "tetrachoric correlation"},
    {"ZPB", "ztor", "point-biserial correlation"},
    {"ZBIS", "ztor", "biserial correlation"},
    {"ZR2", "ztor2", "coefficient of determination"},
    {"ZR2F", "ztor2", "coefficient of determination"},
    {"AHW", "iahw", "coefficient alpha"},
    {"ABT", "iabt", "coefficient alpha"},
};

const Display* find_display(std::string_view measure) {
  const auto* found = std::ranges::find(kDisplays, measure, &Display::measure);
  return found == std::end(kDisplays) ? nullptr : found;
}

}  // namespace

std::string display_transform(std::string_view measure) {
  const Display* found = find_display(measure);
  return found ? std::string(found->transform) : std::string();
}

std::string display_name(std::string_view measure) {
  const Display* found = find_display(measure);
  return found ? std::string(found->name) : std::string();
}

}  // namespace hedgerow::effect
