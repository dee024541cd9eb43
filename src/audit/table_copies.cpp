// Numbers that stand in several rows: copied rows, imputed standard deviations.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "audit/analysis.hpp"
#include "audit/detail/table_groups.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// Digits that carry information: "0.450" has three, "12" two.
std::size_t significant_digits(const std::string& text) {
  std::size_t digits = 0;
  for (const char c : text)
    if (c >= '0' && c <= '9' && (digits > 0 || c != '0')) ++digits;
  return digits;
}

/// Sets of quantities that identify a sample when they all agree.
std::vector<std::vector<std::string>> fingerprints(const Sheet& sheet) {
  std::vector<std::vector<std::string>> out;
  for (const std::vector<std::string>& set :
       {std::vector<std::string>{"m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"}, std::vector<std::string>{"yi", "vi"},
        std::vector<std::string>{"yi", "sei"}, std::vector<std::string>{"estimate", "ci_lb", "ci_ub"},
        std::vector<std::string>{"mean", "sd", "n"}}) {
    // An effect computed from a correlation has no more digits than the correlation.
    const bool from_correlation = set.front() == "yi" && sheet.has("ri");
    if (!from_correlation && std::all_of(set.begin(), set.end(), [&](const auto& name) { return sheet.has(name); }))
      out.push_back(set);
  }
  return out;
}

struct Print {
  std::string text;
  std::size_t telling = 0;  ///< numbers of three digits or more
};

Print fingerprint(const Sheet& sheet, std::size_t row, const std::vector<std::string>& set) {
  Print out;
  for (const std::string& quantity : set) {
    const std::string text = sheet.text(row, quantity);
    if (text.empty()) return {};
    out.telling += significant_digits(text) >= 3 ? 1U : 0U;
    out.text += text + "|";
  }
  return out;
}

std::string row_list(const Sheet& sheet, const std::vector<std::size_t>& rows) {
  std::vector<std::string> out;
  for (const std::size_t row : rows) out.push_back(fmt::format("{}", sheet.table().line(row)));
  return join(out, ", ");
}

bool one_study(const Sheet& sheet, const std::vector<std::size_t>& rows) {
  return sheet.has("study") && std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
           return sheet.text(row, "study") == sheet.text(rows.front(), "study");
         });
}

/// The pooled result without the later copies, in the first analysis that has them.
void tell_without(Finding& finding, const Subject& subject, const Sheet& sheet, const std::vector<std::size_t>& rows) {
  for (const Analysis& analysis : subject.analyses) {
    if (&subject.sheets[analysis.sheet] != &sheet) continue;
    Analysis rest = analysis;
    for (std::size_t copy = 1; copy < rows.size(); ++copy) {
      const auto place = std::find(rest.rows.begin(), rest.rows.end(), rows[copy]);
      if (place != rest.rows.end()) rest = without(rest, static_cast<std::size_t>(place - rest.rows.begin()));
    }
    if (rest.rows.size() < analysis.rows.size()) return tell_change(finding, analysis, rest, subject.options);
  }
}

using Groups = std::vector<std::vector<std::size_t>>;

/// Rows that share a fingerprint which tells something.
Groups equal_rows(const Sheet& sheet, const std::vector<std::string>& set, Sink& sink) {
  std::map<std::string, std::vector<std::size_t>> rows;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const Print print = fingerprint(sheet, row, set);
    sink.looked();
    if (print.telling >= 2) rows[print.text].push_back(row);
  }
  Groups out;
  for (auto& [print, same] : rows) {
    // Arms of one study may rightly share numbers.
    if (same.size() > 1 && !(sheet.kind() == SheetKind::arms && one_study(sheet, same))) out.push_back(std::move(same));
  }
  return out;
}

/// Whether the rows agree in every column of the file but those that number the rows.
bool wholly_equal(const Sheet& sheet, const std::vector<std::size_t>& rows) {
  const data::Table& table = sheet.table();
  std::size_t different = 0;
  for (std::size_t column = 0; column < table.cols(); ++column)
    different += table.cell(rows[0], column) != table.cell(rows[1], column) ? 1U : 0U;
  return different <= 1;
}

double pairs(std::size_t n) { return 0.5 * static_cast<double>(n) * (static_cast<double>(n) - 1); }

/// Pairs of rows that would agree in all numbers by chance: all pairs, times the share of pairs that agree in each
/// number without being copies.
double expected_by_chance(const Sheet& sheet, const std::vector<std::string>& set, const Groups& groups) {
  double copies = 0;
  for (const auto& same : groups) copies += pairs(same.size());
  double expected = pairs(sheet.rows());
  for (const std::string& quantity : set) {
    std::map<std::string, std::size_t> counts;
    for (std::size_t row = 0; row < sheet.rows(); ++row) ++counts[sheet.text(row, quantity)];
    double equal = 0;
    for (const auto& [text, count] : counts) equal += pairs(count);
    expected *= std::max(0.0, equal - copies) / pairs(sheet.rows());
  }
  return expected;
}

void report_copy(const Subject& subject, const Sheet& sheet, const std::vector<std::string>& set,
                 const std::vector<std::size_t>& same, bool by_chance, Sink& sink) {
  std::vector<Place> places;
  for (auto row = same.rbegin(); row != same.rend(); ++row) places.push_back(sheet.place(*row, set.front()));
  Finding& finding =
      sink.add(sheet.subject(same.back()),
               fmt::format("Lines {} have the same {}.", row_list(sheet, same), join(set, ", ")), std::move(places));
  if (by_chance || (one_study(sheet, same) && !wholly_equal(sheet, same))) finding.severity = Severity::note;
  if (by_chance) finding.causes.emplace_back("chance: in so large a table some rows agree");
  for (const char* cause : {"a row entered twice", "two reports of the same people", "a formula copied over its row"})
    finding.causes.emplace_back(cause);
  tell_without(finding, subject, sheet, same);
}

/// Where many rows are equal the values are few: coarse outcomes, not copies.
void report_coarse(const Sheet& sheet, const std::vector<std::string>& set, const Groups& groups, Sink& sink) {
  std::vector<Place> places;
  for (const auto& same : groups) places.push_back(sheet.place(same.back(), set.front()));
  const std::size_t count = groups.size();
  Finding& finding =
      sink.add(sheet.table().source(), fmt::format("{} sets of rows have the same {}.", count, join(set, ", ")),
               std::move(places));
  finding.severity = Severity::note;
  finding.causes = {"outcomes that take few values", "rows entered several times"};
}

void run_copies(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::rows && sheet.kind() != SheetKind::arms) continue;
    for (const std::vector<std::string>& set : fingerprints(sheet)) {
      const Groups groups = equal_rows(sheet, set, sink);
      if (groups.size() > std::max<std::size_t>(3, sheet.rows() / 20)) {
        report_coarse(sheet, set, groups, sink);
        continue;
      }
      constexpr double kLikely = 0.05;
      const bool by_chance = expected_by_chance(sheet, set, groups) > kLikely;
      for (const std::vector<std::size_t>& same : groups) report_copy(subject, sheet, set, same, by_chance, sink);
    }
  }
}

using Cells = std::map<std::string, std::vector<std::pair<std::size_t, std::string>>>;

/// Whether so many equal values are a coincidence: the density of other values within five units of the last digit
/// gives a Poisson number of equal ones, looked for at every value.
bool coincidence(const Cells& cells, const std::string& text, std::size_t equal) {
  constexpr double kNeighbours = 10, kLeast = 0.05, kAlpha = 0.01;
  const auto value = parse_reported(text);
  if (!value) return true;
  double near = 0;
  for (const auto& [other, same] : cells) {
    const auto number = parse_reported(other);
    const double away = number ? std::fabs(number->value - value->value) / (2 * value->half_unit()) : HUGE_VAL;
    if (other != text && away < 5.5) near += static_cast<double>(same.size());
  }
  const double rate = std::max(kLeast, near / kNeighbours);
  double term = std::exp(-rate), upper = 1;
  for (std::size_t i = 0; i < equal; ++i) {
    upper -= term;
    term *= rate / static_cast<double>(i + 1);
  }
  return upper * static_cast<double>(cells.size()) > kAlpha;
}

void run_imputed(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    Cells cells;
    for (std::size_t row = 0; row < sheet.rows(); ++row)
      for (const char* name : {"sd1i", "sd2i", "sd"})
        if (const std::string text = sheet.text(row, name); significant_digits(text) >= 3) {
          sink.looked();
          cells[text].emplace_back(row, name);
        }
    for (const auto& [text, same] : cells) {
      std::vector<std::string> studies;
      for (const auto& [row, name] : same) studies.push_back(sheet.text(row, "study"));
      std::sort(studies.begin(), studies.end());
      studies.erase(std::unique(studies.begin(), studies.end()), studies.end());
      if (studies.size() < 3 || coincidence(cells, text, studies.size())) continue;
      std::vector<Place> places;
      for (const auto& [row, name] : same) places.push_back(sheet.place(row, name));
      Finding& finding =
          sink.add("SD " + text, fmt::format("{} studies have the same standard deviation, {}.", studies.size(), text),
                   std::move(places));
      finding.causes = {"standard deviations that were imputed or borrowed, which has to be declared"};
    }
  }
}

const Check kChecks[] = {
    {"DA-11", "Same numbers in two rows", Severity::warning,
     "Rows whose means, SDs and sizes, or whose effects, are equal.",
     "all numbers of the row equal as printed, at least two of them with three significant digits or more; a note "
     "within "
     "one study or where such pairs are expected by chance; one note where more than 5 % of the rows are concerned",
     "several comparisons of one study that share all numbers", "Keep one of them, or say why both are there.", "own",
     run_copies},
    {"DA-12", "Standard deviation shared by studies", Severity::note,
     "The same standard deviation in three studies or more.",
     "equal as printed, with three significant digits or more, and more often than the density of the other values "
     "allows "
     "(Poisson, 0.01 for the table)",
     "coincidence where SDs have few digits", "Declare imputed values and look at the result without them.", "own",
     run_imputed},
};

}  // namespace

std::span<const Check> table_copy_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
