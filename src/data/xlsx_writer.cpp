#include "data/xlsx_writer.hpp"

#include <fmt/core.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hedgerow::data {
namespace {

constexpr std::size_t kMostListed = 255;  // characters of a list of choices; a spreadsheet refuses more
constexpr std::size_t kMaxRows = 1048575, kMaxColumns = 16384;
constexpr std::size_t kShortHint = 255, kShortTitle = 32;  // of a message beside a cell

/// A file that is gone when this is.
struct Scratch {
  std::string path;
  Scratch() {
    path = (std::filesystem::temp_directory_path() / "hedgerow-XXXXXX").string();
    const int fd = ::mkstemp(path.data());
    if (fd >= 0) ::close(fd);
    made = fd >= 0;
  }
  ~Scratch() {
    if (made) ::unlink(path.c_str());
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  bool made = false;
};

/// Digits that a double keeps; longer ones (ids, DOIs without letters) stay texts.
bool writes_as_number(const std::string& text) {
  const auto number = parse_number(text);
  return number && text.size() <= 15 && format_shortest(*number) == text;
}

void add_rule(lxw_worksheet* sheet, const SheetColumn& column, lxw_col_t at, std::size_t last_row) {
  lxw_data_validation rule{};
  // The library copies these texts, but its fields are not const.
  std::string title = column.name.substr(0, kShortTitle), hint = column.hint.substr(0, kShortHint);
  std::vector<std::string> choices = column.choices;
  std::vector<char*> list;
  rule.validate = LXW_VALIDATION_TYPE_ANY;
  if (column.rule == CellRule::number || column.rule == CellRule::whole) {
    rule.validate = column.rule == CellRule::number ? LXW_VALIDATION_TYPE_DECIMAL : LXW_VALIDATION_TYPE_INTEGER;
    rule.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
    rule.minimum_number = -1e15;
    rule.maximum_number = 1e15;
  } else if (column.rule == CellRule::choice && join(choices, ",").size() <= kMostListed) {
    rule.validate = LXW_VALIDATION_TYPE_LIST;
    for (std::string& choice : choices) list.push_back(choice.data());
    list.push_back(nullptr);
    rule.value_list = list.data();
  }
  rule.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
  if (!hint.empty()) {
    rule.input_title = title.data();
    rule.input_message = hint.data();
  }
  if (rule.validate == LXW_VALIDATION_TYPE_ANY && hint.empty()) return;
  worksheet_data_validation_range(sheet, 1, at, static_cast<lxw_row_t>(last_row), at, &rule);
}

void write_sheet(lxw_workbook* book, const Sheet& from, lxw_format* bold) {
  lxw_worksheet* sheet = workbook_add_worksheet(book, from.name.c_str());
  const std::size_t last_row = std::max<std::size_t>({from.rows.size(), from.fill_rows, 1});
  for (std::size_t j = 0; j < from.columns.size(); ++j) {
    const auto at = static_cast<lxw_col_t>(j);
    worksheet_write_string(sheet, 0, at, from.columns[j].name.c_str(), bold);
    worksheet_set_column(sheet, at, at, static_cast<double>(std::max<std::size_t>(10, from.columns[j].name.size() + 2)),
                         nullptr);
    add_rule(sheet, from.columns[j], at, last_row);
  }
  for (std::size_t i = 0; i < from.rows.size(); ++i)
    for (std::size_t j = 0; j < from.rows[i].size(); ++j) {
      const auto row = static_cast<lxw_row_t>(i + 1);
      const auto at = static_cast<lxw_col_t>(j);
      const std::string& text = from.rows[i][j];
      if (text.empty()) continue;
      if (writes_as_number(text))
        worksheet_write_number(sheet, row, at, *parse_number(text), nullptr);
      else
        worksheet_write_string(sheet, row, at, text.c_str(), nullptr);
    }
  worksheet_freeze_panes(sheet, 1, 0);
}

Checked check(const Sheet& sheet) {
  if (sheet.name.empty() || utf8_length(sheet.name) > 31 || sheet.name.find_first_of("[]:*?/\\") != std::string::npos)
    return make_error(ErrorCode::usage, fmt::format("'{}' can't be the name of a sheet", sheet.name));
  if (sheet.columns.size() > kMaxColumns || std::max(sheet.rows.size(), sheet.fill_rows) > kMaxRows)
    return make_error(ErrorCode::usage, fmt::format("sheet '{}' would have more cells than a sheet holds", sheet.name));
  return {};
}

}  // namespace

Expected<std::string> to_xlsx(std::span<const Sheet> sheets) {
  for (const Sheet& sheet : sheets) HR_CHECK(check(sheet));
  const Scratch scratch;
  if (!scratch.made) return make_error(ErrorCode::io, "no room for a file while the workbook is made", scratch.path);
  lxw_workbook* book = workbook_new(scratch.path.c_str());
  lxw_doc_properties properties{};
  properties.created = 946684800;  // 2000-01-01, so that the same sheets give the same bytes
  workbook_set_properties(book, &properties);
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  for (const Sheet& sheet : sheets) write_sheet(book, sheet, bold);
  if (const lxw_error error = workbook_close(book); error != LXW_NO_ERROR)
    return make_error(ErrorCode::io, lxw_strerror(error), scratch.path);
  return read_file(scratch.path);
}

}  // namespace hedgerow::data
