#include "audit/detail/instrument_view.hpp"

#include <algorithm>

namespace hedgerow::audit::detail {

Named instrument_of(const Subject& subject, const Sheet& sheet, std::size_t row) {
  for (const std::string& declared : {sheet.text(row, "instrument"), sheet.setting("instrument")})
    if (const DictionaryEntry* entry = subject.instruments().find(declared)) return {entry, true};
  return {subject.instruments().find(sheet.text(row, "outcome")), false};
}

std::vector<std::string> instruments_named(const Subject& subject) {
  std::vector<std::string> out;
  for (const Sheet& sheet : subject.sheets) {
    if (sheet.kind() != SheetKind::rows && sheet.kind() != SheetKind::arms) continue;
    for (std::size_t row = 0; row < sheet.rows(); ++row)
      if (const Named named = instrument_of(subject, sheet, row);
          named.entry && std::find(out.begin(), out.end(), named.entry->name) == out.end())
        out.push_back(named.entry->name);
  }
  return out;
}

}  // namespace hedgerow::audit::detail
