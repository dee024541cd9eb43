#include "review/extraction.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "data/table_edit.hpp"

namespace hedgerow::review {
namespace {

std::optional<double> number_of(const std::string& typed) { return parse_number(typed); }

bool is_yes_no(const std::string& typed) {
  const std::string word = to_lower(typed);
  return word == "yes" || word == "no" || word == "unclear";
}

std::string text_of(const std::vector<std::string>& key) { return join(key, " / "); }

/// Where the form's fields stand in a table.
struct Columns {
  std::vector<std::optional<std::size_t>> value, source;
  /// Texts of numeric fields with a decimal point, also where the file has decimal commas; empty for other fields.
  std::vector<std::vector<std::string>> numbers;
};

Expected<Columns> find_columns(const ExtractionForm& form, const data::Table& table, Extraction& out) {
  Columns columns;
  std::set<std::string> known;
  for (const Field& field : form.fields) {
    known.insert({field.id, source_column(field.id)});
    if (form.is_key(field.id)) HR_CHECK(table.column(field.id));
    columns.value.push_back(table.find(field.id));
    columns.source.push_back(table.find(source_column(field.id)));
    const bool number = field.type == FieldType::number || field.type == FieldType::integer;
    columns.numbers.push_back(number && columns.value.back() ? data::plain_cells(table, *columns.value.back())
                                                             : std::vector<std::string>());
    if (!columns.value.back())
      out.warnings.push_back(fmt::format("{}: there is no column '{}'", table.source(), field.id));
  }
  std::vector<std::string> ids(known.begin(), known.end());
  for (const std::string& column : table.names())
    if (!known.count(column))
      out.warnings.push_back(
          fmt::format("{}: column '{}' is not in the form{}", table.source(), column, did_you_mean(column, ids)));
  return columns;
}

Expected<Value> read_value(const ExtractionForm& form, std::size_t f, const Columns& columns, const data::Table& table,
                           std::size_t row, Extraction& out) {
  const Field& field = form.fields[f];
  Value value;
  if (!columns.value[f]) return value;
  const std::size_t col = *columns.value[f];
  value.where = table.where(row, col);
  if (!table.missing(row, col))
    value.typed = columns.numbers[f].empty() ? std::string(table.cell(row, col)) : columns.numbers[f][row];
  if (columns.source[f] && !table.missing(row, *columns.source[f]))
    value.source = std::string(table.cell(row, *columns.source[f]));
  if (value.typed.empty()) {
    if (form.is_key(field.id)) return make_error(ErrorCode::input, "is empty: it names the row", value.where);
    if (field.required) out.warnings.push_back(fmt::format("{}: is empty, but the form needs it", value.where));
    return value;
  }
  if (const auto problem = problem_of(field, value.typed)) return make_error(ErrorCode::input, *problem, value.where);
  if (const auto number = number_of(value.typed); number && (field.min || field.max)) {
    if (field.min && *number < *field.min)
      out.warnings.push_back(fmt::format("{}: {} is below {}", value.where, value.typed, *field.min));
    if (field.max && *number > *field.max)
      out.warnings.push_back(fmt::format("{}: {} is above {}", value.where, value.typed, *field.max));
  }
  return value;
}

}  // namespace

std::optional<std::string> problem_of(const Field& field, const std::string& typed) {
  switch (field.type) {
    case FieldType::text:
      return std::nullopt;
    case FieldType::number:
      if (number_of(typed)) return std::nullopt;
      return fmt::format("'{}' is not a number", typed);
    case FieldType::integer: {
      const auto number = number_of(typed);
      if (number && *number == std::floor(*number)) return std::nullopt;
      return fmt::format("'{}' is not a whole number", typed);
    }
    case FieldType::choice:
      if (std::find(field.choices.begin(), field.choices.end(), typed) != field.choices.end()) return std::nullopt;
      return fmt::format("'{}' is none of the choices: {}{}", typed, join(field.choices, ", "),
                         did_you_mean(typed, field.choices));
    case FieldType::yes_no:
      if (is_yes_no(typed)) return std::nullopt;
      return fmt::format("'{}' is not yes, no or unclear", typed);
  }
  HR_ASSERT(false);
}

bool same_value(const Field& field, const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (a.empty() || b.empty()) return false;
  if (field.type == FieldType::yes_no) return to_lower(a) == to_lower(b);
  const auto x = number_of(a), y = number_of(b);
  return x && y && *x == *y;
}

Expected<Extraction> read_extraction(const ExtractionForm& form, const data::Table& table, std::string extractor) {
  Extraction out;
  out.extractor = std::move(extractor);
  HR_TRY(const Columns columns, find_columns(form, table, out));
  std::map<std::vector<std::string>, std::size_t> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    ExtractedRow extracted;
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      HR_TRY(Value value, read_value(form, f, columns, table, row, out));
      extracted.values.push_back(std::move(value));
    }
    for (const std::string& id : form.key)
      extracted.key.push_back(extracted.values[static_cast<std::size_t>(form.find(id) - form.fields.data())].typed);
    if (const auto [known, fresh] = seen.emplace(extracted.key, table.line(row)); !fresh)
      return make_error(ErrorCode::input,
                        fmt::format("the row '{}' is already in line {}; a row needs a name of its own ({})",
                                    text_of(extracted.key), known->second, join(form.key, ", ")),
                        fmt::format("{}:{}", table.source(), table.line(row)));
    out.rows.push_back(std::move(extracted));
  }
  return out;
}

Comparison compare(const ExtractionForm& form, const Extraction& a, const Extraction& b) {
  Comparison out;
  out.fields.resize(form.fields.size());
  std::map<std::vector<std::string>, std::size_t> of_b;
  for (std::size_t j = 0; j < b.rows.size(); ++j) of_b.emplace(b.rows[j].key, j);
  std::vector<bool> taken(b.rows.size(), false);
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    const auto found = of_b.find(a.rows[i].key);
    if (found == of_b.end()) {
      out.only_a.push_back(i);
      continue;
    }
    const std::size_t j = found->second;
    taken[j] = true;
    out.matched.emplace_back(i, j);
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      const Field& field = form.fields[f];
      const std::string &x = a.rows[i].values[f].typed, &y = b.rows[j].values[f].typed;
      if (form.is_key(field.id) || (x.empty() && y.empty())) continue;
      ++out.fields[f].compared;
      if (same_value(field, x, y)) {
        ++out.fields[f].same;
        continue;
      }
      const bool numbers = number_of(x) && number_of(y);
      out.differences.push_back({i, j, f,
                                 x.empty()   ? "missing in a"
                                 : y.empty() ? "missing in b"
                                 : numbers   ? "number"
                                             : "text"});
    }
  }
  for (std::size_t j = 0; j < b.rows.size(); ++j)
    if (!taken[j]) out.only_b.push_back(j);
  return out;
}

std::vector<std::string> template_columns(const ExtractionForm& form) {
  std::vector<std::string> columns;
  for (const Field& field : form.fields) {
    columns.push_back(field.id);
    if (field.source) columns.push_back(source_column(field.id));
  }
  return columns;
}

Expected<data::Table> to_table(const ExtractionForm& form, const Extraction& extraction, bool sources) {
  std::vector<std::string> columns;
  for (const Field& field : form.fields) {
    columns.push_back(field.id);
    if (sources && field.source) columns.push_back(source_column(field.id));
  }
  std::vector<std::vector<std::string>> rows;
  for (const ExtractedRow& row : extraction.rows) {
    std::vector<std::string> cells;
    for (std::size_t f = 0; f < form.fields.size(); ++f) {
      cells.push_back(row.values[f].typed);
      if (sources && form.fields[f].source) cells.push_back(row.values[f].source);
    }
    rows.push_back(std::move(cells));
  }
  return data::Table::create(extraction.extractor + ".csv", std::move(columns), rows);
}

}  // namespace hedgerow::review
