// MO, BI, RP: statements that no number bears, found by their words. English only; notes, but for plain mistakes.
#include <fmt/format.h>

#include "audit/check.hpp"
#include "audit/detail/claims.hpp"
#include "audit/detail/text_groups.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// Claims whose statement the test finds, with one message for all.
template <typename Test>
void find_statements(const Subject& subject, Sink& sink, const char* message, Test&& test) {
  for (const Claim& claim : claims_of(subject)) {
    const std::string text = " " + to_lower(claim.statement) + " ";
    if (text.size() < 4) continue;
    sink.looked();
    if (test(claim, text)) sink.add(claim.name(), message, {claim.place("statement")});
  }
}

void run_chosen_model(const Subject& subject, Sink& sink) {
  find_statements(subject, sink,
                  "The model is chosen by a test of heterogeneity: that breaks its error rates; the question decides.",
                  [](const Claim&, const std::string& text) {
                    const bool chosen =
                        holds_any(text, {"random-effects model was used if", "random effects model if",
                                         "fixed-effect model was used if", "fixed effect model if", "otherwise a fixed",
                                         "otherwise, a fixed", "otherwise the fixed"});
                    return chosen && holds_any(text, {"i2", "i\xC2\xB2", "heterogeneity", "p <", "p >"});
                  });
}

void run_subgroup_by_p(const Subject& subject, Sink& sink) {
  find_statements(
      subject, sink, "Significant in one group and not in another is no difference between them: test the difference.",
      [](const Claim&, const std::string& text) {
        return holds_any(text, {"significant in ", "significant for "}) &&
               holds_any(text, {"but not in ", "but not for ", "not significant in ", "not significant for "});
      });
}

void run_votes(const Subject& subject, Sink& sink) {
  find_statements(subject, sink, "Counting significant studies ignores the size and the direction of effects.",
                  [](const Claim&, const std::string& text) {
                    return holds_any(text, {" of the studies found", " of the studies showed", " of studies found",
                                            " of studies showed", " studies found a significant",
                                            " studies showed a significant", " studies reported a significant"}) &&
                           holds_any(text, {"significant"});
                  });
}

void run_no_bias(const Subject& subject, Sink& sink) {
  find_statements(subject, sink, "A test that is not significant is no evidence that there is no publication bias.",
                  [](const Claim&, const std::string& text) {
                    return holds_any(text, {"no publication bias", "no evidence of publication bias",
                                            "absence of publication bias", "without publication bias"});
                  });
}

void run_asymmetry(const Subject& subject, Sink& sink) {
  find_statements(subject, sink,
                  "Asymmetry is read as publication bias; heterogeneity, quality, artefacts and chance make it too.",
                  [](const Claim& claim, const std::string& text) {
                    const bool asks = holds_any(to_lower(claim.subject), {"egger", "funnel", "asymmetry"}) ||
                                      holds_any(text, {"asymmetr", "egger", "funnel"});
                    return asks && holds_any(text, {"publication bias"}) &&
                           !holds_any(text, {"no publication bias", "no evidence of"});
                  });
}

void run_odds(const Subject& subject, Sink& sink) {
  find_statements(
      subject, sink, "An odds ratio is read as a ratio of risks.", [](const Claim&, const std::string& text) {
        return holds_any(text, {"times more likely", "times as likely", "times higher risk", "fold risk"}) &&
               holds_any(text, {"odds ratio", " or =", " or="});
      });
}

void run_trend(const Subject& subject, Sink& sink) {
  find_statements(subject, sink, "A p-value above the limit is called a trend, or is printed as 0.",
                  [](const Claim&, const std::string& text) {
                    return holds_any(
                        text, {"marginally significant", "trend towards", "trend toward", "borderline significant",
                               "approaching significance", "approached significance", " trend ", "p = 0.000", "p=0.000",
                               "p < 0.000 ", "p = 0.00 "});
                  });
}

bool not_randomised(const Subject& subject) {
  for (const Sheet* studies : subject.of(SheetKind::studies)) {
    if (!studies->has("design") || studies->rows() == 0) continue;
    for (std::size_t row = 0; row < studies->rows(); ++row)
      if (one_word(studies->text(row, "design")) == "randomised") return false;
    return true;
  }
  return false;
}

void run_causal(const Subject& subject, Sink& sink) {
  if (!not_randomised(subject)) return;
  find_statements(
      subject, sink, "Words of cause for studies without randomisation: \"is associated with\" is what they show.",
      [](const Claim&, const std::string& text) {
        return holds_any(
            text, {" reduces ", " increases ", " improves ", " prevents ", " causes ", " leads to ", " protects "});
      });
}

/// "inter-rater ICC 94.4 %": a correlation has no percent.
void run_percent_icc(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject)) {
    const std::string text = to_lower(claim.statement + " " + claim.subject);
    if (!holds_any(text, {"intraclass", "icc", "kappa"})) continue;
    for (const ClaimValue& value : claim.values) {
      sink.looked();
      if (value.number.range.lo <= 1) continue;
      Finding& finding = sink.add(
          claim.name(), fmt::format("{} cannot be a coefficient of agreement, which is at most 1.", value.number.text),
          {claim.place(value.quantity), claim.place("statement")});
      finding.causes = {"the share of agreeing ratings in percent, which is another measure",
                        "a coefficient multiplied by 100"};
    }
  }
}

const Check kChecks[] = {
    {"MO-01", "Model chosen by heterogeneity", Severity::warning, "Common or random effects by a test or by I2.",
     "words of a condition on heterogeneity", "other wordings", "Choose the model by the question.",
     "cochrane-handbook", run_chosen_model},
    {"MO-13", "Subgroups by significance", Severity::warning, "A difference of groups told by one p-value each.",
     "\"significant in ... but not in ...\"", "a test of the difference stands elsewhere",
     "Tell the test of the difference.", "cochrane-handbook", run_subgroup_by_p},
    {"MO-24", "Vote counting", Severity::warning, "A conclusion from the number of significant studies.",
     "\"... of the studies found a significant ...\"", "a description beside a pooled result",
     "Pool, or count directions.", "cochrane-handbook", run_votes},
    {"BI-05", "No publication bias", Severity::warning, "The absence of publication bias told from a test.",
     "\"no publication bias\" and its like", "quotations", "Say that the test found nothing, and its power.",
     "sterne2011", run_no_bias},
    {"BI-15", "Asymmetry as publication bias", Severity::note, "Asymmetry equated with publication bias.",
     "\"publication bias\" in a statement on a funnel or a test of asymmetry", "careful wording around it",
     "Name the other causes.", "sterne2011", run_asymmetry},
    {"RP-04", "Odds as risks", Severity::warning, "An odds ratio told as \"times more likely\".",
     "words of risk beside an odds ratio", "rare events", "Tell the ratio of risks at a baseline risk.", "kanukula2024",
     run_odds},
    {"RP-08", "Trend and p = 0.000", Severity::note, "A p-value above the limit called a trend, or printed as 0.",
     "\"marginally significant\", \"trend\", \"p = 0.000\"", "quotations", "Give the p-value and the interval.", "own",
     run_trend},
    {"RP-10", "Cause without randomisation", Severity::note, "Verbs of cause where no study is randomised.",
     "\"reduces\", \"improves\", ... and no randomised design in the table of studies", "designs that bear causes",
     "Write \"is associated with\".", "own", run_causal},
    {"RB-16", "Agreement above 1", Severity::warning, "An intraclass correlation or a kappa that is a percentage.",
     "a claim on an ICC or kappa with a value above 1", "coefficients printed in percent",
     "Compute the coefficient from the ratings.", "own", run_percent_icc},
    {"RP-12", "Silenced without a reason", Severity::error, "A finding that was to be silenced without a reason.",
     "[[audit.allow]] with an empty reason; the finding stays", "none known", "Give the reason.", "own", nullptr},
    {"RP-20", "Silenced without need", Severity::note, "A suppression that no finding matches.",
     "[[audit.allow]] whose check found nothing on its subject", "none known", "Take it out.", "own", nullptr},
};

}  // namespace

std::span<const Check> text_pattern_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
