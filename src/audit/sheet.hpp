// A table that the audit looks at: what one row is, and which quantity stands in which column.
//
// Quantities have the field's standard names, whatever the columns are called: docs/formats/audit.md lists them by
// kind.
// Cells stay texts; number() gives the digits with the range that they stand for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.hpp"
#include "audit/reported.hpp"
#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::audit {

/// What one row is: a group of a study (its summaries); an effect or comparison of a study; a pooled result; a level of
/// a moderator; an outcome of a Summary of Findings; a study's appraisal; a count of the PRISMA diagram; a study; a
/// numeric statement of the text; a searched database; a primary study with a mark for each review that holds it.
enum class SheetKind { arms, rows, pooled, levels, grade, appraisal, flow, studies, claims, search, overlap };
inline constexpr std::size_t kSheetKinds = 11;
std::string name(SheetKind kind);
std::optional<SheetKind> sheet_kind(std::string_view name);

class Sheet {
 public:
  /// `columns`: quantity -> name of its column. Errors: a column that the table does not have, a quantity that the kind
  /// does not know (with the nearest name).
  static Expected<Sheet> create(SheetKind kind, data::Table table, const std::map<std::string, std::string>& columns,
                                Rounding rounding = Rounding::nearest);
  /// With the quantities that the names of the columns tell ("sd_1", "SD1", "sd.e" -> sd1i, "lower" -> ci_lb, ...).
  static Sheet guessed(SheetKind kind, data::Table table, Rounding rounding = Rounding::nearest);

  /// What holds for the whole table: tool = "PEDro", not_counted = "item1", ci_level = "95", cut_high = "6", ...
  /// (docs/formats/audit.md). Empty if it is not set.
  std::string setting(std::string_view name) const;
  void set(const std::string& name, const std::string& value) { settings_[name] = value; }

  SheetKind kind() const { return kind_; }
  const data::Table& table() const { return table_; }
  std::size_t rows() const { return table_.rows(); }

  bool has(std::string_view quantity) const { return columns_.find(quantity) != columns_.end(); }
  /// Name of the column that holds a quantity; empty if there is none.
  std::string column(std::string_view quantity) const;
  /// Whether it has all of them.
  bool has_all(std::initializer_list<std::string_view> quantities) const;
  /// Nothing if the column or the number is missing, or the cell holds no single number.
  std::optional<Reported> number(std::size_t row, std::string_view quantity) const;
  /// Empty if missing.
  std::string text(std::size_t row, std::string_view quantity) const;
  /// What holds for the row or, if it says nothing, for the whole table.
  std::string declared(std::size_t row, std::string_view name) const;
  Place place(std::size_t row, std::string_view quantity) const;
  /// Name of the row for a reader: study, outcome, moderator, level, whatever the kind has of them.
  std::string subject(std::size_t row) const;
  /// Columns of a kind with any number of them (items of an appraisal: "item1", "item2", ...), in order.
  std::vector<std::string> numbered(std::string_view prefix) const;

 private:
  SheetKind kind_ = SheetKind::rows;
  data::Table table_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::map<std::string, std::string, std::less<>> settings_;
  Rounding rounding_ = Rounding::nearest;
};

/// Quantities of a kind, for messages and documentation.
const std::vector<std::string>& quantities(SheetKind kind);

}  // namespace hedgerow::audit
