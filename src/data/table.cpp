// Table: reading cells, columns as numbers or texts, selections. The layout is described in table.hpp.
#include "data/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/detail/number.hpp"
#include "data/detail/table_builder.hpp"

namespace hedgerow::data {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Error not_a_number(const Table& table, std::size_t row, std::size_t col, const std::string& hint) {
  return make_error(ErrorCode::input,
                    fmt::format("'{}' is not a number{}; column '{}' must hold numbers (missing: empty, NA or .)",
                                table.cell(row, col), hint, table.names()[col]),
                    table.where(row, col));
}

}  // namespace

bool is_missing_text(std::string_view text) {
  switch (text.size()) {
    case 0:
      return true;
    case 1:
      return text[0] == '.';
    case 2:
      return text == "NA";
    case 3:
      return text == "NaN";
    case 4:
      return text == "#N/A";
    default:
      return false;
  }
}

Table::Table() : text_(std::make_shared<const std::string>()) {}

Expected<Table> Table::create(std::string source, std::vector<std::string> names,
                              const std::vector<std::vector<std::string>>& rows) {
  const std::size_t cols = names.size();
  TableBuilder builder(source, std::move(names));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != cols)
      return make_error(ErrorCode::input,
                        fmt::format("row has {} cells, but the table has {} columns", rows[i].size(), cols),
                        fmt::format("{}:{}", source, i + 2));
    for (const std::string& cell : rows[i]) builder.add_cell(cell);
    builder.end_row(i + 2);
  }
  return builder.finish();
}

std::optional<std::size_t> Table::find(std::string_view name) const {
  for (std::size_t j = 0; j < names_.size(); ++j)
    if (names_[j] == name) return j;
  return std::nullopt;
}

Expected<std::size_t> Table::column(std::string_view name) const {
  if (const auto at = find(name)) return *at;
  const std::string hint = did_you_mean(name, names_);
  return make_error(ErrorCode::usage,
                    fmt::format("there is no column '{}'{}{}", name, hint,
                                hint.empty() ? "; the columns are " + join(names_, ", ") : std::string()),
                    source_);
}

std::string_view Table::cell(std::size_t row, std::size_t col) const {
  const std::size_t at = row * (names_.size() + 1) + col;
  const std::uint32_t begin = offsets_[at];
  const std::string_view text = strip({text_->data() + begin, offsets_[at + 1] - begin - 1});
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return strip(text.substr(1, text.size() - 2));
  return text;
}

std::string Table::where(std::size_t row, std::size_t col) const {
  return fmt::format("{}:{}:{}", source_, line(row), names_[col]);
}

Expected<stats::Vector> Table::numbers(std::string_view name) const {
  HR_TRY(const std::size_t col, column(name));
  return numbers_at(col);
}

// The decimal mark is a property of the column: a column with decimal commas may have no decimal point, so that
// "1.234" can never be read as both.
Expected<stats::Vector> Table::numbers_at(std::size_t col) const {
  stats::Vector out(rows(), kMissing);
  std::optional<std::size_t> first_comma;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view text = cell(i, col);
    if (is_missing_text(text)) continue;
    auto value = parse_cell_number(text, Decimal::point);
    if (!value && comma_decimals_ && (value = parse_cell_number(text, Decimal::comma)) && !first_comma) first_comma = i;
    if (!value) return not_a_number(*this, i, col, "");
    out[i] = *value;
  }
  if (!first_comma) return out;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!missing(i, col) && !parse_cell_number(cell(i, col), Decimal::comma))
      return not_a_number(
          *this, i, col,
          fmt::format(" with a decimal comma, as '{}' in line {} is", cell(*first_comma, col), line(*first_comma)));
  return out;
}

Expected<std::vector<std::string>> Table::texts(std::string_view name) const {
  HR_TRY(const std::size_t col, column(name));
  std::vector<std::string> out(rows());
  for (std::size_t i = 0; i < out.size(); ++i)
    if (const std::string_view text = cell(i, col); !is_missing_text(text)) out[i] = text;
  return out;
}

bool Table::is_numeric(std::size_t col) const {
  bool any = false;
  for (std::size_t i = 0; i < rows() && !any; ++i) any = !missing(i, col);
  return any && numbers_at(col).ok();
}

Expected<Table> Table::with_levels(std::string_view name, std::vector<std::string> levels) const {
  HR_TRY(const std::size_t col, column(name));
  for (std::size_t l = 0; l < levels.size(); ++l)
    if (std::find(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(l), levels[l]) !=
        levels.begin() + static_cast<std::ptrdiff_t>(l))
      return make_error(ErrorCode::usage, fmt::format("level '{}' of '{}' is named twice", levels[l], name), source_);
  for (std::size_t i = 0; i < rows(); ++i)
    if (!missing(i, col) && std::find(levels.begin(), levels.end(), cell(i, col)) == levels.end())
      return make_error(ErrorCode::input,
                        fmt::format("'{}' is none of the levels of '{}': {}", cell(i, col), name, join(levels, ", ")),
                        where(i, col));
  auto all = levels_ ? *levels_ : std::vector<std::vector<std::string>>(cols());
  all.resize(cols());
  all[col] = std::move(levels);
  Table out = *this;
  out.levels_ = std::make_shared<const std::vector<std::vector<std::string>>>(std::move(all));
  return out;
}

std::span<const std::string> Table::levels(std::size_t col) const {
  if (!levels_ || col >= levels_->size()) return {};
  return (*levels_)[col];
}

Table Table::select(std::span<const std::size_t> rows) const {
  Table out;
  out.levels_ = levels_;
  out.source_ = source_;
  out.names_ = names_;
  out.text_ = text_;
  out.comma_decimals_ = comma_decimals_;
  const std::size_t stride = cols() + 1;
  out.offsets_.reserve(rows.size() * stride);
  out.lines_.reserve(rows.size());
  for (const std::size_t i : rows) {
    HR_ASSERT(i < lines_.size());
    const auto begin = offsets_.begin() + static_cast<std::ptrdiff_t>(i * stride);
    out.offsets_.insert(out.offsets_.end(), begin, begin + static_cast<std::ptrdiff_t>(stride));
    out.lines_.push_back(lines_[i]);
  }
  return out;
}

Expected<Table> Table::with_column(const std::string& name, const std::vector<std::string>& cells) const {
  HR_ASSERT(cells.size() == rows());
  std::vector<std::string> names = names_;
  names.push_back(name);
  TableBuilder builder(source_, std::move(names));
  for (std::size_t i = 0; i < rows(); ++i) {
    for (std::size_t j = 0; j < cols(); ++j) builder.add_cell(cell(i, j));
    builder.add_cell(cells[i]);
    builder.end_row(line(i));
  }
  HR_TRY(Table out, builder.finish());
  out.comma_decimals_ = comma_decimals_;
  out.levels_ = levels_;
  return out;
}

}  // namespace hedgerow::data
