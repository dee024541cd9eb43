// Printed pooled results against the printed effects that they are made of (detail/refits.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "audit/analysis.hpp"
#include "audit/detail/count_refits.hpp"
#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "audit/detail/refits.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"
#include "infer/inference.hpp"
#include "model/problem.hpp"

namespace hedgerow::audit::detail {

namespace {

/// A printed result with the analysis of its rows.
struct Result {
  const Sheet& sheet;
  std::size_t row;
  const Analysis& analysis;
  const Sheet& effects;
  std::vector<std::pair<std::string, Reported>> numbers;  ///< of kRefitted, I2 once

  std::string said(const char* name) const { return to_lower(sheet.declared(row, name)); }
};

/// The analysis of all rows of one outcome that the table of effects prints, not computes; null if there is none.
const Analysis* rows_of(const Subject& subject, const std::string& outcome) {
  for (const Analysis& analysis : subject.analyses) {
    const Sheet& effects = subject.sheets[analysis.sheet];
    if (analysis.declared || effects.kind() != SheetKind::rows) continue;
    if (!effects.has("yi") && !effects.has("estimate")) continue;
    if (std::all_of(analysis.rows.begin(), analysis.rows.end(),
                    [&](std::size_t row) { return effects.text(row, "outcome") == outcome; }))
      return &analysis;
  }
  return nullptr;
}

std::vector<std::pair<std::string, Reported>> numbers_of(const Sheet& sheet, std::size_t row) {
  std::vector<std::pair<std::string, Reported>> out;
  for (const char* quantity : kRefitted) {
    const auto number = sheet.number(row, quantity);
    const bool again = !out.empty() && out.back().first == quantity;
    if (number && number->relation == '=' && !again) out.emplace_back(quantity, *number);
  }
  const bool has_estimate = !out.empty() && out.front().first == "estimate";
  return has_estimate && out.size() > 1 ? out : std::vector<std::pair<std::string, Reported>>();
}

/// Counts pooled by Mantel and Haenszel or by Peto, as review software does unless it is told otherwise, although the
/// table does not tell them.
bool may_pool_counts(const Result& result) {
  static const std::set<std::string> kOfCounts{"OR", "RR", "RD", "IRR", "PETO"};
  return kOfCounts.contains(result.analysis.measure) && !model::parse_tau2_method(result.said("method")) &&
         !has_counts(result.effects, result.analysis);
}

/// What the paper says of weights by counts: "MH", "Peto", or nothing.
std::string said_weights(const Result& result) {
  const std::string said = result.said("weighting") + " " + result.said("method") + " " + result.said("model");
  const auto says = [&](const char* word) { return said.find(word) != std::string::npos; };
  if (says("mantel") || says("m-h") || says("mh")) return "MH";
  return says("peto") ? "Peto" : "";
}

/// Why the rows cannot be pooled as the paper did; empty if they can.
std::string obstacle(const Result& result) {
  const Analysis& analysis = result.analysis;
  const std::string measure = result.sheet.declared(result.row, "measure");
  if (!measure.empty() && !analysis.measure.empty() && measure != analysis.measure)
    return "effects and pooled results of different measures";
  if (measure.empty() != analysis.measure.empty() && is_ratio(measure + analysis.measure))
    return "a measure that only one of effects and pooled results names";
  const std::string weighting = result.said("weighting");
  const bool known = weighting.find("inverse") != std::string::npos || !said_weights(result).empty();
  if (!weighting.empty() && !known) return "weights other than inverse variances";
  std::size_t lopsided = 0;
  for (const std::size_t row : analysis.rows) {
    const std::string level = result.effects.declared(row, "ci_level");
    if (!level.empty() && level != "95") return "intervals of another level than 95 %";
    const bool modelled = !result.effects.text(row, "yi").empty();
    const auto printed = read_printed(result.effects, row, {modelled ? "yi" : "estimate"});
    if (printed && !symmetric(*printed)) ++lopsided;
  }
  // One in five: some may be slips, which other checks tell.
  return 5 * lopsided > analysis.rows.size() ? "intervals that are not symmetric on the scale of the model" : "";
}

bool agrees_with(const Refit& refit, const std::string& quantity, const Reported& printed) {
  bool told = false;
  for (std::size_t n = 0; n < kRefitted.size(); ++n) {
    if (kRefitted[n] != quantity || is_missing(refit.numbers[n])) continue;
    told = true;
    if (agrees(printed, refit.range(n))) return true;
  }
  return !told;
}

bool of_prediction(const std::string& quantity) { return quantity == "pi_lb" || quantity == "pi_ub"; }

bool prints(const Refit& refit, const Result& result, bool prediction) {
  if (is_missing(refit.numbers.front())) return false;
  return std::all_of(result.numbers.begin(), result.numbers.end(), [&](const auto& number) {
    return (!prediction && of_prediction(number.first)) || agrees_with(refit, number.first, number.second);
  });
}

/// The models that print the result, with its prediction interval or without.
std::vector<Refit> printers(const std::vector<Refit>& all, const Result& result, bool prediction = true) {
  std::vector<Refit> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const Refit& one) { return prints(one, result, prediction); });
  return out;
}

/// How many of the paper's words on its model speak against this one.
int against(const Refit& refit, const Result& result, bool levels) {
  int out = 0;
  const std::string model = result.said("model");
  const auto says = [&](const char* word) { return model.find(word) != std::string::npos; };
  if (const auto method = model::parse_tau2_method(result.said("method")))
    out += model::name(*method) != refit.method ? 1 : 0;
  if (const auto test = infer::parse_test(result.said("test"))) out += infer::name(*test) != refit.test ? 1 : 0;
  const bool nested = says("multilevel") || says("multi-level") || says("three-level") || says("three level");
  if (const std::string weights = said_weights(result); !weights.empty())
    out += refit.method.rfind(weights, 0) != 0 ? 1 : 0;
  // A between-study variance of 0 is a common effect.
  const bool fixed = refit.method == "EE" || refit.method == "MH" || refit.method == "Peto";
  const bool common = fixed || refit.numbers[4] < 1e-9;
  if (levels && nested) return out + (refit.multilevel ? 0 : 1);
  if (says("common") || says("fixed")) return out + (common ? 0 : 1);
  return out + (says("random") && fixed ? 1 : 0);
}

std::string interval(const Refit& refit) {
  return fmt::format("{} [{}; {}]", format_significant(refit.numbers[0], 3), format_significant(refit.numbers[2], 3),
                     format_significant(refit.numbers[3], 3));
}

/// How far the model's estimate and limits are from the printed ones, beyond rounding, in units of the rounding.
double distance(const Refit& refit, const Result& result) {
  double out = 0;
  for (std::size_t n = 0; n < kRefitted.size(); ++n)
    for (const auto& [quantity, printed] : result.numbers) {
      if (kRefitted[n] != quantity || is_missing(refit.numbers[n]) || quantity == "i2") continue;
      const double room = refit.hidden[n] + printed.half_unit();
      out = std::max(out, std::fabs(refit.numbers[n] - printed.value) / room);
    }
  return out;
}

Analysis turned(const Analysis& analysis, std::size_t i) {
  return replaced(analysis, i, -analysis.yi[i], analysis.vi[i]);
}

/// The only row whose absence, or whose other sign, makes a model print the result; empty if there are none or several.
std::string explanation(const Result& result, const std::vector<Refit>& all) {
  constexpr std::size_t kFewest = 4, kMost = 60, kNumbers = 3;
  const Analysis& analysis = result.analysis;
  if (analysis.yi.size() < kFewest || analysis.yi.size() > kMost || result.numbers.size() < kNumbers) return "";
  std::vector<std::string> found;
  for (std::size_t i = 0; i < analysis.yi.size(); ++i) {
    const std::string row = result.effects.subject(analysis.rows[i]);
    const auto look = [&](const Analysis& changed, const char* words) {
      const std::vector<Refit> by = printers(refits_of(changed, all), result);
      if (!by.empty()) found.push_back(fmt::format("{} {}: then {} prints it", words, row, by.front().name()));
    };
    look(without(analysis, i), "pooled without");
    look(turned(analysis, i), "pooled with the other sign of");
  }
  return found.size() == 1 ? found.front() : "";
}

std::string printed_text(const Result& result) {
  std::vector<std::string> parts;
  for (const auto& [quantity, number] : result.numbers) parts.push_back(quantity + " " + number.text);
  return join(parts, ", ");
}

std::string names(const std::vector<Refit>& models) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> out;
  for (const Refit& model : models) out.push_back(model.name());
  const std::size_t more = out.size() > kShown ? out.size() - kShown : 0;
  out.resize(out.size() - more);
  return join(out, "; ") + (more > 0 ? fmt::format("; and {} more", more) : "");
}

std::vector<Place> places_of(const Result& result) {
  std::vector<Place> out;
  for (const auto& [quantity, number] : result.numbers) out.push_back(result.sheet.place(result.row, quantity));
  return out;
}

/// Those that the paper's words speak against least first, of equal ones the most usual.
void report_other_model(const Result& result, std::vector<Refit> by, bool levels, Sink& sink) {
  std::stable_sort(by.begin(), by.end(), [&](const Refit& a, const Refit& b) {
    return against(a, result, levels) < against(b, result, levels);
  });
  std::vector<std::string> said;
  for (const char* name : {"model", "method", "test"})
    if (const std::string text = result.sheet.declared(result.row, name); !text.empty()) said.push_back(text);
  Finding& finding = sink.add(result.sheet.subject(result.row),
                              fmt::format("The printed result ({}) is not that of the declared model ({}), but of {}.",
                                          printed_text(result), join(said, ", "), by.front().name()),
                              places_of(result));
  finding.arithmetic = {fmt::format("the {} printed effects give it by: {}", result.analysis.yi.size(), names(by))};
  finding.causes = {"another model than the text says", "another program's defaults"};
}

/// Without a printed k the rows may not be those that were pooled; for several rows per study people use more models
/// than the usual ones.
Severity severity_of(const Result& result, bool levels, double far) {
  // Three times the room that rounding has, as the catalogue's threshold of an error.
  constexpr double kFar = 3;
  if (levels) return Severity::note;
  return far > kFar && result.sheet.number(result.row, "k") ? Severity::error : Severity::warning;
}

void report_no_model(const Result& result, const std::vector<Refit>& all, bool levels, Sink& sink) {
  const auto nearest = std::min_element(all.begin(), all.end(), [&](const Refit& a, const Refit& b) {
    return distance(a, result) < distance(b, result);
  });
  Finding& finding = sink.add(result.sheet.subject(result.row),
                              fmt::format("The {} printed effects give this result ({}) by none of {} usual models.",
                                          result.analysis.yi.size(), printed_text(result), all.size()),
                              places_of(result));
  finding.severity = severity_of(result, levels, distance(*nearest, result));
  finding.arithmetic = {fmt::format("nearest: {} gives {}", nearest->name(), interval(*nearest))};
  if (const std::string why = explanation(result, all); !why.empty()) finding.causes.push_back(why);
  if (levels)
    finding.causes.emplace_back("robust variances, correlated sampling errors or averages within studies, not tried");
  finding.causes.insert(finding.causes.end(), {"rows that were changed, added or left out after pooling",
                                               "weights or a model that the table does not tell", "digits mistyped"});
}

void report_prediction(const Result& result, const std::vector<Refit>& by, Sink& sink) {
  Finding& finding =
      sink.add(result.sheet.subject(result.row),
               fmt::format("The prediction interval is by no usual rule that of {}, which give the mean.", names(by)),
               {result.sheet.place(result.row, "pi_lb"), result.sheet.place(result.row, "pi_ub")});
  finding.severity = Severity::note;
  finding.causes = {"another rule, as by bootstrap", "digits mistyped", "the interval of another result"};
}

void look(const Result& result, Sink& sink) {
  if (const std::string why = obstacle(result); !why.empty()) return sink.could_not(why);
  std::vector<Refit> all = refits(result.analysis, hidden_digits(result.effects, result.analysis),
                                  [&](const Refit& one) { return prints(one, result, false); });
  for (Refit& of_counts : count_refits(result.effects, result.analysis)) all.push_back(std::move(of_counts));
  if (all.empty()) return;
  const bool levels = std::any_of(all.begin(), all.end(), [](const Refit& one) { return one.multilevel; });
  std::vector<Refit> by = printers(all, result);
  if (by.empty()) {
    by = printers(all, result, false);
    if (!by.empty()) report_prediction(result, by, sink);
  }
  if (by.empty() && may_pool_counts(result))
    return sink.could_not("the counts, which Mantel and Haenszel's or Peto's pooling needs");
  sink.looked();
  if (by.empty()) return report_no_model(result, all, levels, sink);
  if (std::all_of(by.begin(), by.end(), [&](const Refit& one) { return against(one, result, levels) > 0; }))
    report_other_model(result, by, levels, sink);
}

}  // namespace

void run_refits(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      // A result of a part of the rows has other rows, which the table does not tell.
      if (!sheet->text(row, "group").empty() || !sheet->text(row, "analysis").empty()) continue;
      const Analysis* analysis = rows_of(subject, sheet->text(row, "outcome"));
      if (!analysis) continue;
      const Result result{*sheet, row, *analysis, subject.sheets[analysis->sheet], numbers_of(*sheet, row)};
      const auto k = sheet->number(row, "k");
      const bool counted = !k || k->value == static_cast<double>(analysis->yi.size());  // else MA-04 tells
      if (counted && !result.numbers.empty()) look(result, sink);
    }
}

}  // namespace hedgerow::audit::detail
