// BI: methods that correct for selection, where the data do not bear them; results that were planned and not reported.
//
// A table of effects, or a pooled result, tells its methods by the setting `bias_methods` ("PET-PEESE; p-curve") and
// the steps of a selection model by `selection_steps` ("0.025; 0.5", one-sided p-values).
//
// Sources: stanley2017, vevea1995, vanaert2016, page2023 (ROB-ME).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit {

namespace {

/// What the limits of these methods ask of a set of effects, from its rows or from its printed result.
struct Body {
  std::string name;
  Place place;
  double k = 0, i2 = 0, ratio = HUGE_VAL;  ///< ratio of the largest to the smallest standard error, if it is known
  std::optional<double> significant;       ///< effects with p < 0.05 in the direction of the mean
  bool standardised = false;
};

Body body_of(const Analysis& analysis, const Sheet& sheet) {
  Body out;
  out.name = analysis.title();
  out.place = sheet.place(analysis.rows.front(), "yi");
  out.k = static_cast<double>(analysis.studies());
  out.standardised = analysis.measure.rfind("SM", 0) == 0;
  out.significant = 0;
  const auto [least, most] = std::minmax_element(analysis.vi.begin(), analysis.vi.end());
  out.ratio = std::sqrt(*most / *least);
  const auto all = pooled(analysis);
  if (all && all->q > 0) out.i2 = 100 * std::max(0.0, 1 - (static_cast<double>(all->k) - 1) / all->q);
  for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
    const double z = analysis.yi[i] / std::sqrt(analysis.vi[i]);
    *out.significant += std::fabs(z) > stats::normal_quantile(0.975) && (!all || z * all->estimate > 0);
  }
  return out;
}

Body body_of(const Sheet& sheet, std::size_t row) {
  Body out;
  out.name = sheet.subject(row);
  out.place = sheet.place(row, "estimate");
  const auto studies = sheet.number(row, "studies"), k = sheet.number(row, "k"), i2 = sheet.number(row, "i2");
  out.k = studies ? studies->value : k ? k->value : HUGE_VAL;
  out.i2 = i2 ? i2->value : 0;
  out.standardised = sheet.declared(row, "measure").rfind("SM", 0) == 0;
  return out;
}

/// Bodies of effects for which one of the methods was used.
std::vector<Body> bodies(const Subject& subject, const std::vector<const char*>& methods) {
  std::vector<Body> out;
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    if (analysis.yi.size() > 1 && detail::holds_any(to_lower(sheet.setting("bias_methods")), methods))
      out.push_back(body_of(analysis, sheet));
  }
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (detail::holds_any(to_lower(sheet->declared(row, "bias_methods")), methods))
        out.push_back(body_of(*sheet, row));
  return out;
}

void run_pet_peese(const Subject& subject, Sink& sink) {
  constexpr double kAlike = 3;
  for (const Body& body : bodies(subject, {"pet-peese", "pet peese", "petpeese", "peese"})) {
    sink.looked();
    std::vector<std::string> why;
    if (body.k < sink.limit()) why.push_back(fmt::format("{} studies", body.k));
    if (body.ratio < kAlike)
      why.push_back(fmt::format("the largest standard error is {} times the smallest", format_fixed(body.ratio, 1)));
    if (body.standardised) why.emplace_back("standardised differences are linked to their standard errors");
    if (why.empty()) continue;
    sink.add(body.name, fmt::format("PET-PEESE extrapolates to a standard error of 0: {}.", join(why, "; ")),
             {body.place});
  }
}

void run_p_curve(const Subject& subject, Sink& sink) {
  constexpr double kFewest = 5;
  for (const Body& body : bodies(subject, {"p-curve", "p curve", "p-uniform", "p uniform"})) {
    sink.looked();
    std::vector<std::string> why;
    if (body.significant && *body.significant < kFewest)
      why.push_back(fmt::format("{} significant effects", *body.significant));
    if (body.i2 > sink.limit()) why.push_back(fmt::format("I2 = {} %", format_fixed(body.i2, 0)));
    if (why.empty()) continue;
    sink.add(body.name,
             fmt::format("P-curve and p-uniform overestimate the mean when effects vary, and need significant effects: "
                         "{}.",
                         join(why, "; ")),
             {body.place});
  }
}

std::vector<double> steps_of(const Sheet& sheet) {
  std::vector<double> out;
  for (const std::string& part : split(sheet.setting("selection_steps"), ';'))
    if (const auto step = parse_number(trim(part)); step && *step > 0 && *step < 1) out.push_back(*step);
  std::sort(out.begin(), out.end());
  if (!out.empty()) out.push_back(1);
  return out;
}

void run_selection_model(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 3;
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& sheet = subject.sheets[analysis.sheet];
    const std::vector<double> steps = steps_of(sheet);
    if (steps.empty()) continue;
    std::vector<std::size_t> counts(steps.size());
    for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
      const double p = stats::normal_upper(analysis.yi[i] / std::sqrt(analysis.vi[i]));
      ++counts[static_cast<std::size_t>(std::lower_bound(steps.begin(), steps.end(), p) - steps.begin())];
    }
    for (std::size_t s = 0; s < steps.size(); ++s) {
      sink.looked();
      if (counts[s] >= kFewest) continue;
      Finding& finding =
          sink.add(analysis.title(),
                   fmt::format("{} with a one-sided p-value of {} to {}: the weight of that step cannot be estimated.",
                               counts[s] == 0   ? "No effect"
                               : counts[s] == 1 ? "One effect"
                                                : "Two effects",
                               s == 0 ? "0" : format_shortest(steps[s - 1]), format_shortest(steps[s])),
                   {sheet.place(analysis.rows.front(), "yi")});
      if (counts[s] == 0) finding.severity = Severity::error;
    }
  }
}

std::vector<std::string> listed(const std::string& cell) {
  std::vector<std::string> out;
  for (const std::string& part : split(cell, ';'))
    if (!trim(part).empty()) out.emplace_back(trim(part));
  return out;
}

void run_unreported(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::studies))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const std::vector<std::string> reported = listed(sheet->text(row, "outcomes"));
      std::vector<std::string> missing;
      for (const std::string& planned : listed(sheet->text(row, "registered_outcomes"))) {
        sink.looked();
        const bool there = std::any_of(reported.begin(), reported.end(), [&](const std::string& outcome) {
          return detail::names(outcome, planned) || detail::names(planned, outcome);
        });
        if (!there) missing.push_back(planned);
      }
      if (missing.empty()) continue;
      sink.add(sheet->subject(row), fmt::format("Registered and not reported: {}.", join(missing, ", ")),
               {sheet->place(row, "outcomes"), sheet->place(row, "registered_outcomes")})
          .causes = {"results that were left out because of what they show", "an outcome reported elsewhere"};
    }
}

const Check kChecks[] = {
    {"BI-08", "PET-PEESE on thin data", Severity::note, "An extrapolation to a standard error of 0 from few studies.",
     "fewer than 20 studies, largest SE below 3 times the smallest, or standardised differences", "none known",
     "Show it as one of several methods.", "stanley2017", run_pet_peese, 20},
    {"BI-09", "Selection model without data", Severity::warning,
     "A step of a selection model that few or no p-values fall into.",
     "fewer than 3 effects in an interval (error: none)", "steps merged by the program", "Merge the steps.",
     "vevea1995", run_selection_model},
    {"BI-10", "P-curve under heterogeneity", Severity::warning, "P-curve or p-uniform where effects vary.",
     "fewer than 5 significant effects, or I2 above 50 %", "a question about the significant effects alone",
     "Use a selection model.", "vanaert2016", run_p_curve, 50},
    {"BI-14", "Registered and not reported", Severity::warning, "Outcomes that a study registered and does not report.",
     "outcomes of registered_outcomes that no entry of outcomes names", "outcomes under another name",
     "Ask the authors; say what their absence may do.", "page2023", run_unreported},
};

}  // namespace

std::span<const Check> selection_checks() { return kChecks; }

}  // namespace hedgerow::audit
