// BI: tests of small-study effects where they do not tell what they seem to.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/analysis.hpp"
#include "audit/check.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

bool asks(const Analysis& analysis, std::initializer_list<const char*> kinds) {
  return std::any_of(kinds.begin(), kinds.end(), [&](const char* kind) {
    return std::find(analysis.asked.begin(), analysis.asked.end(), kind) != analysis.asked.end();
  });
}

bool asks_asymmetry(const Analysis& analysis) {
  return asks(analysis, {"regression", "regression_size", "regression_multilevel", "rank"});
}

void run_few(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!asks_asymmetry(analysis)) continue;
    sink.looked();
    const std::size_t k = analysis.studies();
    if (static_cast<double>(k) >= sink.limit()) continue;
    const std::string effects = k < analysis.yi.size() ? fmt::format(" ({} effects)", analysis.yi.size()) : "";
    sink.add(analysis.title(), fmt::format("An asymmetry test of {} studies{} has almost no power.", k, effects),
             {analysis.place});
  }
}

void run_standardised(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!asks(analysis, {"regression", "regression_multilevel"})) continue;
    sink.looked();
    if (analysis.measure.rfind("SM", 0) != 0) continue;
    const auto all = pooled(analysis);
    Finding& finding =
        sink.add(analysis.title(),
                 "A standardised mean difference and its standard error are linked by formula, so that a "
                 "regression of one on the other sees asymmetry where there is none.",
                 {analysis.place});
    if (all && std::fabs(all->estimate) < 0.5) finding.severity = Severity::note;
    finding.causes = {"use a predictor of the sizes alone: predictor = \"sqrtninv\""};
  }
}

void run_odds_ratio(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!asks(analysis, {"regression"})) continue;
    sink.looked();
    if (analysis.measure != "OR") continue;
    sink.add(analysis.title(), "The standard error of a log odds ratio depends on the odds ratio.", {analysis.place})
        .causes = {"use a predictor of the sizes alone: predictor = \"ninv\" (Peters)"};
  }
}

void run_similar_sizes(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!asks_asymmetry(analysis) || analysis.vi.size() < 3) continue;
    sink.looked();
    const auto [least, most] = std::minmax_element(analysis.vi.begin(), analysis.vi.end());
    const double ratio = std::sqrt(*most / *least);
    if (ratio >= sink.limit()) continue;
    sink.add(analysis.title(),
             fmt::format("The largest standard error is {} times the smallest: a funnel of such studies has no shape.",
                         format_fixed(ratio, 2)),
             {analysis.place});
  }
}

void run_trim_and_fill(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!asks(analysis, {"trim_and_fill"})) continue;
    const auto all = pooled(analysis);
    if (!all || all->k < 3) continue;
    sink.looked();
    const double i2 = 100 * std::max(0.0, 1 - (static_cast<double>(all->k) - 1) / all->q);
    if (i2 <= sink.limit()) continue;
    sink.add(analysis.title(),
             fmt::format("Trim and fill takes all asymmetry for suppression; with I2 = {} % it behaves badly.",
                         format_fixed(i2, 0)),
             {analysis.place});
  }
}

void run_dependent(const Subject& subject, Sink& sink) {
  for (const Analysis& analysis : subject.analyses) {
    if (!asks(analysis, {"regression", "rank", "trim_and_fill"}) || analysis.study.empty()) continue;
    sink.looked();
    const std::size_t k = analysis.studies();
    if (k == analysis.yi.size()) continue;
    sink.add(
            analysis.title(),
            fmt::format("{} effects of {} studies enter a test that takes them as independent.", analysis.yi.size(), k),
            {analysis.place})
        .causes = {"use the multilevel or cluster-robust regression: model = \"multilevel\""};
  }
}

const Check kChecks[] = {
    {"BI-01", "Asymmetry test of few studies", Severity::warning,
     "A test of funnel asymmetry with fewer than ten studies.", "studies, not effects, below 10", "none known",
     "Leave it out, or say that it cannot tell.", "sterne2011", run_few, 10},
    {"BI-02", "Egger's test of standardised differences", Severity::warning,
     "A regression test whose predictor is the standard error of the effect itself.",
     "measure SMD and its kin, predictor SE or variance; a note where the mean is below 0.5",
     "small effects, where the link is weak", "Use a predictor of the sizes.", "zwetsloot2017", run_standardised},
    {"BI-03", "Egger's test of odds ratios", Severity::warning,
     "A regression test of log odds ratios on their standard errors.", "measure OR, predictor SE or variance",
     "large studies with effects near 1", "Use Peters' or Harbord's test.", "sterne2011", run_odds_ratio},
    {"BI-04", "Studies of one size", Severity::note, "An asymmetry test where all precisions are alike.",
     "largest SE / smallest SE < 2", "none known", "Leave the funnel plot out.", "own", run_similar_sizes, 2},
    {"BI-06", "Trim and fill under heterogeneity", Severity::note, "Trim and fill where effects vary much.",
     "I2 above 50 %", "used as a sensitivity analysis alone", "Do not take the filled estimate for the truth.",
     "sterne2011", run_trim_and_fill, 50},
    {"BI-12", "Asymmetry test of dependent effects", Severity::warning,
     "A test that takes the effects of one study as independent.", "rows > studies, and a test for independent rows",
     "none known", "Use the multilevel regression test.", "rodgers2021", run_dependent},
};

}  // namespace

std::span<const Check> bias_checks() { return kChecks; }

}  // namespace hedgerow::audit
