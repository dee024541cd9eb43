#include "audit/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "audit/analysis.hpp"
#include "audit/profile.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "data/readers.hpp"

namespace hedgerow::audit {

namespace {

constexpr const char* kSchema = "hedgerow.published/1";

std::vector<std::string> kind_names() {
  std::vector<std::string> out;
  for (std::size_t k = 0; k < kSheetKinds; ++k) out.push_back(name(static_cast<SheetKind>(k)));
  return out;
}

Expected<Sheet> read_sheet(data::TomlReader& table, const std::string& folder) {
  const std::string file = table.required_text("file");
  const std::string kind = table.word("kind", kind_names(), "rows");
  const std::string rounding = table.word("rounding", {"nearest", "truncated"}, "nearest");
  const auto columns = table.pairs("columns");
  const auto settings = table.pairs("settings");
  table.finish();
  if (file.empty()) return make_error(ErrorCode::input, "'file' is missing", table.where());
  HR_TRY(data::Table read, data::read_table(folder.empty() ? file : folder + "/" + file));
  const Rounding rule = rounding == "nearest" ? Rounding::nearest : Rounding::truncated;
  std::map<std::string, std::string> by_quantity;
  for (const auto& [column, quantity] : columns)
    if (!by_quantity.emplace(quantity, column).second)
      return make_error(ErrorCode::input, fmt::format("two columns are given as '{}'", quantity),
                        table.where("columns"));
  HR_TRY(Sheet sheet, Sheet::create(*sheet_kind(kind), std::move(read), by_quantity, rule));
  for (const auto& [key, value] : settings) sheet.set(key, value);
  return sheet;
}

std::vector<std::string> check_ids() {
  std::vector<std::string> out;
  for (const Check* check : catalogue()) out.emplace_back(check->id);
  return out;
}

/// How many columns the names tell.
std::size_t told_columns(const Sheet& sheet) {
  const std::vector<std::string>& all = quantities(sheet.kind());
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const std::string& quantity) { return sheet.has(quantity); }));
}

}  // namespace

namespace {

/// [audit.limits]: check = number.
std::map<std::string, double> read_limits(data::TomlReader& section) {
  std::map<std::string, double> out;
  auto table = section.table("limits");
  if (!table) return out;
  for (const std::string& id : table->keys()) {
    const Check* check = find_check(id);
    const double value = table->number(id, 0);
    if (!check) table->fail(id, fmt::format("there is no check '{}'{}", id, did_you_mean(id, check_ids())));
    if (check && !check->limit) table->fail(id, fmt::format("the rule of {} has no number that can be set", id));
    out.emplace(id, value);
  }
  table->finish();
  return out;
}

}  // namespace

Settings read_settings(data::TomlReader& root, const std::string& file) {
  Settings out;
  auto section = root.table("audit");
  if (!section) return out;
  out.dictionaries = section->texts("dictionary");
  out.profile = section->word("profile", profile_names(), "all");
  out.limits = read_limits(*section);
  for (data::TomlReader& entry : section->tables("allow")) {
    Suppression allow;
    allow.check = entry.required_text("check");
    allow.subject = entry.text("subject");
    allow.reason = entry.text("reason");
    const auto parts = split(entry.where("check"), ':');
    allow.place = {file, 0, "audit.allow", allow.check};
    if (parts.size() > 1) allow.place.line = static_cast<std::size_t>(parse_number(parts[1]).value_or(0));
    if (!allow.check.empty() && !find_check(allow.check))
      entry.fail("check", fmt::format("there is no check '{}'{}", allow.check, did_you_mean(allow.check, check_ids())));
    entry.finish();
    out.allowed.push_back(std::move(allow));
  }
  section->finish();
  return out;
}

Expected<std::shared_ptr<const Dictionary>> read_dictionary(const std::vector<std::string>& files,
                                                            const std::string& folder) {
  if (files.empty()) return std::shared_ptr<const Dictionary>();
  Dictionary out = Dictionary::builtin();
  for (const std::string& file : files) {
    const std::string path = folder.empty() ? file : folder + "/" + file;
    HR_TRY(const std::string bytes, read_file(path));
    HR_CHECK(out.add(bytes, path));
  }
  return std::make_shared<const Dictionary>(std::move(out));
}

Expected<Loaded> load_published(const std::string& bytes, const std::string& source, const std::string& folder) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  Loaded out;
  if (const std::string schema = root.text("schema", kSchema); schema != kSchema)
    root.fail("schema", fmt::format("this version reads '{}'; found '{}'", kSchema, schema));
  const Settings settings = read_settings(root, source);
  out.allowed = settings.allowed;
  out.profile = settings.profile;
  out.subject.options.limits = settings.limits;
  for (data::TomlReader& table : root.tables("table")) {
    HR_TRY(Sheet sheet, read_sheet(table, folder));
    const std::size_t index = out.subject.sheets.size();
    if (sheet.kind() == SheetKind::rows)
      for (Analysis& analysis : analyses_of(sheet, index)) out.subject.analyses.push_back(std::move(analysis));
    out.subject.sheets.push_back(std::move(sheet));
  }
  if (errors.first) return *errors.first;
  HR_TRY(out.subject.dictionary, read_dictionary(settings.dictionaries, folder));
  return out;
}

Expected<Loaded> load_table(const std::string& path) {
  HR_TRY(data::Table table, data::read_table(path));
  Loaded out;
  out.subject.sheets.push_back(Sheet::guessed(SheetKind::rows, table));
  const Sheet arms = Sheet::guessed(SheetKind::arms, std::move(table));
  // "mean", "sd", "n" without a number: one group per row.
  const Sheet& rows = out.subject.sheets.front();
  const bool comparisons = rows.has("m1i") || rows.has("ai") || rows.has("yi") || rows.has("estimate");
  if (!comparisons && told_columns(arms) > told_columns(rows)) out.subject.sheets.front() = arms;
  out.subject.analyses = analyses_of(out.subject.sheets.front(), 0);
  return out;
}

}  // namespace hedgerow::audit
