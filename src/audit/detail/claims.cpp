#include "audit/detail/claims.hpp"

#include <fmt/format.h>

#include "audit/detail/words.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

bool Claim::in_abstract() const { return names(sheet->text(row, "section"), "abstract"); }

std::string Claim::name() const {
  const std::string section = sheet->text(row, "section");
  const std::string id = sheet->text(row, "claim");
  return fmt::format("claim \"{}\"{}", id.empty() ? fmt::format("line {}", sheet->table().line(row)) : id,
                     section.empty() ? "" : fmt::format(" ({})", section));
}

std::vector<Claim> claims_of(const Subject& subject) {
  std::vector<Claim> out;
  for (const Sheet* sheet : subject.of(SheetKind::claims))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      Claim claim{sheet, row, sheet->text(row, "subject"), sheet->text(row, "statement"), {}};
      if (const std::string about = sheet->text(row, "about"); !about.empty()) claim.subject = about;
      for (const std::string& quantity : sheet->numbered("value"))
        if (const auto number = sheet->number(row, quantity)) claim.values.push_back({quantity, *number});
      out.push_back(std::move(claim));
    }
  return out;
}

std::vector<TableRow> rows_of_outcome(const Subject& subject, const Claim& claim, SheetKind kind) {
  std::vector<TableRow> out;
  for (const Sheet* sheet : subject.of(kind))
    for (std::size_t row = 0; row < sheet->rows(); ++row)
      if (const std::string outcome = sheet->text(row, "outcome"); !outcome.empty() && names(claim.subject, outcome))
        out.push_back({sheet, row});
  return out;
}

}  // namespace hedgerow::audit::detail
