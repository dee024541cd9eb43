// Reading a table file by its extension.
#include "data/readers.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <limits>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hedgerow::data {
namespace {

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && to_lower(std::string_view(text).substr(text.size() - end.size())) == end;
}

/// "book.xlsx#Sheet" as file and sheet. A '#' that belongs to the name of an existing file is left alone.
std::pair<std::string, std::optional<std::string>> split_sheet(const std::string& path) {
  const std::size_t mark = path.rfind('#');
  std::error_code ignored;
  if (mark == std::string::npos || std::filesystem::exists(path, ignored)) return {path, std::nullopt};
  return {path.substr(0, mark), path.substr(mark + 1)};
}

}  // namespace

Expected<Table> read_table(const std::string& path) {
  const auto [file, sheet] = split_sheet(path);
  const bool is_workbook = ends_with(file, ".xlsx") || ends_with(file, ".xlsm");
  const bool is_text = ends_with(file, ".csv") || ends_with(file, ".tsv") || ends_with(file, ".txt");
  if (!is_workbook && !is_text)
    return make_error(ErrorCode::usage, "tables are read from .csv, .tsv, .txt and .xlsx files", file);
  if (sheet && !is_workbook)
    return make_error(ErrorCode::usage, fmt::format("'#{}' names a sheet, but this is not a workbook", *sheet), file);
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(file, unknown);
  if (!unknown && size >= std::numeric_limits<std::uint32_t>::max())
    return make_error(ErrorCode::input, fmt::format("the file has {} bytes; tables end at 4 GiB", size), file);
  HR_TRY(std::string bytes, read_file(file));
  return is_workbook ? parse_xlsx(std::move(bytes), file, sheet) : parse_csv(std::move(bytes), file);
}

}  // namespace hedgerow::data
