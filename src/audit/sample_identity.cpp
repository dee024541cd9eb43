// DE: samples of people that several studies share, and people counted more often than they took part.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "audit/detail/sample_groups.hpp"
#include "audit/detail/samples.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// Sets expected by chance in the whole table: below the first a warning, below the second a note.
constexpr double kClear = 1e-4, kLikely = 0.02;

using Rows = std::vector<std::size_t>;

std::string quoted_list(const Sheet& studies, const Rows& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i)
    out +=
        fmt::format("{}\"{}\"", i == 0 ? "" : (i + 1 == rows.size() ? " and " : ", "), studies.text(rows[i], "study"));
  return out;
}

/// "n 16, age_mean 33.0, age_sd 1": as the first of them prints it.
std::string values_of(const Sheet& studies, std::size_t row, const std::vector<std::string>& quantities) {
  std::vector<std::string> out;
  for (const std::string& quantity : quantities)
    out.push_back(fmt::format("{} {}", studies.column(quantity), studies.text(row, quantity)));
  return join(out, ", ");
}

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> tokens(const std::string& list) {
  std::vector<std::string> out;
  for (const std::string& part : split(list, ';')) out.emplace_back(trim(part));
  return out;
}

/// The studies of a pooled outcome: those that the row names, else those whose outcomes name it. Empty if one of those
/// named is not in the table.
Rows studies_of(const Subject& subject, const Sheet& studies, const std::string& outcome) {
  Rows out;
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < pooled->rows(); ++row) {
      if (pooled->text(row, "outcome") != outcome || pooled->text(row, "members").empty()) continue;
      const auto names = tokens(pooled->text(row, "members"));
      for (std::size_t study = 0; study < studies.rows(); ++study)
        if (among(names, studies.text(study, "study"))) out.push_back(study);
      return out.size() == names.size() ? out : Rows{};
    }
  for (std::size_t study = 0; study < studies.rows(); ++study)
    if (among(tokens(studies.text(study, "outcomes")), outcome)) out.push_back(study);
  return out;
}

/// All outcomes that are pooled, in order.
std::vector<std::string> outcomes_of(const Subject& subject) {
  std::vector<std::string> out;
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < pooled->rows(); ++row)
      if (const std::string name = pooled->text(row, "outcome"); !name.empty() && !among(out, name))
        out.push_back(name);
  return out;
}

struct People {
  Range total;
  double value = 0;
  std::string sum;  ///< "16 + 15 + 18 = 49"
};

/// Nothing if a study has no size.
std::optional<People> people_of(const Sheet& studies, const Rows& rows) {
  People out{exactly(0), 0, ""};
  for (const std::size_t row : rows) {
    const auto n = studies.number(row, "n");
    if (!n) return std::nullopt;
    // A count is exact where it is printed whole.
    out.total = out.total + (n->is_integer() ? exactly(n->value) : n->range);
    out.value += n->value;
    out.sum += (out.sum.empty() ? "" : " + ") + n->text;
  }
  out.sum += " = " + format_shortest(out.value);
  return out;
}

/// Rows of which each sample stands once, the largest of its studies.
Rows each_sample_once(const Sheet& studies, const Rows& rows) {
  std::vector<Rows> sets = declared_samples(studies);
  for (const SampleSet& set : sample_sets(studies, kClear)) sets.push_back(set.rows);
  Rows out;
  for (const std::size_t row : rows) {
    const bool copy = std::any_of(sets.begin(), sets.end(), [&](const Rows& set) {
      if (std::find(set.begin(), set.end(), row) == set.end()) return false;
      return std::any_of(rows.begin(), rows.end(), [&](std::size_t other) {
        if (other == row || std::find(set.begin(), set.end(), other) == set.end()) return false;
        const double mine = studies.number(row, "n")->value, theirs = studies.number(other, "n")->value;
        return theirs > mine || (theirs == mine && other < row);
      });
    });
    if (!copy) out.push_back(row);
  }
  return out;
}

/// A line for each outcome that pools several studies of the set.
void tell_pools(const Subject& subject, const Sheet& studies, const Rows& set, Finding& finding) {
  for (const std::string& outcome : outcomes_of(subject)) {
    Rows both;
    for (const std::size_t row : studies_of(subject, studies, outcome))
      if (std::find(set.begin(), set.end(), row) != set.end()) both.push_back(row);
    if (both.size() > 1)
      finding.arithmetic.push_back(
          fmt::format("\"{}\" pools {} of them: {}", outcome, both.size(), quoted_list(studies, both)));
  }
}

void report_sample(const Subject& subject, const Sheet& studies, const SampleSet& set, Sink& sink) {
  std::vector<Place> places;
  for (auto row = set.rows.rbegin(); row != set.rows.rend(); ++row) places.push_back(studies.place(*row, "n"));
  const std::string values = values_of(studies, set.rows.front(), set.equal);
  Finding& finding = sink.add(fmt::format("studies {}", quoted_list(studies, set.rows)),
                              fmt::format("{} describe the same sample: {}.", quoted_list(studies, set.rows), values),
                              std::move(places));
  if (!set.same_size)
    finding.message = fmt::format("{} may share people: {} agree.", quoted_list(studies, set.rows), values);
  if (set.chance >= kClear) finding.severity = Severity::note;
  finding.arithmetic.push_back(fmt::format("pairs of {} unrelated studies expected to agree as well: {}",
                                           studies.rows(), format_significant(set.chance, 2)));
  if (const auto people = people_of(studies, set.rows); people && set.same_size)
    finding.arithmetic.push_back(
        fmt::format("counted as {}; one sample has {}", people->sum, studies.text(set.rows.front(), "n")));
  tell_pools(subject, studies, set.rows, finding);
  finding.causes = {"several reports of one trial: pool them as one study (name it in a column `sample`)",
                    "characteristics of a whole campaign printed for each of its parts", "a row copied in the table"};
}

void report_registry(const Sheet& studies, const Rows& rows, Sink& sink) {
  std::vector<Place> places;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) places.push_back(studies.place(*row, "registry"));
  sink.add(fmt::format("studies {}", quoted_list(studies, rows)),
           fmt::format("{} have one registration, {}.", quoted_list(studies, rows),
                       studies.text(rows.front(), "registry")),
           std::move(places))
      .causes = {"several reports of one trial: pool them as one study (name it in a column `sample`)"};
}

void run_same_registry(const Sheet& studies, Sink& sink) {
  std::vector<bool> told(studies.rows(), false);
  for (std::size_t a = 0; a < studies.rows(); ++a) {
    const std::string number = to_lower(studies.text(a, "registry"));
    if (number.empty() || told[a]) continue;
    sink.looked();
    Rows same{a};
    for (std::size_t b = a + 1; b < studies.rows(); ++b) {
      const std::string sample = studies.text(b, "sample");
      if (to_lower(studies.text(b, "registry")) != number || (!sample.empty() && sample == studies.text(a, "sample")))
        continue;
      same.push_back(b);
      told[b] = true;
    }
    if (same.size() > 1) report_registry(studies, same, sink);
  }
}

void run_same_sample(const Subject& subject, Sink& sink) {
  for (const Sheet* studies : subject.of(SheetKind::studies)) {
    run_same_registry(*studies, sink);
    if (!studies->has("n") || (!studies->has("age_mean") && !studies->has("mass_mean"))) {
      sink.could_not("no size with age or mass of the studies' people");
      continue;
    }
    sink.looked(studies->rows() * (studies->rows() - 1) / 2);
    const auto clear = sample_sets(*studies, kClear);
    for (const SampleSet& set : clear) report_sample(subject, *studies, set, sink);
    for (const SampleSet& set : sample_sets(*studies, kLikely)) {
      const bool told = std::any_of(clear.begin(), clear.end(), [&](const auto& other) {
        return std::any_of(set.rows.begin(), set.rows.end(), [&](std::size_t row) {
          return std::find(other.rows.begin(), other.rows.end(), row) != other.rows.end();
        });
      });
      if (!told) report_sample(subject, *studies, set, sink);
    }
  }
}

/// Printed number of people with its place.
struct Counted {
  Reported number;
  Place place;
  std::string what;     ///< "outcome \"pain\""
  std::string effects;  ///< how many effects they were counted in; may be empty
};

/// Participants of pooled results, and of the outcomes of a Summary of Findings that no pooled result counts.
std::vector<std::pair<std::string, Counted>> pooled_people(const Subject& subject) {
  std::vector<std::pair<std::string, Counted>> out;
  std::vector<std::string> pooled;
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (const auto n = sheet->number(row, "n")) {
        pooled.push_back(sheet->text(row, "outcome"));
        out.push_back({pooled.back(), {*n, sheet->place(row, "n"), sheet->subject(row), sheet->text(row, "k")}});
      }
  for (const Sheet* sheet : subject.of(SheetKind::grade))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      auto n = sheet->number(row, "n");
      const auto n1 = sheet->number(row, "n1"), n2 = sheet->number(row, "n2");
      if (!n && n1 && n2) n = parse_reported(format_shortest(n1->value + n2->value));
      const std::string outcome = sheet->text(row, "outcome");
      if (n && !among(pooled, outcome))
        out.push_back(
            {outcome,
             {*n, sheet->place(row, sheet->has("n") ? "n" : "n1"), sheet->subject(row), sheet->text(row, "k")}});
    }
  return out;
}

void compare_people(const Sheet& studies, const Rows& members, const Counted& counted, Sink& sink) {
  const auto people = people_of(studies, members);
  if (!people) return sink.could_not("studies without a number of people");
  sink.looked();
  if (counted.number.range.lo <= people->total.hi) return;
  Finding& finding = sink.add(counted.what,
                              fmt::format("{} participants are counted, but its {} studies have {} people in all.",
                                          counted.number.text, members.size(), format_shortest(people->value)),
                              {counted.place});
  finding.arithmetic.push_back(people->sum);
  const Rows once = each_sample_once(studies, members);
  if (once.size() < members.size())
    if (const auto fewer = people_of(studies, once))
      finding.arithmetic.push_back(fmt::format("with each sample once (DE-08): {}", fewer->sum));
  if (!counted.effects.empty())
    finding.causes.push_back(fmt::format("people counted once for each of the {} effects", counted.effects));
  finding.causes.emplace_back("a study missing from the members of the outcome");
}

/// "participants", "people" or "patients" as an item of the flow diagram or the subject of a claim.
bool names_people(const std::string& text) {
  const std::string lower = to_lower(text);
  return lower.find("participants") != std::string::npos || lower.find("patients") != std::string::npos ||
         lower.find("people") != std::string::npos;
}

/// The number of participants that the review states in its flow diagram: the only such item.
std::optional<Counted> stated_people(const Subject& subject) {
  std::optional<Counted> out;
  for (const Sheet* sheet : subject.of(SheetKind::flow))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (const auto count = sheet->number(row, "count"); count && names_people(sheet->text(row, "item"))) {
        if (out) return std::nullopt;
        out = Counted{*count, sheet->place(row, "count"), sheet->subject(row), ""};
      }
  return out;
}

void compare_total(const Sheet& studies, const Counted& stated, Sink& sink) {
  Rows all(studies.rows());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto people = people_of(studies, all);
  if (!people) return sink.could_not("studies without a number of people");
  sink.looked();
  if (!overlap(stated.number.range, people->total)) {
    sink.add(stated.what,
             fmt::format("{} participants are stated, but the {} studies have {}.", stated.number.text, all.size(),
                         format_shortest(people->value)),
             {stated.place})
        .arithmetic.push_back(people->sum);
    return;
  }
  const Rows once = each_sample_once(studies, all);
  if (once.size() == all.size()) return;
  const auto fewer = people_of(studies, once);
  Finding& finding = sink.add(
      stated.what,
      fmt::format(
          "{} participants are the sum over {} studies, some of which describe the same sample: with each sample "
          "once they are {}.",
          stated.number.text, all.size(), format_shortest(fewer->value)),
      {stated.place});
  finding.arithmetic = {people->sum, "with each sample once (DE-08): " + fewer->sum};
  finding.causes = {"several reports of one trial counted as studies of their own"};
}

void run_people(const Subject& subject, Sink& sink) {
  const auto sheets = subject.of(SheetKind::studies);
  if (sheets.empty()) return;
  const Sheet& studies = *sheets.front();
  const auto pools = pooled_people(subject);
  const auto stated = stated_people(subject);
  if (!studies.has("n")) {
    if (!pools.empty() || stated) sink.could_not("no number of people in the table of studies");
    return;
  }
  for (const auto& [outcome, counted] : pools) {
    const Rows members = studies_of(subject, studies, outcome);
    if (members.empty()) {
      sink.could_not("it is not told which studies an outcome has, or one of them is not in the table of studies");
      continue;
    }
    compare_people(studies, members, counted, sink);
  }
  if (stated) compare_total(studies, *stated, sink);
}

void report_ratio(const Sheet& studies, const SpreadRatio& found, Sink& sink) {
  const std::string small = studies.text(found.small, "study"), large = studies.text(found.large, "study");
  const double root = std::sqrt(static_cast<double>(found.people));
  std::vector<Place> places;
  std::vector<std::string> lines, repaired;
  for (const std::string& name : found.names) {
    places.push_back(studies.place(found.small, name + "_sd"));
    const auto low = studies.number(found.small, name + "_sd"), high = studies.number(found.large, name + "_sd");
    lines.push_back(fmt::format("{}: {} / {} = {}; {} * sqrt({}) = {}", name, high->text, low->text,
                                text(high->range / low->range), low->text, found.people,
                                format_significant(low->value * root, 4)));
    repaired.push_back(fmt::format("{} {}", studies.column(name + "_sd"), high->text));
  }
  for (const std::string& name : found.names) places.push_back(studies.place(found.large, name + "_sd"));
  Finding& finding = sink.add(studies.subject(found.small),
                              fmt::format("\"{}\" has the means of \"{}\", but spreads that are smaller by sqrt({}) "
                                          "each: standard errors of {} people instead of standard deviations.",
                                          small, large, found.people, found.people),
                              std::move(places));
  finding.arithmetic = std::move(lines);
  finding.causes = {fmt::format("\"{}\" prints standard errors", small),
                    fmt::format("\"{}\" had its standard deviations multiplied once more", large)};
  finding.repair = fmt::format("in \"{}\": {}", small, join(repaired, ", "));
}

void run_spread_ratio(const Subject& subject, Sink& sink) {
  for (const Sheet* studies : subject.of(SheetKind::studies)) {
    if (!studies->has_all({"n", "age_mean", "age_sd"}) && !studies->has_all({"n", "mass_mean", "mass_sd"})) {
      sink.could_not("no means with spreads of the studies' people");
      continue;
    }
    sink.looked(studies->rows() * (studies->rows() - 1) / 2);
    for (const SpreadRatio& found : spread_ratios(*studies)) report_ratio(*studies, found, sink);
  }
}

const Check kChecks[] = {
    {"DE-08", "One sample in several studies", Severity::warning,
     "Studies whose people have the same number, age, height and mass, or that have one registration.",
     "chance = pairs of studies * choices of the numbers that agree * product of u / (2 s sqrt(pi)) below 0.0001, u "
     "the "
     "unit of the printed digits, s the spread over the studies (a note below 0.02); at least four numbers have to "
     "agree, among them a mean with its spread or two means",
     "sister trials of one campaign that print the campaign's characteristics; few distinct values in the table",
     "Ask the authors; name the sample in a column `sample` and treat its rows as one study.", "tramer1997",
     run_same_sample},
    {"DE-09", "More participants than people", Severity::warning,
     "Participants of a pooled result, or of the review, beyond the people of its studies.",
     "participants > sum of n over the studies of the outcome; participants of the review against the sum over all "
     "studies, each sample once",
     "studies that report several groups of people but print one size",
     "Count people, not effects; model effects of the same people as dependent.", "kanukula2024", run_people},
    {"DE-17", "Standard errors among standard deviations of samples", Severity::warning,
     "Two studies with the same means and with spreads in the ratio of the root of a whole number.",
     "for at least two characteristics (s2 / s1)^2 contains, within rounding, the same whole number m <= n and no "
     "other",
     "two samples with equal means by chance", "Check what stands after the plus-minus sign in the report.", "own",
     run_spread_ratio},
};

}  // namespace

std::span<const Check> sample_identity_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
