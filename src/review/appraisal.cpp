#include "review/appraisal.hpp"

#include <fmt/core.h>

#include <cmath>
#include <map>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

Expected<Rating> parse_rating(const data::Table& table, std::size_t row, std::size_t col) {
  if (table.missing(row, col)) return Rating::missing;
  const std::string text = to_lower(table.cell(row, col));
  for (const char* yes : {"1", "yes", "y", "+"})
    if (text == yes) return Rating::yes;
  for (const char* no : {"0", "no", "n", "-"})
    if (text == no) return Rating::no;
  for (const char* unclear : {"?", "unclear", "u"})
    if (text == unclear) return Rating::unclear;
  return make_error(ErrorCode::input,
                    fmt::format("a rating is 1, 0, yes, no, ? or empty; found '{}'", table.cell(row, col)),
                    table.where(row, col));
}

Expected<std::optional<int>> parse_total(const data::Table& table, std::size_t row, std::size_t col) {
  if (table.missing(row, col)) return std::optional<int>();
  const auto number = parse_number(table.cell(row, col));
  if (!number || *number != std::floor(*number) || std::abs(*number) > 1000)
    return make_error(ErrorCode::input, fmt::format("a total is a whole number; found '{}'", table.cell(row, col)),
                      table.where(row, col));
  return std::optional<int>(static_cast<int>(*number));
}

/// Column index of each item; nothing for an item that was not rated.
Expected<std::vector<std::optional<std::size_t>>> item_columns(const data::Table& table,
                                                               const AppraisalColumns& columns) {
  std::vector<std::optional<std::size_t>> found;
  for (const std::string& name : columns.items) {
    if (name.empty()) {
      found.emplace_back();
      continue;
    }
    HR_TRY(const std::size_t col, table.column(name));
    found.emplace_back(col);
  }
  return found;
}

int score_of(const Instrument& instrument, const std::vector<Rating>& ratings) {
  int score = 0;
  for (std::size_t i = 0; i < ratings.size(); ++i)
    if (instrument.items[i].counted && ratings[i] == Rating::yes) ++score;
  return score;
}

}  // namespace

Instrument pedro() {
  auto read = builtin_instrument("pedro");
  HR_ASSERT(read.ok());
  return read.take();
}

Expected<std::vector<Appraised>> appraise(const Instrument& instrument, const data::Table& table,
                                          const AppraisalColumns& columns) {
  HR_ASSERT(columns.items.size() == instrument.items.size());
  HR_CHECK(check_bands(instrument));
  HR_TRY(const std::size_t study_col, table.column(columns.study));
  HR_TRY(const auto item_cols, item_columns(table, columns));
  std::optional<std::size_t> total_col;
  if (!columns.declared_total.empty()) {
    HR_TRY(total_col, table.column(columns.declared_total));
  }
  std::vector<Appraised> out;
  std::map<std::string, std::size_t> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Appraised entry;
    entry.study = std::string(table.cell(row, study_col));
    entry.where = fmt::format("{}:{}", table.source(), table.line(row));
    if (const auto [at, is_new] = seen.emplace(entry.study, table.line(row)); !is_new)
      return make_error(ErrorCode::input, fmt::format("'{}' is already rated in line {}", entry.study, at->second),
                        table.where(row, study_col));
    for (const auto& col : item_cols) {
      Rating rating = Rating::missing;
      if (col) {
        HR_TRY(rating, parse_rating(table, row, *col));
      }
      entry.ratings.push_back(rating);
    }
    entry.score = score_of(instrument, entry.ratings);
    entry.band = band_of(instrument, entry.score);
    if (total_col) {
      HR_TRY(entry.declared, parse_total(table, row, *total_col));
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace hedgerow::review
