// XLSX in (ECMA-376): one sheet of a workbook as a Table; docs/formats/tables.md says what is read and how.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <pugixml.hpp>
#include <utility>

#include "base/text.hpp"
#include "data/detail/table_builder.hpp"
#include "data/detail/workbook.hpp"
#include "data/readers.hpp"

namespace hedgerow::data {
namespace {

constexpr std::size_t kMaxColumns = 16384;
constexpr std::size_t kMaxRows = 1048576;

/// The cells of one row of a sheet that are not empty, by column from 0.
struct SheetRow {
  std::size_t number = 0;  ///< from 1, as the spreadsheet shows it
  std::map<std::size_t, std::string> cells;
};

/// "AB" of "AB12" as 27; nothing if there are no letters.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z' || column > kMaxColumns) break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
  }
  return column == 0 ? std::nullopt : std::optional(column - 1);
}

/// "AB" for 27.
std::string column_letters(std::size_t column) {
  std::string out;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + static_cast<char>((rest - 1) % 26)));
  return out;
}

std::string number_text_of(const pugi::xml_node& cell, const std::string& value, const Workbook& workbook) {
  const unsigned style = cell.attribute("s").as_uint();
  if (style >= workbook.date_styles.size() || !workbook.date_styles[style]) return value;
  const auto days = parse_number(value);
  const auto date = days ? iso_date(*days, workbook.epoch) : std::nullopt;
  return date.value_or(value);
}

Expected<std::string> cell_text(const pugi::xml_node& cell, const Workbook& workbook, const std::string& where) {
  const std::string_view type = cell.attribute("t").value();
  if (type == "inlineStr") return item_text(xml_child(cell, "is"));
  std::string value = xml_child(cell, "v").text().get();
  if (type == "b") return std::string(value == "1" ? "TRUE" : value == "0" ? "FALSE" : "");
  if (type == "s" && !value.empty()) {
    std::size_t index = 0;
    const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), index);
    if (status != std::errc{} || index >= workbook.strings.size())
      return make_error(ErrorCode::input, fmt::format("the workbook is damaged: there is no shared string {}", value),
                        where);
    return workbook.strings[index];
  }
  if (type.empty() || type == "n") return number_text_of(cell, value, workbook);
  return value;
}

Expected<SheetRow> read_row(const pugi::xml_node& node, std::size_t number, const Workbook& workbook,
                            const std::string& source) {
  SheetRow row;
  row.number = number;
  std::size_t next = 0;
  for (const pugi::xml_node& cell : node.children()) {
    if (!xml_is(cell, "c")) continue;
    const std::size_t column = column_of(cell.attribute("r").value()).value_or(next);
    const std::string where = fmt::format("{}:{}", source, number);
    if (column >= kMaxColumns) return make_error(ErrorCode::input, "the workbook is damaged: too many columns", where);
    HR_TRY(const std::string text, cell_text(cell, workbook, where));
    if (const std::string_view trimmed = trim(text); !trimmed.empty()) row.cells[column] = trimmed;
    next = column + 1;
  }
  return row;
}

/// The rows that are not empty.
Expected<std::vector<SheetRow>> read_sheet(const ZipArchive& zip, const std::string& part, const Workbook& workbook,
                                           const std::string& source) {
  HR_TRY(auto bytes, zip.read(part));
  if (!bytes) return make_error(ErrorCode::input, fmt::format("the workbook is damaged: it has no {}", part), source);
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer_inplace(bytes->data(), bytes->size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed)
    return make_error(ErrorCode::input,
                      fmt::format("part {} is damaged: {} at byte {}", part, parsed.description(), parsed.offset),
                      source);
  std::vector<SheetRow> rows;
  std::size_t number = 0;
  for (const pugi::xml_node& node : xml_child(document.document_element(), "sheetData").children()) {
    if (!xml_is(node, "row")) continue;
    number = node.attribute("r") ? static_cast<std::size_t>(node.attribute("r").as_ullong()) : number + 1;
    if (number > kMaxRows) return make_error(ErrorCode::input, "the workbook is damaged: too many rows", source);
    HR_TRY(SheetRow row, read_row(node, number, workbook, source));
    if (!row.cells.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

/// Columns that have a name are the table; a value in a column without one is an Error, not lost.
Expected<Table> table_of(const std::vector<SheetRow>& rows, const std::string& source) {
  if (rows.empty())
    return make_error(ErrorCode::input, "the sheet is empty; its first row must name the columns", source);
  std::vector<std::string> names;
  for (const auto& [column, name] : rows[0].cells) names.push_back(name);
  HR_CHECK(check_names(names, fmt::format("{}:{}", source, rows[0].number)));
  TableBuilder builder(source, std::move(names));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (const auto& [column, text] : rows[i].cells)
      if (rows[0].cells.count(column) == 0)
        return make_error(ErrorCode::input,
                          fmt::format("'{}' stands in column {}, which has no name in row {}", text,
                                      column_letters(column), rows[0].number),
                          fmt::format("{}:{}:{}", source, rows[i].number, column_letters(column)));
    for (const auto& [column, name] : rows[0].cells) {
      const auto cell = rows[i].cells.find(column);
      builder.add_cell(cell == rows[i].cells.end() ? std::string_view() : std::string_view(cell->second));
    }
    builder.end_row(rows[i].number);
  }
  return builder.finish();
}

Checked check_kind(std::string_view bytes, const std::string& source) {
  if (bytes.empty()) return make_error(ErrorCode::input, "the file is empty", source);
  if (bytes.substr(0, 4) == "\xD0\xCF\x11\xE0")
    return make_error(ErrorCode::input,
                      "this is an encrypted workbook or an old .xls; save it as .xlsx without a password", source);
  if (bytes.substr(0, 2) != "PK")
    return make_error(ErrorCode::input, "this is not an XLSX workbook (no zip file); is it CSV? Then name it .csv",
                      source);
  return {};
}

}  // namespace

Expected<Table> parse_xlsx(std::string bytes, const std::string& source, const std::optional<std::string>& sheet) {
  HR_CHECK(check_kind(bytes, source));
  HR_TRY(const ZipArchive zip, ZipArchive::open(bytes, source));
  HR_TRY(const Workbook workbook, read_workbook(zip, source));
  std::size_t index = 0;
  if (sheet) {
    const auto found = std::find(workbook.sheets.begin(), workbook.sheets.end(), *sheet);
    if (found == workbook.sheets.end())
      return make_error(ErrorCode::usage,
                        fmt::format("there is no sheet '{}'{}; the sheets are {}", *sheet,
                                    did_you_mean(*sheet, workbook.sheets), join(workbook.sheets, ", ")),
                        source);
    index = static_cast<std::size_t>(found - workbook.sheets.begin());
  }
  const std::string place = fmt::format("{}[{}]", source, workbook.sheets[index]);
  HR_TRY(const auto rows, read_sheet(zip, workbook.parts[index], workbook, place));
  return table_of(rows, place);
}

}  // namespace hedgerow::data
