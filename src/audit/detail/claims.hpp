// Numeric statements of a text: what they speak of, and their values.
//
// A claim's subject names an outcome and perhaps a moderator ("muscle volume, sex"), or a column of the table of
// studies ("country"), or a tool of appraisal; its statement holds the words of the text, its values the numbers.
#pragma once

#include <string>
#include <vector>

#include "audit/subject.hpp"

namespace hedgerow::audit::detail {

struct ClaimValue {
  std::string quantity;  ///< "value1"
  Reported number;
};

struct Claim {
  const Sheet* sheet = nullptr;
  std::size_t row = 0;
  std::string subject, statement;
  std::vector<ClaimValue> values;

  bool in_abstract() const;
  /// "claim "c05" (abstract)"
  std::string name() const;
  Place place(const std::string& quantity) const { return sheet->place(row, quantity); }
};

std::vector<Claim> claims_of(const Subject& subject);

/// Rows of a kind of table whose outcome the claim's subject names.
struct TableRow {
  const Sheet* sheet = nullptr;
  std::size_t row = 0;
};
std::vector<TableRow> rows_of_outcome(const Subject& subject, const Claim& claim, SheetKind kind);

}  // namespace hedgerow::audit::detail
