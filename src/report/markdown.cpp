#include "report/markdown.hpp"

namespace hedgerow::report {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '|' || c == '\\') out += '\\';
    if (c == '\n')
      out += "<br>";
    else
      out += c;
  }
  return out;
}

const char* rule(Align align) {
  switch (align) {
    case Align::right:
      return "---:";
    case Align::center:
      return ":---:";
    case Align::left:
      break;
  }
  return "---";
}

}  // namespace

std::string to_markdown(const Table& table) {
  std::string out, rules = "|";
  if (!table.caption.empty()) out += "**" + table.caption.plain() + "**\n\n";
  out += "|";
  for (const Column& column : table.columns) {
    if (column.csv_only) continue;
    out += " " + escaped(column.header) + " |";
    rules += std::string(" ") + rule(column.align) + " |";
  }
  out += "\n" + rules + "\n";
  for (const Row& row : table.rows) {
    out += "|";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].csv_only) continue;
      out += (i < row.cells.size() ? " " + escaped(row.cells[i].shown.plain()) : "") + " |";
    }
    out += "\n";
  }
  for (const Text& note : table.notes) out += "\n" + note.plain() + "\n";
  return out;
}

}  // namespace hedgerow::report
