// PR: counts of the flow of records, search and inclusion.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "audit/check.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

struct Count {
  long value = 0;
  Place place;
};

/// Counts of a flow sheet by what they are.
struct Flow {
  std::map<std::string, Count> known;
  std::vector<std::pair<std::string, Count>> databases, reasons;

  const Count* find(const std::string& name) const {
    const auto found = known.find(name);
    return found == known.end() ? nullptr : &found->second;
  }
};

/// Words of a name, so that "records_identified_total" and "Records identified (total)" are read alike.
std::string plain(const std::string& name) {
  std::string out;
  for (const char c : to_lower(name)) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : ' ';
  return out;
}

bool holds(const std::string& text, std::initializer_list<const char*> words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

/// What a count is, by the usual words of flow diagrams; empty if no identity knows it.
std::string kind_of(const std::string& item) {
  const std::string name = plain(item);
  if (holds(name, {"not", "retrieved"}) || name.find("notretrieved") != std::string::npos) return "not_retrieved";
  if (holds(name, {"duplicate"}) && !holds(name, {"study"})) return "duplicates";
  if (holds(name, {"other", "method"}) || holds(name, {"additional"}) || holds(name, {"reference list"}))
    return "other_methods";
  if (holds(name, {"identified"})) return "identified";
  if (holds(name, {"screened"})) return "screened";
  if (holds(name, {"assessed"})) return "assessed";
  if (holds(name, {"sought"})) return "sought";
  if (holds(name, {"excluded"}) && (holds(name, {"screening"}) || name.rfind("records", 0) == 0))
    return "excluded_screening";
  if (name == "reports excluded" || name == "dbr excluded" || holds(name, {"excluded", "full"}))
    return "excluded_reports";
  if (holds(name, {"included"}) || name == "new studies")
    return holds(name, {"report"}) ? "included_reports" : "included_studies";
  if (name == "new reports") return "included_reports";
  if (name == "database results") return "identified";
  if (holds(name, {"participants"})) return "participants";
  return "";
}

Flow flow_of(const Sheet& sheet) {
  Flow out;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const auto number = sheet.number(row, "count");
    const std::string item = sheet.text(row, "item");
    if (!number || !number->is_integer()) continue;
    const Count count{std::lround(number->value), sheet.place(row, "count")};
    const std::string kind = kind_of(item);
    const std::string name = plain(item);
    if (!kind.empty())
      out.known.emplace(kind, count);
    else if (name.rfind("records ", 0) == 0 && !holds(name, {"pending"}))
      out.databases.emplace_back(item, count);
    else if (name.rfind("reports excluded", 0) == 0)
      out.reasons.emplace_back(item, count);
  }
  return out;
}

template <typename Function>
void for_each_flow(const Subject& subject, Function&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::flow)) look(*sheet, flow_of(*sheet));
}

std::string sum_text(const std::vector<std::pair<std::string, Count>>& terms) {
  std::vector<std::string> out;
  for (const auto& [name, count] : terms) out.push_back(fmt::format("{}", count.value));
  return join(out, " + ");
}

long sum_of(const std::vector<std::pair<std::string, Count>>& terms) {
  long out = 0;
  for (const auto& [name, count] : terms) out += count.value;
  return out;
}

std::vector<Place> places_of(const Count& first, const std::vector<std::pair<std::string, Count>>& terms) {
  std::vector<Place> out{first.place};
  for (const auto& [name, count] : terms) out.push_back(count.place);
  return out;
}

/// Databases of the flow, else of the search table.
std::vector<std::pair<std::string, Count>> databases_of(const Subject& subject, const Flow& flow) {
  if (!flow.databases.empty()) return flow.databases;
  std::vector<std::pair<std::string, Count>> out;
  for (const Sheet* search : subject.of(SheetKind::search))
    for (std::size_t row = 0; row < search->rows(); ++row)
      if (const auto number = search->number(row, "records"); number && number->is_integer())
        out.emplace_back(search->text(row, "database"),
                         Count{std::lround(number->value), search->place(row, "records")});
  return out;
}

void run_identified(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    const Count* total = flow.find("identified");
    const auto databases = databases_of(subject, flow);
    if (!total || databases.size() < 2) return;
    sink.looked();
    const long sum = sum_of(databases);
    const Count* other = flow.find("other_methods");
    if (sum == total->value || (other && sum + other->value == total->value)) return;
    Finding& finding = sink.add("records identified",
                                fmt::format("The databases give {} records, the box says {}.", sum, total->value),
                                places_of(*total, databases));
    finding.arithmetic = {fmt::format("{} = {}", sum_text(databases), sum),
                          fmt::format("{} - {} = {}", sum, total->value, sum - total->value)};
    finding.causes = {"a count of one database before a limit was set", "a digit", "duplicates already removed"};
  });
}

/// left - removed = right; counts that are not printed end the comparison
void check_step(const Flow& flow, const char* left, std::vector<std::string> removed, const char* right, Sink& sink) {
  const Count* from = flow.find(left);
  const Count* to = flow.find(right);
  if (!from || !to) return;
  long rest = from->value;
  std::string line = fmt::format("{}", from->value);
  std::vector<Place> places{to->place, from->place};
  for (const std::string& name : removed) {
    const Count* count = flow.find(name);
    if (!count) return;
    rest -= count->value;
    line += fmt::format(" - {}", count->value);
    places.push_back(count->place);
  }
  sink.looked();
  const Count* other = flow.find("other_methods");
  if (rest == to->value || (other && rest + other->value == to->value)) return;
  sink.add(right, fmt::format("{} = {}, the box says {}.", line, rest, to->value), std::move(places)).causes = {
      "a digit", "records that came in another way"};
}

void run_screened(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    check_step(flow, "identified", {"duplicates"}, "screened", sink);
  });
}

void run_sought(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    check_step(flow, "screened", {"excluded_screening"}, "sought", sink);
  });
}

void run_assessed(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    if (flow.find("sought")) return check_step(flow, "sought", {"not_retrieved"}, "assessed", sink);
    const bool retrieved = !flow.find("not_retrieved");
    if (flow.find("screened"))
      return retrieved ? check_step(flow, "screened", {"excluded_screening"}, "assessed", sink)
                       : check_step(flow, "screened", {"excluded_screening", "not_retrieved"}, "assessed", sink);
    check_step(flow, "identified", {"duplicates", "excluded_screening"}, "assessed", sink);
  });
}

void run_included(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    check_step(flow, "assessed", {"excluded_reports"},
               flow.find("included_reports") ? "included_reports" : "included_studies", sink);
  });
}

void run_reasons(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet& sheet, const Flow& flow) {
    const Count* total = flow.find("excluded_reports");
    if (!total) return;
    std::size_t named = 0;
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
      const std::string name = plain(sheet.text(row, "item"));
      named += name.rfind("reports excluded ", 0) == 0 ? 1U : 0U;
    }
    if (named > flow.reasons.size()) {
      sink.could_not("reasons of exclusion are named without their counts");
      return;
    }
    if (flow.reasons.empty()) return;
    sink.looked();
    const long sum = sum_of(flow.reasons);
    if (sum == total->value) return;
    Finding& finding = sink.add("reports excluded",
                                fmt::format("The reasons add up to {} for {} excluded reports.", sum, total->value),
                                places_of(*total, flow.reasons));
    finding.arithmetic = {fmt::format("{} = {}", sum_text(flow.reasons), sum)};
    if (sum > total->value) finding.severity = Severity::warning;
    finding.causes = {sum > total->value ? "reports with several reasons" : "a reason that is missing", "a digit"};
  });
}

void run_reports(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    const Count* studies = flow.find("included_studies");
    const Count* reports = flow.find("included_reports");
    if (!studies || !reports) return;
    sink.looked();
    if (studies->value > reports->value)
      sink.add("studies included",
               fmt::format("{} studies cannot come from {} reports.", studies->value, reports->value),
               {studies->place, reports->place});
  });
}

std::set<std::string> studies_in(const Sheet& sheet, const char* quantity) {
  std::set<std::string> out;
  for (std::size_t row = 0; row < sheet.rows(); ++row)
    for (const std::string& name : split(sheet.text(row, quantity), quantity == std::string("members") ? ';' : '\n'))
      if (!trim(name).empty()) out.emplace(trim(name));
  return out;
}

void compare_sets(const std::set<std::string>& all, const std::set<std::string>& some, const std::string& some_name,
                  bool both_ways, const Place& place, Sink& sink) {
  std::vector<std::string> unknown, absent;
  std::set_difference(some.begin(), some.end(), all.begin(), all.end(), std::back_inserter(unknown));
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(absent));
  sink.looked();
  if (!unknown.empty())
    sink.add("included studies",
             fmt::format("In {} but not in the table of studies: {}.", some_name, join(unknown, ", ")), {place});
  if (both_ways && !absent.empty())
    sink.add("included studies",
             fmt::format("In the table of studies but not in {}: {}.", some_name, join(absent, ", ")), {place});
}

void run_chain(const Subject& subject, Sink& sink) {
  for (const Sheet* studies : subject.of(SheetKind::studies)) {
    const std::set<std::string> all = studies_in(*studies, "study");
    for (const Sheet* appraisal : subject.of(SheetKind::appraisal))
      compare_sets(all, studies_in(*appraisal, "study"), "the appraisal", true,
                   {appraisal->table().source(), 0, "study", ""}, sink);
    std::set<std::string> members;
    for (const Sheet* pooled : subject.of(SheetKind::pooled))
      if (pooled->has("members")) members.merge(studies_in(*pooled, "members"));
    if (!members.empty())
      compare_sets(all, members, "the pooled results", true, {studies->table().source(), 0, "study", ""}, sink);
  }
}

void run_count(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    for (const Sheet* studies : subject.of(SheetKind::studies)) {
      const Count* included = flow.find("included_studies");
      if (!included) continue;
      sink.looked();
      const auto rows = static_cast<long>(studies_in(*studies, "study").size());
      if (rows != included->value)
        sink.add("studies included", fmt::format("{} studies were included, the table has {}.", included->value, rows),
                 {included->place, {studies->table().source(), 0, "study", ""}});
    }
  });
}

void run_databases(const Subject& subject, Sink& sink) {
  for_each_flow(subject, [&](const Sheet&, const Flow& flow) {
    for (const auto& [item, count] : flow.databases)
      for (const Sheet* search : subject.of(SheetKind::search))
        for (std::size_t row = 0; row < search->rows(); ++row) {
          const std::string wanted = plain(item).substr(8);  // behind "records "
          const auto number = search->number(row, "records");
          if (!number || plain(search->text(row, "database")).rfind(wanted, 0) != 0) continue;
          sink.looked();
          if (std::lround(number->value) != count.value)
            sink.add(search->subject(row),
                     fmt::format("{} records in the search, {} in the flow.", number->text, count.value),
                     {search->place(row, "records"), count.place});
        }
  });
}

void run_reproducible(const Subject& subject, Sink& sink) {
  for (const Sheet* search : subject.of(SheetKind::search)) {
    if (!search->has("strategy")) continue;
    for (std::size_t row = 0; row < search->rows(); ++row) {
      sink.looked();
      if (search->text(row, "strategy").empty())
        sink.add(search->subject(row), "No full strategy of this search.", {search->place(row, "strategy")});
    }
  }
}

const Check kChecks[] = {
    {"PR-01", "Records identified", Severity::error,
     "Counts of the databases that do not add up to the records identified.",
     "sum over databases = identified (with or without other methods)", "records counted after a filter", "Recount.",
     "page2021", run_identified},
    {"PR-02", "Records screened", Severity::error, "Identified less duplicates is not what was screened.",
     "identified - duplicates = screened", "records removed by automation", "Recount.", "page2021", run_screened},
    {"PR-03", "Reports sought", Severity::error, "Screened less excluded is not what was sought.",
     "screened - excluded = sought", "several reports per record", "Recount.", "page2021", run_sought},
    {"PR-04", "Reports assessed", Severity::error, "What came to assessment does not follow from the steps before.",
     "sought - not retrieved = assessed; where steps are not printed, the ones before them; with or without other "
     "methods",
     "several reports per record", "Recount.", "page2021", run_assessed},
    {"PR-05", "Included", Severity::error, "Assessed less excluded is not what was included.",
     "assessed - excluded = included", "several reports per study", "Recount.", "page2021", run_included},
    {"PR-06", "Reasons of exclusion", Severity::error, "Reasons that do not add up to the excluded reports.",
     "sum of reasons = excluded; more is a warning", "several reasons per report", "Recount.", "page2021", run_reasons},
    {"PR-07", "More studies than reports", Severity::error, "More studies than reports.", "studies <= reports",
     "none known", "Recount.", "page2021", run_reports},
    {"PR-08", "Chain of studies", Severity::error, "Studies that one table has and another lacks.",
     "studies of the table of studies, the appraisal and the pooled results",
     "studies without usable results (then a reason belongs to them)", "Complete the tables.", "own", run_chain},
    {"PR-13", "Search without its strategy", Severity::warning, "A database whose strategy is not given.",
     "empty strategy", "strategies in a supplement", "Give it.", "rethlefsen2021", run_reproducible},
    {"PR-21", "Number of included studies", Severity::error,
     "A number of included studies that the table of studies does not have.", "rows = included",
     "several rows per study", "Recount.", "own", run_count},
    {"PR-22", "Records of a database", Severity::error,
     "A database with one count in the search and another in the flow.", "equal", "none known", "Recount.", "own",
     run_databases},
};

}  // namespace

std::span<const Check> flow_checks() { return kChecks; }

}  // namespace hedgerow::audit
