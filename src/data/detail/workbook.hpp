// The parts of an XLSX workbook around its sheets (ECMA-376): the list of sheets, shared strings, date styles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "data/detail/excel_date.hpp"
#include "data/detail/zip.hpp"

namespace pugi {
class xml_node;
}

namespace hedgerow::data {

struct Workbook {
  std::vector<std::string> sheets;  ///< names, in order
  std::vector<std::string> parts;   ///< zip part of each sheet
  std::vector<std::string> strings;
  std::vector<bool> date_styles;  ///< per cell style: shows a date
  Epoch epoch = Epoch::y1900;
};

/// Reads everything but the sheets themselves.
Expected<Workbook> read_workbook(const ZipArchive& zip, const std::string& source);

/// Text of a string item: its <t>, or the <t> of its runs joined; phonetic hints are left out.
std::string item_text(const pugi::xml_node& item);

/// First child with this name, whatever its namespace prefix.
pugi::xml_node xml_child(const pugi::xml_node& node, std::string_view name);
/// Whether a node has this name, whatever its namespace prefix.
bool xml_is(const pugi::xml_node& node, std::string_view name);

}  // namespace hedgerow::data
