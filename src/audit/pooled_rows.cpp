// MA: pooled results against the rows and the levels that they are made of.
//
//   common effect:   Q = sum of Q within the levels + Q between them
#include <fmt/format.h>

#include <set>

#include "audit/detail/pooled_groups.hpp"
#include "audit/detail/printed.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

struct Counted {
  std::size_t rows = 0;
  std::set<std::string> studies;
  Place place;
};

/// Rows of effects of an outcome, over all tables of rows that name outcomes.
Counted rows_of(const Subject& subject, const std::string& outcome) {
  Counted out;
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      if (sheet->text(row, "outcome") != outcome) continue;
      if (out.rows++ == 0) out.place = sheet->place(row, "outcome");
      out.studies.insert(sheet->text(row, "study"));
    }
  return out;
}

void run_counts(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const std::string outcome = sheet->text(row, "outcome");
      // A result of a part of the rows, or of an analysis that has its own subset, has no count of its own here.
      if (outcome.empty() || !sheet->text(row, "group").empty() || !sheet->text(row, "analysis").empty()) continue;
      const Counted rows = rows_of(subject, outcome);
      if (rows.rows == 0) continue;
      for (const auto& [quantity, count] : {std::pair("k", rows.rows), std::pair("studies", rows.studies.size())}) {
        const auto printed = sheet->number(row, quantity);
        if (!printed || !printed->is_integer()) continue;
        sink.looked();
        if (printed->value == static_cast<double>(count)) continue;
        sink.add(sheet->subject(row),
                 fmt::format("The table has {} {} of this outcome, printed is {}.", count,
                             std::string(quantity) == "k" ? "rows" : "studies", printed->text),
                 {sheet->place(row, quantity), rows.place})
            .causes = {"studies with several comparisons counted once, or the other way round",
                       "rows that were left out of the pool, or of the table"};
      }
    }
}

bool common_effect(const Sheet& sheet, std::size_t row) {
  const std::string model = to_lower(sheet.declared(row, "model"));
  return model.find("common") != std::string::npos || model.find("fixed") != std::string::npos;
}

struct PrintedQ {
  Reported number;
  Place place;
};

/// The printed Q of a whole outcome under a common effect.
std::optional<PrintedQ> whole_q(const Subject& subject, const std::string& outcome) {
  for (const Sheet* sheet : subject.of(SheetKind::pooled))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (sheet->text(row, "outcome") == outcome && common_effect(*sheet, row))
        if (const auto q = sheet->number(row, "q")) return PrintedQ{*q, sheet->place(row, "q")};
  return std::nullopt;
}

void run_parts(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::levels)) {
    if (!sheet->has_all({"q", "q_between"})) continue;
    for (const Moderator& moderator : moderators(*sheet)) {
      const auto whole = whole_q(subject, moderator.outcome);
      const auto between = sheet->number(moderator.rows.front(), "q_between");
      if (!whole || !between) continue;
      Range sum = between->range;
      bool told = true;
      for (const std::size_t row : moderator.rows) {
        const auto within = sheet->number(row, "q");
        told = told && within;
        if (within) sum = sum + within->range;
      }
      if (!told) continue;
      sink.looked();
      if (agrees(whole->number, sum)) continue;
      sink.add(fmt::format("outcome \"{}\", moderator \"{}\"", moderator.outcome, moderator.name),
               fmt::format("Q within the levels and between them add up to {}, printed is {}.", text(sum),
                           whole->number.text),
               {whole->place, sheet->place(moderator.rows.front(), "q_between")})
          .causes = {"levels that leave studies out", "random effects, whose Q do not add up"};
    }
  }
}

const Check kChecks[] = {
    {"MA-04", "Numbers of effects and studies", Severity::error,
     "A pooled result whose counts are not those of the rows of its outcome.",
     "k = rows and studies = different studies of the outcome in the tables of rows",
     "rows that were set aside on purpose", "Count again.", "own", run_counts},
    {"MA-05", "Parts of Q", Severity::error, "Q of a common effect that is not the sum of its parts.",
     "Q = sum of Q within the levels + Q between, over the rounding", "levels that leave studies out", "Recompute.",
     "cochrane-handbook", run_parts},
};

}  // namespace

std::span<const Check> pooled_row_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
