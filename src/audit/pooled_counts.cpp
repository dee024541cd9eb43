// Effects, studies and participants of printed rows: sums, sizes that cannot be, rows printed twice.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "audit/detail/members.hpp"
#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "audit/render.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

std::optional<long> whole(const Sheet& sheet, std::size_t row, const char* quantity) {
  const auto number = sheet.number(row, quantity);
  if (!number || !number->is_integer()) return std::nullopt;
  return std::lround(number->value);
}

/// Row of the overall result of an outcome in the same sheet, else in a sheet of pooled results.
std::optional<std::pair<const Sheet*, std::size_t>> overall_of(const Subject& subject, const Sheet& levels,
                                                               const std::string& outcome) {
  for (std::size_t row = 0; row < levels.rows(); ++row)
    if (is_overall(levels, row) && levels.text(row, "outcome") == outcome) return std::pair(&levels, row);
  for (const Sheet* pooled : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < pooled->rows(); ++row)
      if (pooled->text(row, "outcome") == outcome) return std::pair(pooled, row);
  return std::nullopt;
}

void check_sum(const Subject& subject, const Sheet& sheet, const Moderator& moderator, const char* quantity,
               const char* what, Sink& sink) {
  const auto all = overall_of(subject, sheet, moderator.outcome);
  if (!all) return;
  const auto total = whole(*all->first, all->second, quantity);
  if (!total) return;
  long sum = 0;
  std::vector<Place> places;
  std::vector<std::string> terms;
  for (const std::size_t row : moderator.rows) {
    const auto part = whole(sheet, row, quantity);
    if (!part) {
      if (sheet.number(row, "estimate")) return sink.could_not("a level without a count");
      continue;
    }
    sum += *part;
    places.push_back(sheet.place(row, quantity));
    terms.push_back(fmt::format("{}", *part));
  }
  sink.looked();
  if (places.empty() || sum == *total) return;
  places.push_back(all->first->place(all->second, quantity));
  Finding& finding =
      sink.add(fmt::format("outcome \"{}\", moderator \"{}\"", moderator.outcome, moderator.name),
               fmt::format("The levels have {} {}, all together {}.", sum, what, *total), std::move(places));
  finding.arithmetic = {fmt::format("{} = {}", join(terms, " + "), sum)};
  finding.causes = {sum > *total ? "a level counted twice, or a digit" : "rows without this moderator, or a digit"};
  if (sum < *total) finding.severity = Severity::warning;
}

void run_sums(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets)
    if (sheet.kind() == SheetKind::levels)
      for (const Moderator& moderator : moderators(sheet)) {
        check_sum(subject, sheet, moderator, "k", "effects", sink);
        check_sum(subject, sheet, moderator, "n", "participants", sink);
      }
}

struct Sizes {
  long least = 0, most = 0;
};

std::optional<Sizes> sizes_of(const std::vector<Member>& members) {
  if (members.empty()) return std::nullopt;
  Sizes out{members.front().n, members.front().n};
  for (const Member& member : members) {
    out.least = std::min(out.least, member.n);
    out.most = std::max(out.most, member.n);
  }
  return out;
}

bool possible(long k, long n, const Sizes& sizes) { return n >= k * sizes.least && n <= k * sizes.most; }

/// The row whose k belongs here: after the swap both rows are possible.
std::optional<std::size_t> swap_of_k(const Sheet& sheet, std::size_t row, const std::vector<std::size_t>& rows,
                                     const Sizes& sizes) {
  std::optional<std::size_t> out;
  for (const std::size_t other : rows) {
    const auto k = whole(sheet, row, "k"), n = whole(sheet, row, "n");
    const auto k2 = whole(sheet, other, "k"), n2 = whole(sheet, other, "n");
    if (other == row || !k2 || !n2 || !possible(*k2, *n, sizes) || !possible(*k, *n2, sizes)) continue;
    if (out) return std::nullopt;
    out = other;
  }
  return out;
}

/// Another row of the outcome with the same estimate, interval and n, and another k.
std::string same_with_other_k(const Sheet& sheet, std::size_t row) {
  const auto own = read_printed(sheet, row);
  if (!own) return "";
  for (std::size_t other = 0; other < sheet.rows(); ++other) {
    const auto p = read_printed(sheet, other);
    if (other == row || !p || sheet.text(other, "outcome") != sheet.text(row, "outcome")) continue;
    if (text(*p) != text(*own) || sheet.text(other, "n") != sheet.text(row, "n")) continue;
    if (sheet.text(other, "k") != sheet.text(row, "k"))
      return fmt::format("{} has the same estimate, interval and n with k = {}", sheet.subject(other),
                         sheet.text(other, "k"));
  }
  return "";
}

void report_size(const Sheet& sheet, std::size_t row, const std::vector<std::size_t>& rows, const Sizes& sizes,
                 std::set<std::size_t>& told, Sink& sink) {
  const long k = *whole(sheet, row, "k"), n = *whole(sheet, row, "n");
  const auto other = swap_of_k(sheet, row, rows, sizes);
  std::vector<Place> places{sheet.place(row, "k"), sheet.place(row, "n")};
  if (other) places.push_back(sheet.place(*other, "k"));
  Finding& finding = sink.add(
      sheet.subject(row),
      fmt::format("{} participants in {} effects are {} each, but the studies have {} to {} people.", n, k,
                  format_significant(static_cast<double>(n) / static_cast<double>(k), 3), sizes.least, sizes.most),
      std::move(places));
  finding.causes = {"the number of effects of another row", "participants counted otherwise than per effect"};
  if (const std::string line = same_with_other_k(sheet, row); !line.empty()) finding.arithmetic.push_back(line);
  if (!other) return;
  told.insert(*other);
  finding.repair = fmt::format("k = {} here and k = {} for {}", *whole(sheet, *other, "k"), k, sheet.subject(*other));
  finding.arithmetic.push_back(
      fmt::format("{} / {} = {}, {} / {} = {}", n, *whole(sheet, *other, "k"),
                  format_significant(static_cast<double>(n) / static_cast<double>(*whole(sheet, *other, "k")), 3),
                  *whole(sheet, *other, "n"), k,
                  format_significant(static_cast<double>(*whole(sheet, *other, "n")) / static_cast<double>(k), 3)));
}

void run_sizes(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::levels) continue;
    for (const Moderator& moderator : moderators(sheet)) {
      const auto sizes = sizes_of(members_of(subject, moderator.outcome));
      if (!sizes) {
        sink.could_not("the sizes of the studies behind an outcome are not known");
        continue;
      }
      std::set<std::size_t> told;
      for (const std::size_t row : moderator.rows) {
        const auto k = whole(sheet, row, "k"), n = whole(sheet, row, "n");
        if (!k || !n || *k < 1) continue;
        sink.looked();
        if (possible(*k, *n, *sizes) || told.count(row)) continue;
        report_size(sheet, row, moderator.rows, *sizes, told, sink);
      }
    }
  }
}

std::vector<std::string> level_names(const Sheet& sheet, const Moderator& moderator) {
  std::vector<std::string> out;
  for (const std::size_t row : moderator.rows) out.push_back(sheet.text(row, "level"));
  return out;
}

void check_members(const Sheet& sheet, std::size_t row, const std::vector<std::size_t>& rows,
                   const std::vector<Member>& all, const std::vector<Member>& members, Sink& sink) {
  auto k = whole(sheet, row, "k");
  const auto n = whole(sheet, row, "n");
  const auto sizes = sizes_of(all);
  if (!k || !n || !sizes) return;
  bool repaired = false;
  if (!possible(*k, *n, *sizes)) {  // told by MA-17; looked at with its repair
    const auto other = swap_of_k(sheet, row, rows, *sizes);
    if (!other) return;
    k = whole(sheet, *other, "k");
    repaired = true;
  }
  sink.looked();
  if (feasible(members, *k, *n)) return;
  const bool none = members.empty();
  Finding& finding =
      sink.add(sheet.subject(row),
               none ? fmt::format("No study of this outcome is at this level, but {} effects are.", *k)
                    : fmt::format("{} effects with {} participants cannot be made of the studies at this level: {}.",
                                  *k, *n, list(members)),
               {sheet.place(row, "k"), sheet.place(row, "n")});
  if (repaired) finding.arithmetic.push_back(fmt::format("with k = {}, the repair of MA-17", *k));
  if (!none)
    finding.arithmetic.push_back(fmt::format("no whole numbers k_i >= 1 have sum {} and sum of k_i n_i = {}", *k, *n));
  const auto sets = feasible_sets(all, *k, *n);
  for (const auto& set : sets)
    if (sets.size() <= 3) finding.arithmetic.push_back("possible with " + list(set));
  finding.causes = {"a study put into another level", "counts of another level",
                    "a study's size that differs between effects"};
}

void run_members(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::levels) continue;
    for (const Moderator& moderator : moderators(sheet)) {
      const std::vector<Member> all = members_of(subject, moderator.outcome);
      for (const std::size_t row : moderator.rows) {
        const auto at = members_at(subject, all, level_names(sheet, moderator), sheet.text(row, "level"));
        if (at && sheet.number(row, "estimate")) check_members(sheet, row, moderator.rows, all, *at, sink);
      }
    }
  }
}

/// Estimates, intervals, k and n of a moderator's rows as one text.
std::string block_of(const Sheet& sheet, const Moderator& moderator, bool counts) {
  std::vector<std::string> lines;
  for (const std::size_t row : moderator.rows) {
    std::string line;
    for (const char* name : {"estimate", "ci_lb", "ci_ub"}) line += sheet.text(row, name) + "|";
    if (counts) line += sheet.text(row, "k") + "|" + sheet.text(row, "n");
    if (!sheet.text(row, "estimate").empty()) lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  return lines.size() < 2 ? "" : join(lines, "\n");
}

void run_repeated(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::levels) continue;
    const std::vector<Moderator> all = moderators(sheet);
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = i + 1; j < all.size(); ++j) {
        if (all[i].outcome != all[j].outcome) continue;
        sink.looked();
        const std::string block = block_of(sheet, all[i], false);
        if (block.empty() || block != block_of(sheet, all[j], false)) continue;
        Finding& finding = sink.add(
            fmt::format("outcome \"{}\", moderators \"{}\" and \"{}\"", all[i].outcome, all[i].name, all[j].name),
            "Two moderators have the same levels' results, so that they cannot be told apart.",
            {sheet.place(all[j].rows.front(), "estimate"), sheet.place(all[i].rows.front(), "estimate")});
        finding.causes = {"moderators that divide the studies in the same way", "a block copied"};
      }
  }
}

void run_lonely(const Subject& subject, Sink& sink) {
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::levels) continue;
    for (const Moderator& moderator : moderators(sheet)) {
      const std::vector<Member> all = members_of(subject, moderator.outcome);
      for (const std::size_t row : moderator.rows) {
        const auto k = whole(sheet, row, "k");
        if (!k) continue;
        sink.looked();
        const auto at = members_at(subject, all, level_names(sheet, moderator), sheet.text(row, "level"));
        const bool one_study = at && at->size() == 1;
        if (*k > 1 && !one_study) continue;
        sink.add(sheet.subject(row),
                 *k == 1 ? std::string("One effect is no level of a moderator.")
                         : fmt::format("The {} effects of this level are all of one study, {}.", *k, at->front().study),
                 {sheet.place(row, "k")});
      }
    }
  }
}

/// Rows of two tables that are the same result: the overall rows of the levels, and outcomes of GRADE.
void compare_rows(const Sheet& one, std::size_t row, const Sheet& other, std::size_t place, Sink& sink) {
  for (const char* name : {"estimate", "ci_lb", "ci_ub", "k", "n"}) {
    const auto a = one.number(row, name), b = other.number(place, name);
    if (!a || !b) continue;
    sink.looked();
    // Counts are not rounded, so that neighbouring ones do not meet half-way.
    if (a->is_integer() && b->is_integer() ? a->value == b->value : overlap(a->range, b->range)) continue;
    sink.add(one.subject(row),
             fmt::format("{} is {} here and {} in {}.", name, a->text, b->text, where(other.place(place, name))),
             {one.place(row, name), other.place(place, name)});
  }
}

void run_twice(const Subject& subject, Sink& sink) {
  for (const Sheet* levels : subject.of(SheetKind::levels))
    for (const Sheet* pooled : subject.of(SheetKind::pooled))
      for (std::size_t row = 0; row < levels->rows(); ++row)
        for (std::size_t place = 0; place < pooled->rows(); ++place)
          if (is_overall(*levels, row) && levels->text(row, "outcome") == pooled->text(place, "outcome"))
            compare_rows(*levels, row, *pooled, place, sink);
}

const Check kChecks[] = {
    {"MA-16", "Levels do not add up", Severity::error,
     "Effects or participants of a moderator's levels that are more than, or "
     "differ from, those of the whole.",
     "sum over levels = overall; fewer is a warning", "levels that overlap by design", "Recount.", "own", run_sums},
    {"MA-17", "Participants per effect outside the studies' sizes", Severity::warning,
     "A row whose n / k lies outside the sizes of the studies of its outcome.",
     "k * smallest <= n <= k * largest; a swap of two k within the moderator is tried", "n that counts people once",
     "Look whether two k were swapped.", "own", run_sizes},
    {"MA-18", "Counts that the studies of a level cannot have", Severity::warning,
     "k and n of a level that no choice of effects per study can give.",
     "whole k_i >= 1 with sum k and sum k_i n_i = n over the studies at the level",
     "effects on subsets of a study's people", "Look which studies were put into the level.", "own", run_members},
    {"MA-19", "Moderators with the same levels", Severity::note, "Two moderators whose blocks of results are equal.",
     "estimates and intervals equal as printed", "none known", "Say that the two are confounded.", "own", run_repeated},
    {"MA-20", "Level of one effect or one study", Severity::note, "A level whose effects are of one study.",
     "k = 1, or one member study", "none known", "Do not call it a difference between levels.", "own", run_lonely},
    {"MA-27", "One result in two tables", Severity::error, "An overall row that differs from the pooled table.",
     "estimate, interval, k and n equal within rounding", "none known", "Find the right one.", "own", run_twice},
};

}  // namespace

std::span<const Check> pooled_count_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
