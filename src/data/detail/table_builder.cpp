// Making tables: checks of the names, and the layout that table.hpp describes.
#include "data/detail/table_builder.hpp"

#include <fmt/core.h>

#include <limits>
#include <unordered_map>
#include <utility>

namespace hedgerow::data {

Checked check_names(const std::vector<std::string>& names, const std::string& where) {
  std::unordered_map<std::string_view, std::size_t> first;
  for (std::size_t j = 0; j < names.size(); ++j) {
    if (names[j].empty())
      return make_error(
          ErrorCode::input,
          fmt::format("column {} of {} has no name; each column needs one in the header", j + 1, names.size()), where);
    const auto [known, is_new] = first.try_emplace(names[j], j);
    if (!is_new)
      return make_error(
          ErrorCode::input,
          fmt::format("columns {} and {} are both named '{}'; names must differ", known->second + 1, j + 1, names[j]),
          where);
  }
  return {};
}

TableBuilder::TableBuilder(std::string source, std::vector<std::string> names) {
  table_.source_ = std::move(source);
  table_.names_ = std::move(names);
}

void TableBuilder::add_cell(std::string_view text) {
  table_.offsets_.push_back(static_cast<std::uint32_t>(text_.size()));
  // A cell that begins with a quote would be taken for a quoted one when it is read back.
  const bool quoted = !text.empty() && text.front() == '"';
  if (quoted) text_ += '"';
  text_ += text;
  if (quoted) text_ += '"';
  text_ += '\n';
}

void TableBuilder::end_row(std::size_t line) {
  table_.offsets_.push_back(static_cast<std::uint32_t>(text_.size()));
  table_.lines_.push_back(static_cast<std::uint32_t>(line));
}

Expected<Table> TableBuilder::finish() {
  HR_CHECK(check_names(table_.names_, table_.source_));
  HR_ASSERT(table_.offsets_.size() == table_.rows() * (table_.cols() + 1));
  if (text_.size() >= std::numeric_limits<std::uint32_t>::max())
    return make_error(ErrorCode::input, "the table holds more than 4 GiB of text", table_.source_);
  table_.text_ = std::make_shared<const std::string>(std::move(text_));
  return std::move(table_);
}

Expected<Table> TableBuilder::from_bytes(std::string source, std::vector<std::string> names, std::string bytes,
                                         std::vector<std::uint32_t> offsets, std::vector<std::uint32_t> lines,
                                         bool comma_decimals) {
  TableBuilder builder(std::move(source), std::move(names));
  builder.table_.offsets_ = std::move(offsets);
  builder.table_.lines_ = std::move(lines);
  builder.table_.comma_decimals_ = comma_decimals;
  builder.text_ = std::move(bytes);
  return builder.finish();
}

}  // namespace hedgerow::data
