// GR: reasons, thresholds and words of a table of GRADE.
//
// Texts are read for patterns of English; what they say otherwise is not looked at.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "audit/check.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

template <typename Function>
void for_each_outcome(const Subject& subject, Function&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::grade))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(*sheet, row);
}

bool holds(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

template <std::size_t N>
bool holds_any(const std::string& text, const std::array<const char*, N>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return holds(text, part); });
}

/// Whether a domain's cell takes a level away.
bool rated_down(const Sheet& sheet, std::size_t row, const char* domain) {
  const std::string lower = to_lower(trim(sheet.text(row, domain)));
  if (lower.empty()) return false;
  if (const auto number = parse_number(lower)) return *number != 0;
  return holds(lower, "serious") && !holds(lower, "not serious") && !holds(lower, "no serious");
}

/// The part of the footnotes that speaks of a domain: up to the next mark of an end.
std::string reason_of(const std::string& footnotes, const char* domain) {
  const std::string lower = to_lower(footnotes);
  const std::size_t at = lower.find(domain);
  if (at == std::string::npos) return "";
  return lower.substr(at, lower.find_first_of(".;|\n", at) - at);
}

void run_by_p(const Subject& subject, Sink& sink) {
  static constexpr std::array kPatterns = {
      "not significant",          "non-significant",          "nonsignificant", "p > 0.05", "p>0.05", "p = 0.", "p=0.",
      "statistical significance", "statistically significant"};
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const std::string reason = reason_of(sheet.text(row, "footnotes"), "imprecision");
    if (reason.empty()) return;
    sink.looked();
    if (!holds_any(reason, kPatterns)) return;
    sink.add(sheet.subject(row), "Imprecision is argued from significance.", {sheet.place(row, "footnotes")}).causes = {
        "judge the interval against thresholds that matter, and the information size"};
  });
}

/// Thresholds crossed by the interval: 0, 1 or 2. `size`: of the smallest difference that matters, on both sides.
int crossed(const Sheet& sheet, std::size_t row, double size, bool ratio) {
  const auto low = sheet.number(row, "ci_lb"), high = sheet.number(row, "ci_ub");
  int out = 0;
  for (const double threshold : ratio ? std::array{1 / size, size} : std::array{-size, size})
    out += low->range.hi < threshold && high->range.lo > threshold;
  return out;
}

void run_thresholds(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    if (!sheet.number(row, "ci_lb") || !sheet.number(row, "ci_ub")) return;
    const auto threshold = sheet.number(row, "threshold");
    if (!threshold || !(threshold->value > 0)) {
      sink.could_not("no threshold of an effect that matters");
      return;
    }
    const std::string measure = sheet.declared(row, "measure");
    const bool ratio = detail::is_ratio(measure);
    if (ratio && threshold->value <= 1) return;
    sink.looked();
    const int crosses = crossed(sheet, row, threshold->value, ratio);
    if (crosses == 0 || rated_down(sheet, row, "imprecision")) return;
    sink.add(sheet.subject(row),
             fmt::format("The interval [{}; {}] crosses {} threshold{} of {}, and imprecision is not rated down.",
                         sheet.text(row, "ci_lb"), sheet.text(row, "ci_ub"), crosses, crosses == 1 ? "" : "s",
                         threshold->text),
             {sheet.place(row, "imprecision"), sheet.place(row, "ci_lb"), sheet.place(row, "ci_ub")});
  });
}

void run_twice(const Subject& subject, Sink& sink) {
  static constexpr std::array kHeterogeneity = {"i2", "i\xC2\xB2", "heterogeneity", "prediction interval"};
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const std::string notes = sheet.text(row, "footnotes");
    const std::string one = reason_of(notes, "inconsistency"), other = reason_of(notes, "imprecision");
    if (one.empty() || other.empty()) return;
    sink.looked();
    if (!rated_down(sheet, row, "inconsistency") || !rated_down(sheet, row, "imprecision")) return;
    if (holds_any(one, kHeterogeneity) && holds_any(other, kHeterogeneity))
      sink.add(sheet.subject(row), "Heterogeneity is the reason for two domains, inconsistency and imprecision.",
               {sheet.place(row, "footnotes")});
  });
}

/// How sure a sentence sounds: 4 "reduces", 3 "likely", 2 "may", 1 "very uncertain"; 0 where no word tells.
int wording(const std::string& statement) {
  const std::string text = " " + to_lower(statement) + " ";
  if (holds(text, "very uncertain")) return 1;
  static constexpr std::array kLow = {" may ", " might ", " suggests "};
  static constexpr std::array kModerate = {" likely ", " probably "};
  static constexpr std::array kHigh = {" reduces ",    " increases ", " improves ", " prevents ",
                                       " results in ", " decreases ", " lowers ",   " raises "};
  if (holds_any(text, kLow)) return 2;
  if (holds_any(text, kModerate)) return 3;
  return holds_any(text, kHigh) ? 4 : 0;
}

int level_number(const std::string& text) {
  const std::string lower = to_lower(trim(text));
  static constexpr std::array kLevels = {"very low", "low", "moderate", "high"};
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (lower == kLevels[i]) return static_cast<int>(i) + 1;
  return 0;
}

void run_wording(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const int words = wording(sheet.text(row, "statement")), level = level_number(sheet.text(row, "level"));
    if (words == 0 || level == 0) return;
    sink.looked();
    if (words <= level) return;
    constexpr std::array kRight = {"the evidence is very uncertain", "may", "likely", "results in"};
    sink.add(sheet.subject(row),
             fmt::format("Certainty is {}, but \"{}\" sounds surer.", sheet.text(row, "level"),
                         sheet.text(row, "statement")),
             {sheet.place(row, "statement"), sheet.place(row, "level")})
        .causes = {fmt::format("wording for this level: \"{}\"", kRight[static_cast<std::size_t>(level) - 1])};
  });
}

void run_weight_at_risk(const Subject& subject, Sink& sink) {
  constexpr double kMost = 50, kLeast = 10;
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto share = sheet.number(row, "high_risk_weight");
    if (!share || sheet.text(row, "risk_of_bias").empty()) return;
    sink.looked();
    const double percent = share->value <= 1 && share->decimals > 0 ? 100 * share->value : share->value;
    const bool down = rated_down(sheet, row, "risk_of_bias");
    if (down ? percent >= kLeast : percent <= kMost) return;
    sink.add(sheet.subject(row),
             fmt::format("{} % of the weight is at high risk of bias, and the domain is {}.", format_shortest(percent),
                         down ? "rated down" : "not rated down"),
             {sheet.place(row, "risk_of_bias"), sheet.place(row, "high_risk_weight")});
  });
}

void run_outcomes(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::grade)) {
    sink.looked();
    if (static_cast<double>(sheet->rows()) > sink.limit())
      sink.add("Summary of Findings",
               fmt::format("{} outcomes; seven are usually the most that readers weigh.", sheet->rows()),
               {sheet->place(0, "outcome")});
  }
}

void run_baseline(const Subject& subject, Sink& sink) {
  static constexpr std::array kSources = {"baseline",    "assumed risk", "control group", "control risk", "comparator",
                                          "median risk", "cohort",       "registry",      "registr"};
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    if (!sheet.number(row, "baseline_risk") || !sheet.has("footnotes")) return;
    sink.looked();
    if (holds_any(to_lower(sheet.text(row, "footnotes")), kSources)) return;
    sink.add(sheet.subject(row),
             fmt::format("Nothing says where the baseline risk {} comes from.", sheet.text(row, "baseline_risk")),
             {sheet.place(row, "baseline_risk"), sheet.place(row, "footnotes")});
  });
}

const Check kChecks[] = {
    {"GR-04", "Imprecision judged by significance", Severity::warning,
     "A footnote that argues imprecision from a p-value.", "words of significance in the sentence on imprecision",
     "other wordings are not seen", "Argue from thresholds and the information size.", "guyatt2011imprecision",
     run_by_p},
    {"GR-06", "Interval across thresholds", Severity::warning,
     "An interval that holds both effects that matter and effects that do not, without a step.",
     "threshold (and its mirror) inside the confidence interval, imprecision not rated down",
     "thresholds of another outcome", "Rate down one level per threshold, or say why not.", "guyatt2011imprecision",
     run_thresholds},
    {"GR-09", "One reason for two domains", Severity::note,
     "Heterogeneity as the reason for inconsistency and imprecision.", "words of heterogeneity in both sentences",
     "two reasons in one sentence", "Count it once.", "schunemann2019", run_twice},
    {"GR-14", "Wording against level", Severity::warning, "A sentence that sounds surer than its level.",
     "very uncertain < may < likely < plain verbs against very low < low < moderate < high", "other wordings",
     "Use the words of the level.", "santesso2020", run_wording},
    {"GR-15", "Weight at high risk of bias", Severity::warning, "A step for risk of bias that the weights do not bear.",
     "more than 50 % at high risk and no step, or a step and less than 10 %", "equal effects at low risk",
     "Show the result without studies at high risk.", "schunemann2019", run_weight_at_risk},
    {"GR-16", "Many outcomes", Severity::note, "A Summary of Findings of more than seven outcomes.", "rows > 7",
     "several comparisons in one table", "Choose those that decide.", "schunemann2019", run_outcomes, 7},
    {"GR-17", "Baseline risk without a source", Severity::note, "A baseline risk whose source is not named.",
     "footnotes without words of a source", "sources named elsewhere", "Name the source.", "schunemann2019",
     run_baseline},
};

}  // namespace

std::span<const Check> judgement_checks() { return kChecks; }

}  // namespace hedgerow::audit
