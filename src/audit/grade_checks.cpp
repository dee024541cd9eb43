// GR: certainty of the evidence as a table of GRADE prints it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "audit/check.hpp"
#include "audit/detail/printed.hpp"
#include "audit/render.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

constexpr const char* kDownDomains[] = {"risk_of_bias", "inconsistency", "indirectness", "imprecision",
                                        "publication_bias"};
constexpr const char* kUpDomains[] = {"large_effect", "dose_response", "confounding"};

const char* level_word(int level) {
  constexpr const char* words[] = {"very low", "low", "moderate", "high"};
  return words[std::clamp(level, 1, 4) - 1];
}

/// 1 to 4; nothing if the text is no level.
std::optional<int> level_of(const std::string& text) {
  const std::string lower = to_lower(trim(text));
  for (int level = 1; level <= 4; ++level)
    if (lower == level_word(level)) return level;
  return std::nullopt;
}

/// Number of filled circles of "⊕⊕ΟΟ".
std::optional<int> symbols_of(const std::string& text) {
  const std::string filled = "\xE2\x8A\x95";
  int count = 0;
  for (std::size_t at = text.find(filled); at != std::string::npos; at = text.find(filled, at + filled.size())) ++count;
  if (count < 1 || count > 4) return std::nullopt;
  return count;
}

/// Levels that a cell of a domain takes away: "Serious" 1, "Very serious" 2; a number is taken as it stands.
std::optional<int> steps_of(const std::string& text) {
  const std::string lower = to_lower(trim(text));
  if (const auto number = parse_number(lower)) return static_cast<int>(std::fabs(*number));
  static const std::map<std::string, int> words = {
      {"serious", 1},    {"very serious", 2},   {"extremely serious", 3},  {"not serious", 0}, {"none", 0},
      {"undetected", 0}, {"not applicable", 0}, {"strongly suspected", 1}, {"detected", 1}};
  const auto found = words.find(lower);
  if (found == words.end()) return std::nullopt;
  return found->second;
}

struct Steps {
  int downs = 0, ups = 0;
  bool whole = true;  ///< every domain that rates down is printed and read
  std::vector<std::string> terms;
};

Steps steps_of(const Sheet& sheet, std::size_t row) {
  Steps out;
  for (const char* domain : kDownDomains) {
    const auto steps = steps_of(sheet.text(row, domain));
    out.whole = out.whole && steps.has_value();
    if (!steps || *steps == 0) continue;
    out.downs += *steps;
    out.terms.push_back(fmt::format("{} -{}", domain, *steps));
  }
  for (const char* domain : kUpDomains)
    if (const auto steps = steps_of(sheet.text(row, domain)); steps && *steps > 0) {
      out.ups += *steps;
      out.terms.push_back(fmt::format("{} +{}", domain, *steps));
    }
  return out;
}

template <typename Function>
void for_each_outcome(const Subject& subject, Function&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::grade))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(*sheet, row);
}

void run_word_symbols(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto word = level_of(sheet.text(row, "level")), symbols = symbols_of(sheet.text(row, "symbols"));
    if (!word || !symbols) return;
    sink.looked();
    if (*word == *symbols) return;
    sink.add(sheet.subject(row),
             fmt::format("The word says {}, the symbols {}.", level_word(*word), level_word(*symbols)),
             {sheet.place(row, "level"), sheet.place(row, "symbols")})
        .decides = true;
  });
}

std::optional<int> start_of(const Sheet& sheet, std::size_t row) { return level_of(sheet.declared(row, "start")); }

void run_levels(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto level = level_of(sheet.text(row, "level"));
    const auto printed = start_of(sheet, row);
    const Steps steps = steps_of(sheet, row);
    if (!level || (steps.terms.empty() && !steps.whole)) return;
    sink.looked();
    const int start = printed.value_or(4);
    const int result = std::clamp(start - steps.downs + steps.ups, 1, 4);
    // Without all domains, or without the start, the level may rightly be lower.
    const bool lower_allowed = !steps.whole || !printed;
    if (*level == result || (*level < result && lower_allowed)) return;
    const auto symbols = symbols_of(sheet.text(row, "symbols"));
    Finding& finding = sink.add(sheet.subject(row),
                                fmt::format("{} with these steps is at most {}, the table says {}.",
                                            printed ? std::string("The start") : std::string("High evidence"),
                                            level_word(result), level_word(*level)),
                                {sheet.place(row, "level")});
    finding.arithmetic = {fmt::format("{} {} = {}", level_word(start), join(steps.terms, ", "), level_word(result))};
    if (symbols && *symbols == result) finding.repair = fmt::format("{}, as the symbols say", level_word(result));
    finding.causes = {"a step that was judged and not taken"};
    finding.decides = true;
  });
}

bool randomised(const std::string& design) {
  const std::string lower = to_lower(design);
  for (const char* word : {"no-rct", "non-rct", "nonrct", "no rct", "not random", "non-random", "nonrandom", "cohort",
                           "case", "observ", "quasi", "before-after", "nrsi"})
    if (lower.find(word) != std::string::npos) return false;
  return true;
}

/// Designs of the studies of an outcome: those of the pooled row's members, else of all whose outcomes name it.
struct Designs {
  std::vector<std::string> others;
  std::size_t studies = 0;
};

Designs designs_of(const Subject& subject, const std::string& outcome) {
  Designs out;
  std::vector<std::string> members;
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < pooled->rows(); ++row)
      if (pooled->text(row, "outcome") == outcome) members = split(pooled->text(row, "members"), ';');
  for (const Sheet* studies : subject.of(SheetKind::studies))
    for (std::size_t row = 0; row < studies->rows(); ++row) {
      const std::string study = studies->text(row, "study"), design = studies->text(row, "design");
      const bool member = std::find(members.begin(), members.end(), study) != members.end();
      if (!member || design.empty()) continue;
      ++out.studies;
      if (!randomised(design)) out.others.push_back(study);
    }
  return out;
}

void run_start(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto level = level_of(sheet.text(row, "level"));
    const Designs designs = designs_of(subject, sheet.text(row, "outcome"));
    if (!level || designs.studies == 0) return;
    sink.looked();
    const Steps steps = steps_of(sheet, row);
    const int start = start_of(sheet, row).value_or(std::min(4, *level + steps.downs - steps.ups));
    if (designs.others.empty() || start < 4) return;
    Finding& finding = sink.add(sheet.subject(row),
                                fmt::format("{} of {} studies are not randomised, but the evidence starts at high.",
                                            designs.others.size(), designs.studies),
                                {sheet.place(row, "level")});
    finding.arithmetic = {"not randomised: " + join(designs.others, ", ")};
    finding.severity = designs.others.size() == designs.studies ? Severity::error : Severity::warning;
    finding.causes = {"rate the randomised studies apart, or start at low (ROBINS-I apart)"};
  });
}

const Sheet* pooled_row(const Subject& subject, const std::string& outcome, std::size_t& row) {
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (row = 0; row < pooled->rows(); ++row)
      if (pooled->text(row, "outcome") == outcome) return pooled;
  return nullptr;
}

void check_sizes(const Sheet& sheet, std::size_t row, const Sheet& pooled, std::size_t place, Sink& sink) {
  const auto n1 = sheet.number(row, "n1"), n2 = sheet.number(row, "n2"), n = pooled.number(place, "n");
  if (!n1 || !n2 || !n) return;
  sink.looked();
  const double sum = n1->value + n2->value;
  if (sum == n->value) return;
  Finding& finding = sink.add(
      sheet.subject(row), fmt::format("{} and {} people are {}, the result has {}.", n1->text, n2->text, sum, n->text),
      {sheet.place(row, "n2"), sheet.place(row, "n1"), pooled.place(place, "n")});
  finding.causes = {"a number mistyped", "participants counted otherwise in the two tables"};
  for (const auto& [one, other, name] : {std::tuple(n1, n2, "n2"), std::tuple(n2, n1, "n1")})
    if (n->value - one->value == other->value / 2)
      finding.arithmetic.push_back(
          fmt::format("{} - {} = {}, half of {} ({})", n->text, one->text, n->value - one->value, other->text, name));
}

void run_linked(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    std::size_t place = 0;
    const Sheet* pooled = pooled_row(subject, sheet.text(row, "outcome"), place);
    if (!pooled) return;
    for (const char* name : {"k", "studies", "n", "estimate", "ci_lb", "ci_ub"}) {
      const auto a = sheet.number(row, name), b = pooled->number(place, name);
      if (!a || !b) continue;
      sink.looked();
      if (a->is_integer() && b->is_integer() ? a->value != b->value : !overlap(a->range, b->range))
        sink.add(sheet.subject(row),
                 fmt::format("{} is {} here and {} in {}.", name, a->text, b->text, where(pooled->place(place, name))),
                 {sheet.place(row, name), pooled->place(place, name)});
    }
    check_sizes(sheet, row, *pooled, place, sink);
  });
}

std::optional<double> people(const Subject& subject, const Sheet& sheet, std::size_t row) {
  const auto n1 = sheet.number(row, "n1"), n2 = sheet.number(row, "n2"), n = sheet.number(row, "n");
  std::size_t place = 0;
  if (n) return n->value;
  if (const Sheet* pooled = pooled_row(subject, sheet.text(row, "outcome"), place))
    if (const auto printed = pooled->number(place, "n")) return printed->value;
  if (n1 && n2) return n1->value + n2->value;
  return std::nullopt;
}

void run_information(const Subject& subject, Sink& sink) {
  const double enough = sink.limit();
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto steps = steps_of(sheet.text(row, "imprecision"));
    const auto n = people(subject, sheet, row);
    if (!steps || !n) return;
    sink.looked();
    if (*steps > 0 || *n >= enough) return;
    sink.add(sheet.subject(row),
             fmt::format("{} people are fewer than the {} that guidance asks for, and imprecision was not rated down.",
                         *n, enough),
             {sheet.place(row, "imprecision")})
        .causes = {"a very large effect", "another information size that is not named"};
  });
}

void run_inconsistency(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto steps = steps_of(sheet.text(row, "inconsistency"));
    std::size_t place = 0;
    const Sheet* pooled = pooled_row(subject, sheet.text(row, "outcome"), place);
    if (!steps || !pooled) return;
    const auto i2 = pooled->number(place, "i2"), low = pooled->number(place, "pi_lb"),
               high = pooled->number(place, "pi_ub");
    const auto mean = detail::read_printed(*pooled, place);
    if (!i2 && !(low && high)) return;
    sink.looked();
    const double null = mean && mean->ratio ? 1 : 0;
    const bool opposite = low && high && mean && low->range.hi < null && high->range.lo > null &&
                          (mean->lower.range.lo > null || mean->upper.range.hi < null);
    if (*steps > 0 || (!opposite && !(i2 && i2->range.lo > sink.limit()))) return;
    Finding& finding = sink.add(sheet.subject(row), "Inconsistency was not rated down.",
                                {sheet.place(row, "inconsistency"), pooled->place(place, opposite ? "pi_lb" : "i2")});
    finding.message =
        opposite
            ? fmt::format(
                  "True effects may lie from {} to {}, on both sides of no effect; inconsistency was not rated down.",
                  low->text, high->text)
            : fmt::format("I2 = {} %, and inconsistency was not rated down.", i2->text);
    finding.causes = {"effects that differ in size but not in what they mean"};
  });
}

void run_one_study(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto steps = steps_of(sheet.text(row, "inconsistency"));
    const auto studies = sheet.number(row, "studies"), k = sheet.number(row, "k");
    if (!steps || (!studies && !k)) return;
    sink.looked();
    if (*steps > 0 && (studies ? studies->value : k->value) == 1)
      sink.add(sheet.subject(row), "One study cannot be inconsistent.", {sheet.place(row, "inconsistency")});
  });
}

void run_tiny_funnel(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto steps = steps_of(sheet.text(row, "publication_bias"));
    std::size_t place = 0;
    const Sheet* pooled = pooled_row(subject, sheet.text(row, "outcome"), place);
    auto studies = sheet.number(row, "studies");
    if (!studies && pooled) studies = pooled->number(place, "studies");
    if (!steps || !studies) return;
    sink.looked();
    if (*steps > 0 && studies->value < sink.limit())
      sink.add(sheet.subject(row),
               fmt::format("Rated down for publication bias with {} studies: a funnel of fewer than ten tells little.",
                           studies->text),
               {sheet.place(row, "publication_bias")})
          .causes = {"registered studies without results"};
  });
}

void run_reasons(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    if (!sheet.has("footnotes")) return;
    sink.looked();
    if (steps_of(sheet, row).downs > 0 && sheet.text(row, "footnotes").empty())
      sink.add(sheet.subject(row), "Rated down without a reason.", {sheet.place(row, "footnotes")});
  });
}

void run_ups(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const Steps steps = steps_of(sheet, row);
    sink.looked();
    if (steps.ups == 0 || steps.downs == 0) return;
    sink.add(sheet.subject(row), "Rated up and down: what is rated up should have no serious limitation.",
             {sheet.place(row, "level")})
        .arithmetic = steps.terms;
  });
}

/// People with the event per thousand, from the risk without treatment and a ratio.
Range absolute_of(const std::string& measure, const Range& risk, const Range& ratio) {
  const auto with = [&](double p, double r) {
    if (measure == "OR") return p * r / (1 - p + p * r);
    if (measure == "HR") return 1 - std::pow(1 - p, r);
    return p * r;
  };
  Range out{HUGE_VAL, -HUGE_VAL};
  for (const double p : {risk.lo, risk.hi})
    for (const double r : {ratio.lo, ratio.hi}) {
      const double difference = 1000 * (with(p, r) - p);
      out.lo = std::min(out.lo, difference);
      out.hi = std::max(out.hi, difference);
    }
  return out;
}

void run_absolute(const Subject& subject, Sink& sink) {
  for_each_outcome(subject, [&](const Sheet& sheet, std::size_t row) {
    const std::string measure = sheet.declared(row, "measure");
    const auto risk = sheet.number(row, "baseline_risk");
    if (!risk || (measure != "RR" && measure != "OR" && measure != "HR")) return;
    const Range base = risk->value > 1 ? risk->range * exactly(0.001) : risk->range;
    for (const auto& [ratio_name, absolute_name] :
         {std::pair("estimate", "absolute"), std::pair("ci_lb", "absolute_ci_lb"),
          std::pair("ci_ub", "absolute_ci_ub")}) {
      const auto ratio = sheet.number(row, ratio_name), absolute = sheet.number(row, absolute_name);
      if (!ratio || !absolute) continue;
      sink.looked();
      const Range difference = absolute_of(measure, base, ratio->range);
      // "40 fewer" is printed without its sign as often as with it.
      if (overlap(abs(difference), abs(absolute->range))) continue;
      sink.add(sheet.subject(row),
               fmt::format("{} {} at {} per 1000 is {} per 1000, the table says {}.", measure, ratio->text,
                           format_shortest(1000 * base.middle()), text(difference), absolute->text),
               {sheet.place(row, absolute_name), sheet.place(row, ratio_name), sheet.place(row, "baseline_risk")});
    }
  });
}

const Check kChecks[] = {
    {"GR-01", "Starting level against designs", Severity::warning,
     "Evidence that starts at high although studies are not randomised.",
     "designs of the outcome's studies; an error if none is randomised", "ROBINS-I as the tool of risk of bias",
     "Start at low, or keep the designs apart.", "schunemann2019", run_start},
    {"GR-02", "Levels do not add up", Severity::error, "A level that start, downs and ups do not give.",
     "start - downs + ups within 1 to 4; start high unless it is printed; lower is allowed where a domain is not "
     "printed",
     "judgements with half steps", "Correct level or steps.", "own", run_levels},
    {"GR-03", "Rated down without a reason", Severity::warning, "Steps without a footnote.",
     "empty footnotes beside steps", "reasons in the text", "Say why.", "own", run_reasons},
    {"GR-05", "Too few people for its precision", Severity::warning,
     "Imprecision not rated down although the information is small.", "n < 400",
     "very large effects, other information sizes", "Rate down, or name the information size.", "own", run_information,
     400},
    {"GR-07", "Inconsistency not rated down", Severity::warning,
     "Heterogeneity that changes the meaning, without a step.",
     "prediction interval on both sides of no effect while the confidence interval is on one, or I2 above 75 %",
     "thresholds elsewhere than no effect", "Rate down, or say why not.", "own", run_inconsistency, 75},
    {"GR-08", "Inconsistency of one study", Severity::error, "One study rated down for inconsistency.", "studies = 1",
     "none known", "Take the step back.", "own", run_one_study},
    {"GR-10", "Rated up and down", Severity::warning, "An outcome rated up although something was rated down.",
     "ups > 0 and downs > 0", "rare exceptions", "Say why.", "own", run_ups},
    {"GR-11", "Publication bias from a small funnel", Severity::warning,
     "Rated down for publication bias with fewer than ten studies.", "studies < 10", "evidence from registers",
     "Name the evidence.", "sterne2011", run_tiny_funnel, 10},
    {"GR-12", "Absolute effect", Severity::error, "An absolute effect that risk and ratio do not give.",
     "RR: r p; OR: r p / (1 - p + r p); HR: 1 - (1 - p)^r; minus p, per 1000, over rounding", "risks of another time",
     "Recompute.", "own", run_absolute},
    {"GR-13", "Summary differs from the analysis", Severity::error,
     "Numbers of a Summary of Findings that the pooled table has otherwise.",
     "k, studies, n, estimate, interval equal within rounding; n1 + n2 = n", "none known", "Find the right one.", "own",
     run_linked},
    {"GR-18", "Word against symbols", Severity::error, "A level whose word and symbols differ.",
     "number of filled circles against the word", "none known", "Correct one of them.", "own", run_word_symbols},
};

}  // namespace

std::span<const Check> grade_checks() { return kChecks; }

}  // namespace hedgerow::audit
