// RP: values, significance and certainty as the text tells them, against the tables of results.
//
// A claim about an outcome must have its value among the numbers of that outcome's rows; one about a moderator among
// the estimates of its levels, and, where the statement names one level, in that level's row. Numbers that the
// statement itself spells out (thresholds) need no row.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/check.hpp"
#include "audit/detail/claims.hpp"
#include "audit/detail/printed.hpp"
#include "audit/detail/text_groups.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// A number of a table that a claim may speak of.
struct Cell {
  const Sheet* sheet = nullptr;
  std::size_t row = 0;
  std::string quantity;
  Reported number;
};

bool same(const Reported& claimed, const Reported& printed) { return overlap(claimed.range, printed.range); }

/// All numbers of the rows of an outcome.
std::vector<Cell> numbers_of(const std::vector<TableRow>& rows) {
  std::vector<Cell> out;
  for (const TableRow& at : rows)
    for (const std::string& quantity : quantities(at.sheet->kind()))
      if (const auto number = at.sheet->number(at.row, quantity)) out.push_back({at.sheet, at.row, quantity, *number});
  return out;
}

/// Rows of the levels of the moderator that the claim names; empty if it names none.
std::vector<TableRow> levels_of(const Subject& subject, const Claim& claim) {
  std::vector<TableRow> out;
  for (const TableRow& at : rows_of_outcome(subject, claim, SheetKind::levels))
    if (names(claim.subject, at.sheet->text(at.row, "moderator")) && !is_overall(*at.sheet, at.row)) out.push_back(at);
  return out;
}

/// Whether a statement names a level: its words, another word for it, or the numbers of its range.
bool names_level(const std::string& statement, const std::string& level) {
  if (level.empty()) return false;
  if (names(statement, level)) return true;
  for (const std::string& word : words_of(statement))
    if (one_word(word) == one_word(level)) return true;
  const std::vector<double> bounds = numbers_in(level);
  return bounds.size() == 2 && numbers_in(statement) == bounds;
}

std::vector<TableRow> named_levels(const Claim& claim, const std::vector<TableRow>& levels) {
  std::vector<TableRow> out;
  for (const TableRow& at : levels)
    if (names_level(claim.statement, at.sheet->text(at.row, "level"))) out.push_back(at);
  return out;
}

/// "2.92 with two digits exchanged is 2.29"
std::string exchanged(const Reported& claimed, const std::vector<Cell>& cells) {
  for (const Cell& cell : cells) {
    const std::string& from = cell.number.text;
    if (from.size() != claimed.text.size()) continue;
    for (std::size_t i = 0; i + 1 < from.size(); ++i) {
      const std::size_t next = from[i + 1] == '.' ? i + 2 : i + 1;
      if (next >= from.size()) continue;
      std::string other = from;
      std::swap(other[i], other[next]);
      if (other == claimed.text && other != from)
        return fmt::format("two digits of {} exchanged ({})", from, cell.sheet->subject(cell.row));
    }
  }
  return "";
}

bool spelled_out(const Claim& claim, const Reported& value) {
  const std::vector<double> numbers = numbers_in(claim.statement);
  return std::find(numbers.begin(), numbers.end(), value.value) != numbers.end();
}

std::string list(const std::vector<Cell>& cells) {
  std::vector<std::string> out;
  for (const Cell& cell : cells)
    if (std::find(out.begin(), out.end(), cell.number.text) == out.end()) out.push_back(cell.number.text);
  constexpr std::size_t kMost = 8;
  if (out.size() > kMost) return fmt::format("none of its {} numbers", cells.size());
  return join(out, ", ");
}

void report(const Claim& claim, const ClaimValue& value, const std::vector<Cell>& cells, const std::string& of,
            Sink& sink) {
  std::vector<Place> places = {claim.place(value.quantity)};
  for (std::size_t i = 0; i < cells.size() && i < 3; ++i)
    places.push_back(cells[i].sheet->place(cells[i].row, cells[i].quantity));
  Finding& finding = sink.add(
      claim.name(), fmt::format("The text gives {} for {}; the tables have {}.", value.number.text, of, list(cells)),
      std::move(places));
  if (const std::string cause = exchanged(value.number, cells); !cause.empty()) finding.causes.push_back(cause);
  finding.causes.insert(finding.causes.end(), {"a number of another row or of an earlier analysis", "digits mistyped"});
}

/// The values of a claim on a moderator against the estimates of its levels.
void look_at_levels(const Claim& claim, const std::vector<TableRow>& levels, Sink& sink) {
  const std::vector<TableRow> named = named_levels(claim, levels);
  std::vector<Cell> cells;
  for (const TableRow& at : named.size() == 1 ? named : levels)
    if (const auto number = at.sheet->number(at.row, "estimate"))
      cells.push_back({at.sheet, at.row, "estimate", *number});
  if (cells.empty()) return;
  for (const ClaimValue& value : claim.values) {
    sink.looked();
    if (std::any_of(cells.begin(), cells.end(), [&](const Cell& c) { return same(value.number, c.number); })) continue;
    if (spelled_out(claim, value.number)) continue;
    report(claim, value, cells,
           named.size() == 1 ? fmt::format("\"{}\" of {}", named[0].sheet->text(named[0].row, "level"), claim.subject)
                             : claim.subject,
           sink);
  }
}

void look_at_outcome(const Subject& subject, const Claim& claim, Sink& sink) {
  std::vector<TableRow> rows = rows_of_outcome(subject, claim, SheetKind::pooled);
  for (const TableRow& at : rows_of_outcome(subject, claim, SheetKind::grade)) rows.push_back(at);
  for (const TableRow& at : rows_of_outcome(subject, claim, SheetKind::levels))
    if (is_overall(*at.sheet, at.row)) rows.push_back(at);
  const std::vector<Cell> cells = numbers_of(rows);
  if (cells.empty()) return;
  for (const ClaimValue& value : claim.values) {
    sink.looked();
    if (std::any_of(cells.begin(), cells.end(), [&](const Cell& c) { return same(value.number, c.number); })) continue;
    if (!spelled_out(claim, value.number)) report(claim, value, cells, claim.subject, sink);
  }
}

void look_at_values(const Subject& subject, Sink& sink, bool abstract) {
  for (const Claim& claim : claims_of(subject)) {
    if (claim.in_abstract() != abstract) continue;
    const std::vector<TableRow> levels = levels_of(subject, claim);
    if (levels.empty())
      look_at_outcome(subject, claim, sink);
    else
      look_at_levels(claim, levels, sink);
  }
}

void run_text(const Subject& subject, Sink& sink) { look_at_values(subject, sink, false); }
void run_abstract(const Subject& subject, Sink& sink) { look_at_values(subject, sink, true); }

/// 1: says that there is an effect; 0: that there is none; -1: neither.
int says_effect(const Claim& claim, const std::string& outcome) {
  const std::string text = to_lower(claim.statement);
  if (holds_any(text, {"no significant", "not significant", "non-significant", "nonsignificant", "no effect",
                       "no statistically significant"}) ||
      names(text, "not for " + outcome) || names(text, "not in " + outcome))
    return 0;
  return holds_any(text, {"significant effect", "significantly improved", "significantly increased",
                          "significantly reduced", "significantly decreased"})
             ? 1
             : -1;
}

void run_significance(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject)) {
    if (!levels_of(subject, claim).empty()) continue;
    std::set<std::string> told;
    for (const TableRow& at : rows_of_outcome(subject, claim, SheetKind::pooled)) {
      const auto p = read_printed(*at.sheet, at.row);
      const std::string outcome = at.sheet->text(at.row, "outcome");
      const int says = says_effect(claim, outcome);
      if (!p || says < 0 || !told.insert(outcome).second) continue;
      sink.looked();
      const double none = p->ratio ? 1 : 0;
      const bool effect = p->lower.range.lo > none || p->upper.range.hi < none;
      const bool nothing = p->lower.range.hi < none && p->upper.range.lo > none;
      if (says == 1 ? !nothing : !effect) continue;
      sink.add(claim.name(),
               fmt::format("The text says that {} has {} significant effect; the table has {}.", outcome,
                           says == 1 ? "a" : "no", text(*p)),
               {claim.place("statement"), at.sheet->place(at.row, "estimate"), at.sheet->place(at.row, "ci_lb")})
          .decides = true;
    }
  }
}

constexpr const char* kLevels[] = {"very low", "low", "moderate", "high"};

/// Outcomes that a statement puts at a level: "high: MV, MS; low: BFM", or "low-quality evidence" of the subject.
std::string level_told(const Claim& claim, const std::string& outcome) {
  for (const std::string& part : split(claim.statement, ';')) {
    const std::size_t colon = part.find(':');
    if (colon == std::string::npos || !names(part.substr(colon + 1), outcome)) continue;
    const std::string word = to_lower(trim(part.substr(0, colon)));
    for (const char* level : kLevels)
      if (word == level || word == fmt::format("{} certainty", level) || word == fmt::format("{} quality", level))
        return level;
  }
  if (!names(claim.subject, outcome)) return "";
  for (const char* level : kLevels)
    for (const char* noun : {"quality evidence", "certainty evidence", "certainty", "quality of evidence"})
      if (names(claim.statement, fmt::format("{} {}", level, noun))) return level;
  return "";
}

void run_certainty(const Subject& subject, Sink& sink) {
  for (const Claim& claim : claims_of(subject))
    for (const Sheet* grade : subject.of(SheetKind::grade))
      for (std::size_t row = 0; row < grade->rows(); ++row) {
        const std::string told = level_told(claim, grade->text(row, "outcome"));
        const std::string level = to_lower(trim(grade->text(row, "level")));
        if (told.empty() || level.empty()) continue;
        sink.looked();
        if (told == level) continue;
        sink.add(
            claim.name(),
            fmt::format("The text puts {} at {} certainty, the table at {}.", grade->text(row, "outcome"), told, level),
            {claim.place("statement"), grade->place(row, "level")});
      }
}

const Check kChecks[] = {
    {"RP-01", "Number in the text", Severity::error, "A number of the text that the tables have otherwise.",
     "a value of a claim within rounding of no number of its outcome's rows, or of no estimate of its moderator's "
     "levels "
     "(of the level, where the statement names one)",
     "numbers of analyses that no table shows", "Correct the text or the table.", "own", run_text},
    {"RP-02", "Number in the abstract", Severity::error, "A number of the abstract that the tables have otherwise.",
     "as RP-01, for claims whose section is the abstract", "numbers of analyses that no table shows",
     "Correct the abstract or the table.", "own", run_abstract},
    {"RP-16", "Significance in the text", Severity::error,
     "A statement on significance that the interval of the outcome contradicts.",
     "\"significant effect\", \"no significant\", \"not for ...\" against the 95 % interval",
     "statements on a part of the studies", "Correct the statement.", "own", run_significance},
    {"RP-17", "Certainty in the text", Severity::error, "A level of certainty that the table of GRADE has otherwise.",
     "\"low-quality evidence\", or lists such as \"high: a, b; low: c\", against the level's word", "none known",
     "Correct one of them.", "own", run_certainty},
};

}  // namespace

std::span<const Check> text_result_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
