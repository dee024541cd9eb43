#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>

#include "audit/render.hpp"

namespace hedgerow::audit {

namespace {

using Json = nlohmann::ordered_json;

Json place_json(const Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}, {"text", place.text}};
}

Json finding_json(const Finding& finding) {
  Json places = Json::array();
  for (const Place& place : finding.places) places.push_back(place_json(place));
  return {{"id", finding.check},
          {"severity", name(finding.severity)},
          {"subject", finding.subject},
          {"message", finding.message},
          {"places", places},
          {"arithmetic", finding.arithmetic},
          {"causes", finding.causes},
          {"repair", finding.repair},
          {"effect", finding.effect},
          {"decides", finding.decides},
          {"allowed", finding.suppressed}};
}

Json check_json(const CheckRun& run) {
  Json out{{"id", run.check->id}, {"looked", run.looked}, {"could_not", run.reasons}, {"findings", run.findings}};
  if (run.check->limit) out["limit"] = run.limit.value_or(*run.check->limit);
  return out;
}

/// SARIF knows error, warning, note and none.
const char* sarif_level(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
    case Severity::info:
      break;
  }
  return "none";
}

/// A path as a reference of a URI (RFC 3986): what is not a letter, a digit, '/', '-', '.', '_' or '~' is escaped.
std::string uri_of(const std::string& path) {
  std::string out;
  for (const char letter : path) {
    const auto c = static_cast<unsigned char>(letter);
    const bool plain = (c < 0x80 && std::isalnum(c) != 0) || c == '/' || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, letter) : fmt::format("%{:02X}", c);
  }
  return out;
}

Json sarif_location(const Place& place) {
  Json physical{{"artifactLocation", {{"uri", uri_of(place.file)}}}};
  if (place.line > 0) physical["region"] = {{"startLine", place.line}};
  Json out{{"physicalLocation", physical}};
  if (!place.column.empty()) out["message"] = {{"text", place.column + (place.text.empty() ? "" : ": " + place.text)}};
  return out;
}

Json sarif_result(const Finding& finding, std::size_t rule) {
  std::string text = finding.subject.empty() ? finding.message : finding.subject + ": " + finding.message;
  for (const std::string& line : finding.arithmetic) text += "\n" + line;
  if (!finding.repair.empty()) text += "\nRepair: " + finding.repair;
  if (!finding.effect.empty()) text += "\nEffect: " + finding.effect;
  Json out{{"ruleId", finding.check},
           {"ruleIndex", rule},
           {"level", sarif_level(finding.severity)},
           {"message", {{"text", text}}},
           {"locations", Json::array()}};
  for (std::size_t i = 0; i < finding.places.size(); ++i) {
    if (i == 0) out["locations"].push_back(sarif_location(finding.places[i]));
    if (i > 0) out["relatedLocations"].push_back(sarif_location(finding.places[i]));
  }
  if (!finding.suppressed.empty())
    out["suppressions"] = {{{"kind", "external"}, {"justification", finding.suppressed}}};
  return out;
}

}  // namespace

std::string to_json(const Report& report) {
  Json out{{"schema", "hedgerow.audit/1"},
           {"catalogue", kCatalogue},
           {"errors", report.count(Severity::error)},
           {"warnings", report.count(Severity::warning)},
           {"notes", report.count(Severity::note)},
           {"checks_run", report.ran()},
           {"checks_not_applicable", report.not_applicable()},
           {"checks_could_not_run", report.could_not_run()},
           {"profile", report.profile},
           {"instruments", report.instruments},
           {"findings", Json::array()},
           {"checks", Json::array()}};
  for (const Finding& finding : report.findings) out["findings"].push_back(finding_json(finding));
  for (const CheckRun& run : report.runs) out["checks"].push_back(check_json(run));
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_sarif(const Report& report) {
  Json rules = Json::array();
  for (const CheckRun& run : report.runs)
    rules.push_back({{"id", run.check->id},
                     {"name", run.check->title},
                     {"shortDescription", {{"text", run.check->detects}}},
                     {"fullDescription", {{"text", run.check->rule}}},
                     {"help", {{"text", run.check->advice}}},
                     {"defaultConfiguration", {{"level", sarif_level(run.check->severity)}}}});
  Json results = Json::array();
  for (const Finding& finding : report.findings)
    for (std::size_t r = 0; r < report.runs.size(); ++r)
      if (finding.check == report.runs[r].check->id) results.push_back(sarif_result(finding, r));
  const Json driver{{"name", "hedgerow audit"}, {"version", kCatalogue}, {"rules", rules}};
  const Json out{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                 {"version", "2.1.0"},
                 {"runs", {{{"tool", {{"driver", driver}}}, {"results", results}}}}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hedgerow::audit
