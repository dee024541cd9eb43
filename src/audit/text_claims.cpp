// MO, RP: conclusions against the numbers that they rest on: no effect, persons and studies, what an abstract leads
// with.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/check.hpp"
#include "audit/detail/claims.hpp"
#include "audit/detail/text_groups.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

bool says_no_effect(const std::string& text) {
  return holds_any(text, {"no effect", "no difference", "no benefit", "did not affect", "does not affect",
                          "had no influence", "not effective", "ineffective"});
}

/// The bound of the interval that reaches an effect that matters, as printed; empty if neither does.
std::string important_bound(const Sheet& sheet, std::size_t row) {
  const auto lower = sheet.number(row, "ci_lb"), upper = sheet.number(row, "ci_ub");
  const auto threshold = parse_number(sheet.declared(row, "threshold"));
  if (!lower || !upper || !threshold || !(*threshold > 0)) return "";
  const std::string measure = sheet.declared(row, "measure");
  const bool ratio = measure == "OR" || measure == "RR" || measure == "HR" || measure == "IRR" || measure == "ROM";
  const double most = ratio ? std::max(*threshold, 1 / *threshold) : *threshold, least = ratio ? 1 / most : -most;
  if (upper->value >= most) return upper->text;
  return lower->value <= least ? lower->text : "";
}

void run_no_effect(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject)) {
    if (!says_no_effect(to_lower(claim.statement))) continue;
    for (const SheetKind kind : {SheetKind::grade, SheetKind::pooled})
      for (const TableRow& result : rows_of_outcome(subject, claim, kind)) {
        sink.looked();
        const std::string bound = important_bound(*result.sheet, result.row);
        if (bound.empty()) continue;
        sink.add(claim.name(),
                 fmt::format("No effect is told, but the interval reaches {}, beyond an effect that matters.", bound),
                 {claim.place("statement"), result.sheet->place(result.row, "ci_lb")});
        return;
      }
  }
}

void run_ecological(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject)) {
    const std::string text = " " + to_lower(claim.statement) + " ";
    if (!holds_any(text + to_lower(claim.subject), {"meta-regression", "moderator", "covariate"})) continue;
    sink.looked();
    const bool of_persons =
        holds_any(text, {" older people", " older participants", " older patients", " older individuals",
                         " younger people", " younger participants", " younger patients", " younger individuals",
                         " people with higher", " patients with higher", " individuals with higher",
                         " participants with higher", " people with lower", " patients with lower"});
    const bool of_studies = holds_any(text, {" studies with ", " samples with ", " mean age"});
    if (!of_persons || of_studies) continue;
    sink.add(claim.name(),
             "Means of studies are told as if they were persons: a slope over studies need not be theirs.",
             {claim.place("statement")});
  }
}

/// The primary outcome of the review, as a table's setting `primary` names it.
std::string primary_of(const Subject& subject) {
  for (const SheetKind kind : {SheetKind::pooled, SheetKind::grade})
    for (const Sheet* sheet : subject.of(kind))
      if (!sheet->setting("primary").empty()) return sheet->setting("primary");
  return "";
}

void run_spin(const Subject& subject, Sink& sink) {
  const std::string primary = primary_of(subject);
  if (primary.empty()) return;
  std::optional<Claim> first;
  bool told = false;
  for (const Claim& claim : claims_of(subject)) {
    if (!claim.in_abstract()) continue;
    if (!first) first = claim;
    told = told || names(claim.subject, primary) || names(claim.statement, primary);
  }
  if (!first) return;
  sink.looked();
  if (told) return;
  sink.add("abstract", fmt::format("The primary outcome, {}, is not in the abstract.", primary),
           {first->place("statement")});
}

const Check kChecks[] = {
    {"MO-14", "Persons from studies", Severity::note, "A slope over means of studies told as one over persons.",
     "words for persons in a claim on a moderator, and none for studies", "data of single persons",
     "Write \"studies with older samples\".", "cochrane-handbook", run_ecological},
    {"RP-03", "No effect from a wide interval", Severity::warning,
     "\"No effect\" where the interval holds an effect that matters.",
     "words for no effect, and an interval that reaches the threshold of the outcome", "thresholds that are not meant",
     "Say that the evidence cannot tell.", "kanukula2024", run_no_effect},
    {"RP-13", "Abstract without the primary outcome", Severity::note,
     "An abstract that does not tell the primary outcome.", "no claim of the abstract names it", "another name for it",
     "Lead with it.", "page2021", run_spin},
};

}  // namespace

std::span<const Check> text_claim_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
