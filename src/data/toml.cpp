#include "data/toml.hpp"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "base/missing.hpp"
#include "base/text.hpp"

namespace hedgerow::data {
namespace {

bool earlier(const TomlNode& a, const TomlNode& b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

TomlNode convert(const toml::node& node);

TomlTable convert_table(const toml::table& table) {
  std::vector<TomlEntry> out;
  for (const auto& [key, value] : table) {
    TomlNode child = convert(value);
    const toml::source_position at = key.source().begin;
    child.line = static_cast<int>(at.line);
    child.column = static_cast<int>(at.column);
    out.push_back({std::string(key.str()), std::move(child)});
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return earlier(a.node, b.node); });
  return std::make_shared<const std::vector<TomlEntry>>(std::move(out));
}

TomlNode convert(const toml::node& node) {
  TomlNode out;
  out.line = static_cast<int>(node.source().begin.line);
  out.column = static_cast<int>(node.source().begin.column);
  if (const auto* table = node.as_table()) {
    out.value = convert_table(*table);
  } else if (const auto* array = node.as_array()) {
    TomlArray items;
    for (const toml::node& item : *array) items.push_back(convert(item));
    out.value = std::make_shared<const TomlArray>(std::move(items));
  } else if (const auto* text = node.as_string()) {
    out.value = text->get();
  } else if (const auto* whole = node.as_integer()) {
    out.value = static_cast<double>(whole->get());
  } else if (const auto* real = node.as_floating_point()) {
    out.value = real->get();
  } else if (const auto* truth = node.as_boolean()) {
    out.value = truth->get();
  } else {
    std::ostringstream text_of_date;
    text_of_date << toml::node_view<const toml::node>(node);
    out.value = text_of_date.str();
  }
  return out;
}

const char* type_name(const TomlNode& node) {
  static const char* const names[] = {"a text", "a number", "true or false", "an array", "a table"};
  return names[node.value.index()];
}

const TomlArray* array_of(const TomlNode& node) {
  const auto* array = std::get_if<std::shared_ptr<const TomlArray>>(&node.value);
  return array ? array->get() : nullptr;
}

std::string text_of(const TomlNode& node) {
  if (const auto* text = std::get_if<std::string>(&node.value)) return *text;
  if (const auto* number = std::get_if<double>(&node.value)) return format_shortest(*number);
  if (const auto* truth = std::get_if<bool>(&node.value)) return *truth ? "true" : "false";
  return "";
}

}  // namespace

Expected<TomlNode> parse_toml(std::string_view bytes, const std::string& source) {
  try {
    const toml::table table = toml::parse(bytes, std::string_view(source));
    return TomlNode{convert_table(table), 1, 1};
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return make_error(ErrorCode::input, fmt::format("this is not valid TOML: {}", error.description()),
                      fmt::format("{}:{}:{}", source, at.line, at.column));
  }
}

TomlReader::TomlReader(const TomlNode& node, std::string source, std::string path, TomlErrors& errors)
    : node_(&node), source_(std::move(source)), path_(std::move(path)), errors_(&errors) {
  HR_ASSERT(std::holds_alternative<TomlTable>(node.value));
}

const TomlNode* TomlReader::find(const std::string& key) {
  known_.insert(key);
  for (const auto& [name, child] : *std::get<TomlTable>(node_->value))
    if (name == key) return &child;
  return nullptr;
}

bool TomlReader::has(const std::string& key) const {
  const std::vector<TomlEntry>& table = *std::get<TomlTable>(node_->value);
  return std::any_of(table.begin(), table.end(), [&](const TomlEntry& entry) { return entry.name == key; });
}

std::string TomlReader::named(const std::string& key) const {
  if (path_.empty()) return key;
  return key.empty() ? path_ : path_ + "." + key;
}

std::string TomlReader::where(const std::string& key) const {
  for (const auto& [name, child] : *std::get<TomlTable>(node_->value))
    if (name == key) return fmt::format("{}:{}:{}", source_, child.line, child.column);
  return fmt::format("{}:{}:{}", source_, node_->line, node_->column);
}

void TomlReader::fail(const std::string& key, const std::string& message) {
  const std::string name = named(key);
  errors_->add(make_error(ErrorCode::input, name.empty() ? message : fmt::format("{}: {}", name, message), where(key)));
}

std::string TomlReader::text(const std::string& key, const std::string& fallback) {
  const TomlNode* node = find(key);
  if (!node) return fallback;
  if (const auto* text = std::get_if<std::string>(&node->value)) return *text;
  fail(key, fmt::format("is a text in quotes; found {}", type_name(*node)));
  return fallback;
}

std::string TomlReader::required_text(const std::string& key) {
  const std::string value = text(key);
  if (value.empty()) fail(key, has(key) ? "must not be empty" : fmt::format("'{}' is missing", key));
  return value;
}

std::optional<double> TomlReader::optional_number(const std::string& key) {
  const TomlNode* node = find(key);
  if (!node) return std::nullopt;
  if (const auto* number = std::get_if<double>(&node->value)) return *number;
  fail(key, fmt::format("is a number; found {}", type_name(*node)));
  return std::nullopt;
}

double TomlReader::number(const std::string& key, double fallback) { return optional_number(key).value_or(fallback); }

int TomlReader::integer(const std::string& key, int fallback) {
  const std::optional<double> value = optional_number(key);
  if (!value) return fallback;
  if (*value == std::floor(*value) && std::abs(*value) < 1e9) return static_cast<int>(*value);
  fail(key, fmt::format("is a whole number; found {}", format_shortest(*value)));
  return fallback;
}

bool TomlReader::boolean(const std::string& key, bool fallback) {
  const TomlNode* node = find(key);
  if (!node) return fallback;
  if (const auto* truth = std::get_if<bool>(&node->value)) return *truth;
  fail(key, fmt::format("is true or false; found {}", type_name(*node)));
  return fallback;
}

std::vector<std::string> TomlReader::texts(const std::string& key) {
  const TomlNode* node = find(key);
  if (!node) return {};
  if (const auto* text = std::get_if<std::string>(&node->value)) return {*text};
  std::vector<std::string> out;
  if (const TomlArray* array = array_of(*node)) {
    for (const TomlNode& item : *array) {
      const auto* text = std::get_if<std::string>(&item.value);
      if (!text) {
        fail(key, fmt::format("is an array of texts; found {} in it", type_name(item)));
        return {};
      }
      out.push_back(*text);
    }
    return out;
  }
  fail(key, fmt::format("is a text or an array of texts; found {}", type_name(*node)));
  return {};
}

std::vector<double> TomlReader::numbers(const std::string& key) {
  const TomlNode* node = find(key);
  if (!node) return {};
  if (const auto* one = std::get_if<double>(&node->value)) return {*one};
  std::vector<double> out;
  if (const TomlArray* array = array_of(*node)) {
    for (const TomlNode& item : *array) {
      if (const auto* value = std::get_if<double>(&item.value)) out.push_back(*value);
    }
    if (out.size() == array->size()) return out;
  }
  fail(key, "is a number or an array of numbers, as [1, 2, 5]");
  return {};
}

std::vector<std::pair<std::string, std::string>> TomlReader::pairs(const std::string& key) {
  const TomlNode* node = find(key);
  if (!node) return {};
  const auto* table = std::get_if<TomlTable>(&node->value);
  if (!table) {
    fail(key, fmt::format("is a table such as {{ a = \"b\" }}; found {}", type_name(*node)));
    return {};
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, child] : **table) {
    if (child.value.index() > 2) fail(key, fmt::format("'{}' is a text; found {}", name, type_name(child)));
    out.emplace_back(name, text_of(child));
  }
  return out;
}

std::optional<TomlReader> TomlReader::table(const std::string& key) {
  const TomlNode* node = find(key);
  if (!node) return std::nullopt;
  if (std::holds_alternative<TomlTable>(node->value)) return TomlReader(*node, source_, named(key), *errors_);
  fail(key, fmt::format("is a table; found {}", type_name(*node)));
  return std::nullopt;
}

std::vector<TomlReader> TomlReader::tables(const std::string& key) {
  const TomlNode* node = find(key);
  if (!node) return {};
  const TomlArray* array = array_of(*node);
  if (!array) {
    fail(key, fmt::format("is an array of tables ([[{}]]); found {}", named(key), type_name(*node)));
    return {};
  }
  std::vector<TomlReader> out;
  for (const TomlNode& item : *array) {
    if (!std::holds_alternative<TomlTable>(item.value)) {
      fail(key, fmt::format("is an array of tables; found {} in it", type_name(item)));
      return {};
    }
    out.emplace_back(item, source_, fmt::format("{}[{}]", named(key), out.size() + 1), *errors_);
  }
  return out;
}

std::string TomlReader::word(const std::string& key, const std::vector<std::string>& allowed,
                             const std::string& fallback) {
  const std::string value = text(key, fallback);
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  fail(key, fmt::format("is one of {}; found '{}'{}", join(allowed, ", "), value, did_you_mean(value, allowed)));
  return fallback;
}

std::vector<std::string> TomlReader::keys() const {
  std::vector<std::string> out;
  for (const auto& entry : *std::get<TomlTable>(node_->value)) out.push_back(entry.name);
  return out;
}

void TomlReader::finish() {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const std::string& key : keys()) {
    if (known_.count(key)) continue;
    const std::string place = path_.empty() ? "" : fmt::format(" in [{}]", path_);
    const std::string hint = did_you_mean(key, known);
    errors_->add(make_error(ErrorCode::input,
                            fmt::format("unknown key '{}'{}{}{}", key, place, hint,
                                        hint.empty() ? "; known keys: " + join(known, ", ") : ""),
                            where(key)),
                 true);
  }
}

}  // namespace hedgerow::data
