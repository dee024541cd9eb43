#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace hedgerow::check {
namespace {

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::unsupported:
      return "unsupported";
  }
  return "";
}

void add_failures(std::string& out, const CaseResult& c) {
  for (const Failure& failure : c.failures) {
    const Difference& d = failure.difference;
    fmt::format_to(std::back_inserter(out), "FAIL {} {}.{} expected {} got {}\n", c.id, failure.step, d.field,
                   d.expected, d.got);
  }
}

void add_reasons(std::string& out, const CaseResult& c) {
  const auto add = [&](const char* kind, const std::string& reason) {
    fmt::format_to(std::back_inserter(out), "{} {} {}\n", kind, c.id, reason);
  };
  for (const std::string& reason : c.unsupported) add("unsupported", reason);
  for (const std::string& step : c.not_applicable) add("not applicable", step);
  for (const std::string& step : c.at_reference)
    add("flat likelihood", step + ": compared at the reference's parameters");
  if (c.higher_likelihood) add("higher likelihood", "than the reference: its parameters are not compared");
}

Json case_json(const CaseResult& c) {
  Json out{{"id", c.id}, {"outcome", name(c.outcome)}, {"numbers", c.numbers}, {"worst_relative_error", c.worst}};
  for (const Failure& f : c.failures)
    out["failures"].push_back({{"step", f.step},
                               {"field", f.difference.field},
                               {"expected", f.difference.expected},
                               {"got", f.difference.got}});
  if (!c.unsupported.empty()) out["unsupported"] = c.unsupported;
  if (!c.not_applicable.empty()) out["not_applicable"] = c.not_applicable;
  if (!c.at_reference.empty()) out["at_reference_parameters"] = c.at_reference;
  if (c.higher_likelihood) out["higher_likelihood"] = true;
  return out;
}

}  // namespace

std::size_t FamilyResult::count(Outcome outcome) const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [&](const CaseResult& c) { return c.outcome == outcome; }));
}

std::size_t FamilyResult::not_applicable_steps() const {
  std::size_t out = 0;
  for (const CaseResult& c : cases) out += c.not_applicable.size();
  return out;
}

double FamilyResult::worst() const {
  double out = 0;
  for (const CaseResult& c : cases)
    if (c.outcome == Outcome::passed) out = std::max(out, c.worst);
  return out;
}

std::string text_report(const std::vector<FamilyResult>& families, bool verbose) {
  std::string out;
  std::size_t steps = 0;
  for (const FamilyResult& family : families) {
    fmt::format_to(std::back_inserter(out), "{} {}/{} {} {:.1e}\n", family.name, family.count(Outcome::passed),
                   family.cases.size(), family.count(Outcome::unsupported), family.worst());
    steps += family.not_applicable_steps();
  }
  for (const FamilyResult& family : families)
    for (const CaseResult& c : family.cases) {
      add_failures(out, c);
      if (verbose) add_reasons(out, c);
    }
  if (steps > 0) fmt::format_to(std::back_inserter(out), "{} steps of R code are not applicable\n", steps);
  return out;
}

std::string json_report(const std::vector<FamilyResult>& families) {
  Json out = Json::array();
  for (const FamilyResult& family : families) {
    Json cases = Json::array();
    for (const CaseResult& c : family.cases) cases.push_back(case_json(c));
    out.push_back({{"family", family.name},
                   {"passed", family.count(Outcome::passed)},
                   {"failed", family.count(Outcome::failed)},
                   {"unsupported", family.count(Outcome::unsupported)},
                   {"total", family.cases.size()},
                   {"not_applicable_steps", family.not_applicable_steps()},
                   {"worst_relative_error", family.worst()},
                   {"cases", std::move(cases)}});
  }
  return out.dump(1) + "\n";
}

}  // namespace hedgerow::check
