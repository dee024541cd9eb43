// RP: counts, ranges and means of the text against the tables of studies and of appraisals.
//
// "Germany" 5: studies whose country is that. "male; female; both" 13, 4, 1: a count for each part of the statement.
// "20-90 days": least and largest of a column of numbers. "from; to; mean" of a tool: of its totals.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "audit/check.hpp"
#include "audit/detail/claims.hpp"
#include "audit/detail/text_groups.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

std::vector<std::string> parts_of(const std::string& statement) {
  std::vector<std::string> out;
  for (const std::string& part : split(statement, ';')) out.emplace_back(trim(part));
  return out;
}

/// Cells of a column of a table.
struct Column {
  const Sheet* sheet = nullptr;
  std::size_t at = 0;

  std::string name() const { return sheet->table().names()[at]; }
  std::string text(std::size_t row) const {
    return sheet->table().missing(row, at) ? "" : std::string(sheet->table().cell(row, at));
  }
  Place place() const { return {sheet->table().source(), 0, name(), ""}; }
};

/// Columns whose name has the words of the claim's subject, or whose quantity is that.
std::vector<Column> columns_of(const Sheet& sheet, const std::string& subject) {
  std::vector<Column> out;
  for (const std::string& quantity : quantities(sheet.kind()))
    if (names(subject, quantity) && sheet.has(quantity))
      out.push_back({&sheet, *sheet.table().find(sheet.column(quantity))});
  for (std::size_t at = 0; at < sheet.table().cols(); ++at)
    if (names(sheet.table().names()[at], subject)) out.push_back({&sheet, at});
  return out;
}

using Matches = bool (*)(const std::string& cell, const std::string& part);
bool equal(const std::string& cell, const std::string& part) { return one_word(cell) == one_word(part); }
bool contained(const std::string& cell, const std::string& part) { return names(cell, part); }

std::vector<std::size_t> counts(const Column& column, const std::vector<std::string>& parts, Matches matches) {
  std::vector<std::size_t> out(parts.size(), 0);
  for (std::size_t row = 0; row < column.sheet->rows(); ++row)
    for (std::size_t i = 0; i < parts.size(); ++i) out[i] += matches(column.text(row), parts[i]);
  return out;
}

bool all_found(const std::vector<std::size_t>& found) {
  return std::all_of(found.begin(), found.end(), [](std::size_t n) { return n > 0; });
}

/// One value against what the table has; told with both places.
void compare(const Claim& claim, const ClaimValue& value, const std::string& what, double found, const Place& table,
             Sink& sink) {
  sink.looked();
  if (agrees(value.number, exactly(found))) return;
  Finding& finding = sink.add(claim.name(),
                              fmt::format("The text gives {} for {}; the table gives {}.", value.number.text, what,
                                          format_significant(found, 4)),
                              {claim.place(value.quantity), table});
  finding.causes = {"a study that was added or removed later", "studies counted in another way"};
}

/// Whether the parts of the statement are levels of the column, each counted by a value.
bool look_at_levels(const Claim& claim, const Column& column, Sink& sink) {
  const std::vector<std::string> parts = parts_of(claim.statement);
  if (parts.size() != claim.values.size()) return false;
  for (const Matches matches : {equal, contained}) {
    const std::vector<std::size_t> found = counts(column, parts, matches);
    if (!all_found(found)) continue;
    for (std::size_t i = 0; i < parts.size(); ++i)
      compare(claim, claim.values[i], fmt::format("{} = \"{}\"", column.name(), parts[i]),
              static_cast<double>(found[i]), column.place(), sink);
    return true;
  }
  return false;
}

std::vector<double> numbers_of(const Column& column) {
  std::vector<double> out;
  for (std::size_t row = 0; row < column.sheet->rows(); ++row)
    if (const auto number = parse_number(column.text(row))) out.push_back(*number);
  return out;
}

bool look_at_range(const Claim& claim, const Column& column, Sink& sink) {
  const std::vector<double> numbers = numbers_of(column);
  if (claim.values.size() != 2 || numbers.size() < column.sheet->rows() || numbers.empty()) return false;
  if (numbers_in(claim.statement).size() != 2) return false;
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  compare(claim, claim.values[0], "the least " + column.name(), *low, column.place(), sink);
  compare(claim, claim.values[1], "the largest " + column.name(), *high, column.place(), sink);
  return true;
}

void run_studies(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject))
    for (const Sheet* studies : subject.of(SheetKind::studies)) {
      if (claim.values.empty()) continue;
      for (const Column& column : columns_of(*studies, claim.subject))
        if (look_at_levels(claim, column, sink) || look_at_range(claim, column, sink)) break;
    }
}

/// Studies and people as a whole: a value must be one of the two.
void run_totals(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject)) {
    if (!names(claim.subject, "participants") && !names(claim.subject, "studies")) continue;
    for (const Sheet* studies : subject.of(SheetKind::studies)) {
      double people = 0;
      bool whole = studies->has("n");
      for (std::size_t row = 0; row < studies->rows(); ++row) {
        const auto n = studies->number(row, "n");
        whole = whole && n.has_value();
        people += n ? n->value : 0;
      }
      for (const ClaimValue& value : claim.values) {
        if (!whole) continue;
        sink.looked();
        const double rows = static_cast<double>(studies->rows());
        if (agrees(value.number, exactly(people)) || agrees(value.number, exactly(rows))) continue;
        sink.add(
            claim.name(),
            fmt::format("The text gives {}; the table has {} studies of {} people.", value.number.text, rows, people),
            {claim.place(value.quantity), {studies->table().source(), 0, studies->column("n"), ""}});
      }
    }
  }
}

/// What a part of "scores from; to; mean" asks of the totals; nothing if it is none of these words.
std::optional<double> asked_of(const std::string& part, const std::vector<double>& totals) {
  const auto [low, high] = std::minmax_element(totals.begin(), totals.end());
  if (names(part, "from") || names(part, "lowest") || names(part, "minimum")) return *low;
  if (names(part, "to") || names(part, "highest") || names(part, "maximum")) return *high;
  if (names(part, "mean") || names(part, "average"))
    return std::accumulate(totals.begin(), totals.end(), 0.0) / static_cast<double>(totals.size());
  return std::nullopt;
}

std::vector<double> totals_of(const Sheet& sheet) {
  std::vector<double> out;
  for (std::size_t row = 0; row < sheet.rows(); ++row)
    if (const auto total = sheet.number(row, "total")) out.push_back(total->value);
  return out;
}

void look_at_scores(const Claim& claim, const Sheet& sheet, Sink& sink) {
  const std::vector<std::string> parts = parts_of(claim.statement);
  const std::vector<double> totals = totals_of(sheet);
  if (parts.size() != claim.values.size() || totals.empty()) return;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (const auto asked = asked_of(parts[i], totals))
      compare(claim, claim.values[i], fmt::format("\"{}\" of the scores", parts[i]), *asked, sheet.place(0, "total"),
              sink);
}

void run_appraisal(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject))
    for (const Sheet* sheet : subject.of(SheetKind::appraisal)) {
      if (claim.values.empty() || sheet->setting("tool").empty() || !names(claim.subject, sheet->setting("tool")))
        continue;
      if (sheet->has("category") &&
          look_at_levels(claim, {sheet, *sheet->table().find(sheet->column("category"))}, sink))
        continue;
      look_at_scores(claim, *sheet, sink);
    }
}

const Check kChecks[] = {
    {"RP-15", "Counts of studies in the text", Severity::error,
     "A count or a range in the text that the table of studies has otherwise.",
     "each part of the statement is a level of the column that the subject names; or two numbers are its least and "
     "largest",
     "studies counted several times", "Count again.", "own", run_studies},
    {"RP-18", "Studies and people in the text", Severity::error,
     "A number of studies or people that the table of studies does not have.", "rows of the table, and the sum of n",
     "people who are in several studies", "Count again.", "own", run_totals},
    {"RP-19", "Scores in the text", Severity::error,
     "A score, or a count of categories, that the table of appraisal has otherwise.",
     "least, largest and mean total; counts of categories", "a mean of rounded scores", "Compute again.", "own",
     run_appraisal},
};

}  // namespace

std::span<const Check> text_count_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
