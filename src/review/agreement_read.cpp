#include "review/agreement_read.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

/// A rating with its place.
struct Cell {
  std::string group, item, rater, value;
  std::size_t row = 0, col = 0;
};

Expected<std::optional<std::size_t>> group_column(const data::Table& table, const RatingColumns& columns) {
  if (columns.by.empty()) return std::optional<std::size_t>();
  HR_TRY(const std::size_t col, table.column(columns.by));
  return std::optional<std::size_t>(col);
}

Expected<std::vector<Cell>> long_cells(const data::Table& table, const RatingColumns& columns) {
  for (const std::string* name : {&columns.item, &columns.rater, &columns.value})
    if (!table.find(*name))
      return make_error(ErrorCode::input,
                        fmt::format("there is no column '{}'{}; a long table has the columns item, rater and value (or "
                                    "name them), a wide one needs the columns of its raters",
                                    *name, did_you_mean(*name, table.names())),
                        table.source());
  const std::size_t item = *table.find(columns.item), rater = *table.find(columns.rater);
  const std::size_t value = *table.find(columns.value);
  HR_TRY(const auto by, group_column(table, columns));
  std::vector<Cell> out;
  for (std::size_t row = 0; row < table.rows(); ++row)
    out.push_back({by ? std::string(table.cell(row, *by)) : "", std::string(table.cell(row, item)),
                   std::string(table.cell(row, rater)),
                   table.missing(row, value) ? "" : std::string(table.cell(row, value)), row, value});
  return out;
}

Expected<std::vector<Cell>> wide_cells(const data::Table& table, const RatingColumns& columns) {
  HR_TRY(const auto by, group_column(table, columns));
  const auto item = table.find(columns.item);
  std::vector<std::size_t> raters;
  for (const std::string& name : columns.raters) {
    HR_TRY(const std::size_t col, table.column(name));
    raters.push_back(col);
  }
  std::vector<Cell> out;
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (const std::size_t col : raters)
      out.push_back({by ? std::string(table.cell(row, *by)) : "",
                     item ? std::string(table.cell(row, *item)) : std::to_string(row + 1), table.names()[col],
                     table.missing(row, col) ? "" : std::string(table.cell(row, col)), row, col});
  return out;
}

Expected<std::vector<std::string>> classes_of(const data::Table& table, const std::vector<Cell>& cells,
                                              const RatingColumns& columns) {
  if (!columns.classes.empty()) {
    for (const Cell& cell : cells)
      if (!cell.value.empty() &&
          std::find(columns.classes.begin(), columns.classes.end(), cell.value) == columns.classes.end())
        return make_error(ErrorCode::input,
                          fmt::format("'{}' is not one of the classes {}{}", cell.value, join(columns.classes, ", "),
                                      did_you_mean(cell.value, columns.classes)),
                          table.where(cell.row, cell.col));
    return columns.classes;
  }
  std::set<std::string> found;
  for (const Cell& cell : cells)
    if (!cell.value.empty()) found.insert(cell.value);
  std::vector<std::string> out(found.begin(), found.end());
  sort_classes(out);
  return out;
}

/// Index of a name in a list that grows; `known` finds it.
std::size_t place_of(const std::string& name, std::vector<std::string>& names,
                     std::map<std::string, std::size_t>& known) {
  const auto [at, is_new] = known.emplace(name, names.size());
  if (is_new) names.push_back(name);
  return at->second;
}

/// A group while it is filled.
struct Group {
  Ratings ratings;
  std::map<std::string, std::size_t> items, raters;
};

Checked put(Group& group, const data::Table& table, const Cell& cell, int code) {
  const std::size_t item = place_of(cell.item, group.ratings.items, group.items);
  const std::size_t rater = place_of(cell.rater, group.ratings.raters, group.raters);
  if (group.ratings.codes.size() <= item) group.ratings.codes.resize(item + 1);
  auto& row = group.ratings.codes[item];
  if (row.size() <= rater) row.resize(rater + 1, kNotRated);
  if (row[rater] != kNotRated && code != kNotRated)
    return make_error(ErrorCode::input, fmt::format("'{}' has rated '{}' in a row above", cell.rater, cell.item),
                      table.where(cell.row, cell.col));
  if (code != kNotRated) row[rater] = code;
  return {};
}

}  // namespace

void sort_classes(std::vector<std::string>& classes) {
  const bool numeric = std::all_of(classes.begin(), classes.end(),
                                   [](const std::string& text) { return parse_number(text).has_value(); });
  std::sort(classes.begin(), classes.end(), [&](const std::string& a, const std::string& b) {
    return numeric ? *parse_number(a) < *parse_number(b) : a < b;
  });
}

void number_classes(Ratings& ratings) {
  ratings.values.clear();
  for (const std::string& text : ratings.classes) {
    const auto number = parse_number(text);
    if (!number) {
      ratings.values.clear();
      return;
    }
    ratings.values.push_back(*number);
  }
}

Expected<std::vector<std::pair<std::string, Ratings>>> read_ratings(const data::Table& table,
                                                                    const RatingColumns& columns) {
  HR_TRY(const std::vector<Cell> cells,
         columns.raters.empty() ? long_cells(table, columns) : wide_cells(table, columns));
  HR_TRY(const std::vector<std::string> classes, classes_of(table, cells, columns));
  std::map<std::string, int> code_of;
  for (std::size_t c = 0; c < classes.size(); ++c) code_of[classes[c]] = static_cast<int>(c);
  std::vector<std::string> names;
  std::map<std::string, std::size_t> known;
  std::vector<Group> groups;
  for (const Cell& cell : cells) {
    const std::size_t at = place_of(cell.group, names, known);
    if (at == groups.size()) groups.emplace_back();
    HR_CHECK(put(groups[at], table, cell, cell.value.empty() ? kNotRated : code_of.at(cell.value)));
  }
  std::vector<std::pair<std::string, Ratings>> out;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Ratings& ratings = groups[g].ratings;
    ratings.classes = classes;
    number_classes(ratings);
    for (auto& row : ratings.codes) row.resize(ratings.raters.size(), kNotRated);
    out.emplace_back(names[g], std::move(ratings));
  }
  return out;
}

}  // namespace hedgerow::review
