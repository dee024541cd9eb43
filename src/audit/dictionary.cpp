#include "audit/dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "audit/builtin.hpp"
#include "base/text.hpp"
#include "data/toml.hpp"

namespace hedgerow::audit {

namespace {

/// Letters and digits in lower case: "PHQ-9" and "phq 9" are one name.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::optional<std::pair<double, double>> read_range(data::TomlReader& table, const std::string& key) {
  const std::vector<double> ends = table.numbers(key);
  if (ends.empty()) return std::nullopt;
  if (ends.size() == 2 && ends[0] < ends[1]) return std::pair(ends[0], ends[1]);
  table.fail(key, "takes two numbers, the smaller one first");
  return std::nullopt;
}

DictionaryEntry read_entry(data::TomlReader& table) {
  DictionaryEntry out;
  out.id = table.required_text("id");
  out.name = table.required_text("name");
  out.aliases = table.texts("aliases");
  out.min = table.optional_number("min");
  out.max = table.optional_number("max");
  if (out.min.has_value() != out.max.has_value()) table.fail(out.min ? "min" : "max", "min and max stand together");
  if (out.min && out.max && !(*out.min < *out.max)) table.fail("max", "must be above min");
  out.items = table.integer("items", 0);
  out.step = table.optional_number("step");
  if (out.step && !(*out.step > 0)) table.fail("step", "must be above 0");
  const std::string better = table.word("better", {"higher", "lower", ""}, "");
  out.better = better == "higher" ? Better::higher : better == "lower" ? Better::lower : Better::unknown;
  out.plausible = read_range(table, "plausible");
  out.unit = table.text("unit");
  for (const auto& [unit, factor] : table.pairs("units")) {
    const auto value = parse_number(factor);
    if (!value || !(*value > 0))
      table.fail("units", fmt::format("'{}' takes a factor above 0; found '{}'", unit, factor));
    out.units.emplace(unit, value.value_or(1));
  }
  out.source = table.required_text("source");
  table.finish();
  return out;
}

}  // namespace

void Dictionary::put(DictionaryEntry entry) {
  std::vector<std::string> names = {folded(entry.id), folded(entry.name)};
  for (const std::string& alias : entry.aliases) names.push_back(folded(alias));
  const auto known = places_.find(names.front());
  const std::size_t place = known == places_.end() ? entries_.size() : known->second;
  if (place == entries_.size())
    entries_.push_back(std::move(entry));
  else
    entries_[place] = std::move(entry);
  for (const std::string& name : names)
    if (!name.empty()) places_[name] = place;
}

Checked Dictionary::add(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  std::vector<DictionaryEntry> read;
  for (data::TomlReader& table : root.tables("instrument")) read.push_back(read_entry(table));
  root.finish();
  if (errors.first) return *errors.first;
  for (DictionaryEntry& entry : read) put(std::move(entry));
  return {};
}

const Dictionary& Dictionary::builtin() {
  static const Dictionary all = [] {
    Dictionary out;
    for (const BuiltinText& text : builtin_dictionary()) {
      const Checked added = out.add(text.bytes, std::string(text.name) + ".toml");
      HR_ASSERT(added.ok());
    }
    return out;
  }();
  return all;
}

const DictionaryEntry* Dictionary::find(std::string_view cell) const {
  std::vector<std::string> tries = {folded(cell)};
  const std::size_t open = cell.find('('), close = cell.rfind(')');
  if (open != std::string_view::npos) tries.push_back(folded(cell.substr(0, open)));
  if (open != std::string_view::npos && close != std::string_view::npos && open < close)
    tries.push_back(folded(cell.substr(open + 1, close - open - 1)));
  for (const std::string& name : tries)
    if (const auto found = places_.find(name); !name.empty() && found != places_.end()) return &entries_[found->second];
  return nullptr;
}

}  // namespace hedgerow::audit
