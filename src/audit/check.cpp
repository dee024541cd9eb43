#include "audit/check.hpp"

#include <algorithm>

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

const std::vector<const Check*>& catalogue() {
  static const std::vector<const Check*> all = [] {
    std::vector<const Check*> out;
    for (const auto& group : {arithmetic_checks(), pooled_checks(), instrument_checks(), table_checks(),
                              dependency_checks(), sample_checks(), model_checks(), bias_checks(), flow_checks(),
                              appraisal_checks(), grade_checks(), text_checks()})
      for (const Check& check : group) out.push_back(&check);
    return out;
  }();
  return all;
}

const Check* find_check(std::string_view id) {
  for (const Check* check : catalogue())
    if (id == check->id) return check;
  return nullptr;
}

std::vector<const Sheet*> Subject::of(SheetKind kind) const {
  std::vector<const Sheet*> out;
  for (const Sheet& sheet : sheets)
    if (sheet.kind() == kind) out.push_back(&sheet);
  return out;
}

}  // namespace hedgerow::audit
