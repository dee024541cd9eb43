#include "audit/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace hedgerow::audit {

std::string name(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

Sink::Sink(const Check& check, std::optional<double> limit)
    : check_(check.id), severity_(check.severity), limit_(limit) {}

void Sink::could_not(const std::string& reason) {
  if (std::find(reasons_.begin(), reasons_.end(), reason) == reasons_.end()) reasons_.push_back(reason);
}

Finding& Sink::add(std::string subject, std::string message, std::vector<Place> places) {
  Finding& out = findings_.emplace_back();
  out.check = check_;
  out.severity = severity_;
  out.subject = std::move(subject);
  out.message = std::move(message);
  out.places = std::move(places);
  return out;
}

namespace {

/// "AR" of AR-04.
std::string letters_of(const Check& check) { return std::string(check.id, 2); }

}  // namespace

const std::vector<const Check*>& catalogue() {
  static const std::vector<const Check*> all = [] {
    std::vector<const Check*> out;
    std::vector<std::string> letters;  // of the groups, in order of first appearance
    for (const auto& group :
         {arithmetic_checks(),   pooled_checks(),         table_checks(),  instrument_checks(), scale_checks(),
          extraction_checks(),   network_checks(),        fit_checks(),    selection_checks(),  dependency_checks(),
          sample_checks(),       unit_checks(),           model_checks(),  design_checks(),     bias_checks(),
          reporting_checks(),    flow_checks(),           log_checks(),    search_checks(),     vote_checks(),
          protocol_checks(),     appraisal_checks(),      rating_checks(), rating_use_checks(), trial_checks(),
          trial_course_checks(), trial_baseline_checks(), grade_checks(),  judgement_checks(),  figure_checks(),
          text_checks()})
      for (const Check& check : group) {
        out.push_back(&check);
        if (std::find(letters.begin(), letters.end(), letters_of(check)) == letters.end())
          letters.push_back(letters_of(check));
      }
    const auto rank = [&](const Check& check) {
      return std::pair(std::find(letters.begin(), letters.end(), letters_of(check)), std::string_view(check.id));
    };
    std::sort(out.begin(), out.end(), [&](const Check* a, const Check* b) { return rank(*a) < rank(*b); });
    return out;
  }();
  return all;
}

const Check* find_check(std::string_view id) {
  for (const Check* check : catalogue())
    if (id == check->id) return check;
  return nullptr;
}

std::string Analysis::title() const { return fmt::format("analysis \"{}\"", id); }

std::size_t Analysis::studies() const {
  if (study.empty()) return yi.size();
  return std::set<std::string>(study.begin(), study.end()).size();
}

std::vector<const Sheet*> Subject::of(SheetKind kind) const {
  std::vector<const Sheet*> out;
  for (const Sheet& sheet : sheets)
    if (sheet.kind() == kind) out.push_back(&sheet);
  return out;
}

}  // namespace hedgerow::audit
