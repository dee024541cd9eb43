// How many mistakes the audit finds, and how often it cries for none.
//
//   audit_recall FOLDER [--floors FILE] [--sets N]     FOLDER: the real tables (tests/reference/data)
//
// Each mutation (mutations.cpp) is put into N clean tables. It is found if a warning or error (a note) names its row
// (any row for mistakes of the whole table) and the clean table had none there. Floors are those with notes.
// Consequential mistakes are those that move the pooled effect by more than 0.1 or turn its significance. FLOORS has
// lines "mutation,recall" and "false alarms per 1000 studies,number"; the exit code is 1 where a recall lies below its
// floor, the alarms above theirs, or where a clean table of printed results gives one.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include "audit/analysis.hpp"
#include "audit/audit.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "data/readers.hpp"
#include "mutations.hpp"

namespace hedgerow::audit_recall {
namespace {

constexpr const char* kAlarms = "false alarms per 1000 studies";
constexpr double kMoves = 0.1, kAlpha = 0.05;

struct Tally {
  std::size_t made = 0, found = 0, noted = 0, heavy = 0, heavy_found = 0;
  std::map<std::string, std::size_t> by_check;

  double share(std::size_t some) const { return made ? static_cast<double>(some) / static_cast<double>(made) : 0; }
};

struct Clean {
  std::size_t studies = 0, alarms = 0;
  std::map<std::string, std::size_t> by_check;
};

/// Checks of at least a severity that name a line; line 0: any.
std::vector<std::string> named(const audit::Report& report, std::size_t line, audit::Severity least) {
  std::vector<std::string> out;
  for (const audit::Finding& finding : report.findings) {
    bool here = line == 0;
    for (const audit::Place& place : finding.places) here = here || place.line == line;
    if (here && finding.severity >= least) out.push_back(finding.check);
  }
  return out;
}

bool consequential(const audit::Subject& before, const audit::Subject& after) {
  if (before.analyses.empty() || after.analyses.empty()) return !before.analyses.empty();
  const auto one = audit::pooled(before.analyses.front()), other = audit::pooled(after.analyses.front());
  if (!one || !other) return one.has_value();
  return std::fabs(one->estimate - other->estimate) > kMoves || audit::changes_conclusion(*one, *other, kAlpha);
}

void count(Tally& tally, const Cells& clean, const Mutation& mutation, RandomStream& random) {
  Cells wrong = clean;
  const auto row = mutation.make(wrong, random);
  if (!row || wrong == clean) return;
  const std::size_t line = *row < wrong.rows.size() ? *row + 2 : 0;
  const audit::Subject before = subject_of(clean), after = subject_of(wrong);
  const audit::Report silent = audit::audit(before), report = audit::audit(after);
  const auto more = [&](audit::Severity least) {
    return named(report, line, least).size() > named(silent, line, least).size();
  };
  const bool found = more(audit::Severity::warning);
  const bool heavy = consequential(before, after);
  ++tally.made;
  tally.found += found ? 1U : 0U;
  tally.noted += more(audit::Severity::note) ? 1U : 0U;
  tally.heavy += heavy ? 1U : 0U;
  tally.heavy_found += heavy && found ? 1U : 0U;
  for (const std::string& check : named(report, line, audit::Severity::note)) ++tally.by_check[check];
}

Cells clean_table(Base base, const std::vector<Cells>& real, std::size_t i, RandomStream& random) {
  if (base == Base::summaries) return summaries(random);
  if (base == Base::effects) return effects(random);
  if (base == Base::pooled) return pooled_results(random);
  if (base == Base::paper) return forest_plot(random);
  if (base == Base::levels) return moderator_levels(random);
  return real[i % real.size()];
}

std::string list(const std::map<std::string, std::size_t>& counts) {
  std::string out;
  for (const auto& [check, number] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", check, number);
  return out;
}

/// `bases`: what is taken in turn.
Clean clean_alarms(std::size_t sets, const std::vector<Base>& bases) {
  Clean out;
  for (std::size_t i = 0; i < sets; ++i) {
    RandomStream random(2, i);
    const Cells cells = clean_table(bases[i % bases.size()], {}, i, random);
    out.studies += cells.rows.size();
    for (const std::string& check : named(audit::audit(subject_of(cells)), 0, audit::Severity::warning)) {
      ++out.alarms;
      ++out.by_check[check];
    }
  }
  return out;
}

std::map<std::string, double> read_floors(const std::string& path) {
  std::map<std::string, double> out;
  const auto bytes = read_file(path);
  if (!bytes) return out;
  for (const std::string& line : split(*bytes, '\n')) {
    const std::size_t comma = line.rfind(',');
    if (comma == std::string::npos || line.front() == '#') continue;
    if (const auto number = parse_number(line.substr(comma + 1))) out[line.substr(0, comma)] = *number;
  }
  return out;
}

struct Request {
  std::string folder, floors;
  std::size_t sets = 300;
};

Request request_of(int count, char** words) {
  Request out;
  for (int i = 1; i < count; ++i) {
    if (i + 1 < count && std::strcmp(words[i], "--floors") == 0)
      out.floors = words[++i];
    else if (i + 1 < count && std::strcmp(words[i], "--sets") == 0)
      out.sets = static_cast<std::size_t>(parse_number(words[++i]).value_or(300));
    else
      out.folder = words[i];
  }
  return out;
}

int run(const Request& request) {
  const std::vector<Cells> real = real_tables(request.folder);
  const auto floors = read_floors(request.floors);
  if (real.empty() || (!request.floors.empty() && floors.empty())) {
    fmt::print(stderr, "audit_recall: no tables in '{}', or no floors in '{}'\n", request.folder, request.floors);
    return 2;
  }
  bool good = true;
  std::size_t heavy = 0, heavy_found = 0;
  fmt::print("{:<36} {:>6} {:>8} {:>10} {:>14} {:>14}  {}\n", "mutation", "made", "warnings", "with notes",
             "consequential", "of them found", "by check");
  for (std::size_t m = 0; m < mutations().size(); ++m) {
    const Mutation& mutation = mutations()[m];
    Tally tally;
    for (std::size_t i = 0; i < request.sets; ++i) {
      RandomStream random(1, m * request.sets + i);
      count(tally, clean_table(mutation.base, real, i, random), mutation, random);
    }
    heavy += tally.heavy;
    heavy_found += tally.heavy_found;
    const auto floor = floors.find(mutation.name);
    const bool low = floor != floors.end() && tally.share(tally.noted) < floor->second;
    good = good && !low && (floors.empty() || floor != floors.end());
    fmt::print("{:<36} {:>6} {:>8.3f} {:>10.3f} {:>14} {:>14}  {}{}\n", mutation.name, tally.made,
               tally.share(tally.found), tally.share(tally.noted), tally.heavy, tally.heavy_found, list(tally.by_check),
               low ? fmt::format("  BELOW {}", floor->second) : "");
  }
  fmt::print("consequential mistakes found: {} of {} ({:.1f} %)\n", heavy_found, heavy,
             100.0 * static_cast<double>(heavy_found) / static_cast<double>(heavy));
  const Clean clean = clean_alarms(4 * request.sets, {Base::summaries, Base::effects, Base::paper});
  const double alarms = 1000.0 * static_cast<double>(clean.alarms) / static_cast<double>(clean.studies);
  fmt::print("clean tables: {} warnings or errors in {} studies, {:.2f} per 1000 studies; {}\n", clean.alarms,
             clean.studies, alarms, list(clean.by_check));
  const Clean printed = clean_alarms(4 * request.sets, {Base::pooled, Base::levels});
  fmt::print("clean printed tables: {} warnings or errors in {} rows; {}\n", printed.alarms, printed.studies,
             list(printed.by_check));
  const auto ceiling = floors.find(kAlarms);
  if (printed.alarms > 0 || (ceiling != floors.end() && alarms > ceiling->second)) {
    fmt::print("ABOVE {} per 1000 studies, or any in printed tables\n", ceiling == floors.end() ? 0 : ceiling->second);
    good = false;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace hedgerow::audit_recall

int main(int count, char** words) {
  return hedgerow::audit_recall::run(hedgerow::audit_recall::request_of(count, words));
}
