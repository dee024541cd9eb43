// Workbook parts through pugixml. Some writers prefix every element ("x:row"), so names are compared without prefix.
#include "data/detail/workbook.hpp"

#include <fmt/core.h>

#include <map>
#include <pugixml.hpp>
#include <utility>

namespace hedgerow::data {
namespace {

std::string_view local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& a : node.attributes())
    if (local(a.name()) == name) return a.value();
  return "";
}

/// Loads an XML part; false if it does not exist.
Expected<bool> load(const ZipArchive& zip, const std::string& part, const std::string& source,
                    pugi::xml_document& document) {
  HR_TRY(const auto bytes, zip.read(part));
  if (!bytes) return false;
  const pugi::xml_parse_result parsed = document.load_buffer(
      bytes->data(), bytes->size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_auto);
  if (!parsed)
    return make_error(
        ErrorCode::input,
        fmt::format("part {} of the workbook is damaged: {} at byte {}", part, parsed.description(), parsed.offset),
        source);
  return true;
}

/// Targets of a relationships part by id.
std::map<std::string, std::string> relationships(const pugi::xml_document& document, const std::string& folder) {
  std::map<std::string, std::string> out;
  for (const pugi::xml_node& node : document.document_element().children()) {
    const std::string target = attribute(node, "Target");
    out[attribute(node, "Id")] = !target.empty() && target[0] == '/' ? target.substr(1) : folder + target;
  }
  return out;
}

Checked read_sheet_list(const ZipArchive& zip, const std::string& source, Workbook& workbook) {
  pugi::xml_document document;
  pugi::xml_document targets;
  HR_TRY(const bool is_workbook, load(zip, "xl/workbook.xml", source, document));
  if (!is_workbook)
    return make_error(ErrorCode::input, "this zip file is not an XLSX workbook (it has no xl/workbook.xml)", source);
  HR_CHECK(load(zip, "xl/_rels/workbook.xml.rels", source, targets));
  const auto parts = relationships(targets, "xl/");
  const pugi::xml_node root = document.document_element();
  const std::string date1904 = attribute(xml_child(root, "workbookPr"), "date1904");
  if (date1904 == "1" || date1904 == "true") workbook.epoch = Epoch::y1904;
  for (const pugi::xml_node& sheet : xml_child(root, "sheets").children()) {
    if (!xml_is(sheet, "sheet")) continue;
    const auto part = parts.find(attribute(sheet, "id"));
    if (part == parts.end()) continue;
    workbook.sheets.push_back(sheet.attribute("name").value());
    workbook.parts.push_back(part->second);
  }
  if (workbook.sheets.empty()) return make_error(ErrorCode::input, "the workbook has no sheet", source);
  return {};
}

Checked read_strings(const ZipArchive& zip, const std::string& source, Workbook& workbook) {
  pugi::xml_document document;
  HR_CHECK(load(zip, "xl/sharedStrings.xml", source, document));
  for (const pugi::xml_node& item : document.document_element().children())
    if (xml_is(item, "si")) workbook.strings.push_back(item_text(item));
  return {};
}

Checked read_styles(const ZipArchive& zip, const std::string& source, Workbook& workbook) {
  pugi::xml_document document;
  HR_CHECK(load(zip, "xl/styles.xml", source, document));
  const pugi::xml_node root = document.document_element();
  std::map<int, std::string> codes;
  for (const pugi::xml_node& format : xml_child(root, "numFmts").children())
    codes[format.attribute("numFmtId").as_int()] = format.attribute("formatCode").value();
  for (const pugi::xml_node& style : xml_child(root, "cellXfs").children()) {
    if (!xml_is(style, "xf")) continue;
    const int id = style.attribute("numFmtId").as_int();
    const auto code = codes.find(id);
    workbook.date_styles.push_back(is_date_format(id, code == codes.end() ? "" : code->second));
  }
  return {};
}

}  // namespace

bool xml_is(const pugi::xml_node& node, std::string_view name) { return local(node.name()) == name; }

pugi::xml_node xml_child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& child : node.children())
    if (xml_is(child, name)) return child;
  return {};
}

std::string item_text(const pugi::xml_node& item) {
  std::string out;
  for (const pugi::xml_node& child : item.children()) {
    if (xml_is(child, "t")) out += child.text().get();
    if (xml_is(child, "r")) out += xml_child(child, "t").text().get();
  }
  return out;
}

Expected<Workbook> read_workbook(const ZipArchive& zip, const std::string& source) {
  Workbook workbook;
  HR_CHECK(read_sheet_list(zip, source, workbook));
  HR_CHECK(read_strings(zip, source, workbook));
  HR_CHECK(read_styles(zip, source, workbook));
  return workbook;
}

}  // namespace hedgerow::data
