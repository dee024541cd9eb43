#include "audit/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "audit/detail/quantity_names.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

constexpr std::array<const char*, kSheetKinds> kNames = {"arms", "rows",    "pooled", "levels", "grade",  "appraisal",
                                                         "flow", "studies", "claims", "search", "overlap"};

/// Whether a quantity belongs to a kind: by name, or as one of a numbered family ("item7").
bool knows(SheetKind kind, const std::string& quantity) {
  const std::vector<std::string>& known = quantities(kind);
  if (std::find(known.begin(), known.end(), quantity) != known.end()) return true;
  const std::size_t digits = quantity.find_last_not_of("0123456789") + 1;
  return digits < quantity.size() &&
         std::find(known.begin(), known.end(), quantity.substr(0, digits) + "#") != known.end();
}

}  // namespace

std::string name(SheetKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<SheetKind> sheet_kind(std::string_view name) {
  for (std::size_t k = 0; k < kSheetKinds; ++k)
    if (name == kNames[k]) return static_cast<SheetKind>(k);
  return std::nullopt;
}

const std::vector<std::string>& quantities(SheetKind kind) { return detail::quantity_names(kind); }

Expected<Sheet> Sheet::create(SheetKind kind, data::Table table, const std::map<std::string, std::string>& columns,
                              Rounding rounding) {
  Sheet out;
  out.kind_ = kind;
  out.rounding_ = rounding;
  for (const auto& [quantity, column] : columns) {
    if (!knows(kind, quantity))
      return make_error(ErrorCode::input,
                        fmt::format("'{}' is no quantity of a table of kind '{}'{}", quantity, audit::name(kind),
                                    did_you_mean(quantity, quantities(kind))),
                        table.source());
    HR_TRY(out.columns_[quantity], table.column(column));
  }
  out.table_ = std::move(table);
  return out;
}

Sheet Sheet::guessed(SheetKind kind, data::Table table, Rounding rounding) {
  Sheet out;
  out.kind_ = kind;
  out.rounding_ = rounding;
  for (std::size_t column = 0; column < table.cols(); ++column) {
    const std::string quantity = detail::guess_quantity(kind, table.names()[column]);
    if (!quantity.empty()) out.columns_.try_emplace(quantity, column);
  }
  out.table_ = std::move(table);
  return out;
}

std::string Sheet::setting(std::string_view name) const {
  const auto found = settings_.find(name);
  return found == settings_.end() ? "" : found->second;
}

std::string Sheet::column(std::string_view quantity) const {
  const auto found = columns_.find(quantity);
  return found == columns_.end() ? "" : table_.names()[found->second];
}

bool Sheet::has_all(std::initializer_list<std::string_view> quantities) const {
  return std::all_of(quantities.begin(), quantities.end(), [&](std::string_view quantity) { return has(quantity); });
}

std::optional<Reported> Sheet::number(std::size_t row, std::string_view quantity) const {
  const auto found = columns_.find(quantity);
  if (found == columns_.end() || table_.missing(row, found->second)) return std::nullopt;
  return parse_reported(table_.cell(row, found->second), rounding_);
}

std::string Sheet::text(std::size_t row, std::string_view quantity) const {
  const auto found = columns_.find(quantity);
  if (found == columns_.end() || table_.missing(row, found->second)) return "";
  return std::string(table_.cell(row, found->second));
}

std::string Sheet::declared(std::size_t row, std::string_view name) const {
  const std::string own = text(row, name);
  return own.empty() ? setting(name) : own;
}

Place Sheet::place(std::size_t row, std::string_view quantity) const {
  const auto found = columns_.find(quantity);
  if (found == columns_.end()) return {table_.source(), table_.line(row), "", ""};
  return {table_.source(), table_.line(row), table_.names()[found->second],
          std::string(table_.cell(row, found->second))};
}

std::string Sheet::subject(std::size_t row) const {
  std::string out;
  for (const char* quantity : {"study", "outcome", "arm", "moderator", "level", "item", "database", "claim"}) {
    const std::string value = text(row, quantity);
    if (!value.empty()) out += fmt::format("{}{} \"{}\"", out.empty() ? "" : ", ", quantity, value);
  }
  return out.empty() ? fmt::format("line {}", table_.line(row)) : out;
}

std::vector<std::string> Sheet::numbered(std::string_view prefix) const {
  std::vector<std::pair<long, std::string>> found;
  for (const auto& [quantity, column] : columns_) {
    if (quantity.size() <= prefix.size() || quantity.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string digits = quantity.substr(prefix.size());
    if (std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
      found.emplace_back(std::stol(digits), quantity);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& [number, quantity] : found) out.push_back(std::move(quantity));
  return out;
}

}  // namespace hedgerow::audit
