#include "review/extraction_form.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "data/toml.hpp"

namespace hedgerow::review {
namespace {

FieldType type_named(const std::string& word) {
  if (word == "number") return FieldType::number;
  if (word == "integer") return FieldType::integer;
  if (word == "choice") return FieldType::choice;
  if (word == "yes_no") return FieldType::yes_no;
  return FieldType::text;
}

Field read_field(data::TomlReader& table) {
  Field field;
  field.id = table.required_text("id");
  field.label = table.text("label", field.id);
  field.type = type_named(table.word("type", {"text", "number", "integer", "choice", "yes_no"}, "text"));
  field.choices = table.texts("choices");
  field.unit = table.text("unit");
  field.hint = table.text("hint");
  field.min = table.optional_number("min");
  field.max = table.optional_number("max");
  field.required = table.boolean("required", false);
  const bool number = field.type == FieldType::number || field.type == FieldType::integer;
  field.source = table.boolean("source", number);
  if ((field.type == FieldType::choice) == field.choices.empty())
    table.fail("choices", "a field of type 'choice' names its choices, and no other field does");
  if (!number && (field.min || field.max)) table.fail("min", "only numbers have a smallest and a largest value");
  if (field.id.find(':') != std::string::npos) table.fail("id", "':' is kept for the columns of sources");
  table.finish();
  return field;
}

void read_effect(data::TomlReader& root, ExtractionForm& form) {
  auto table = root.table("effect");
  if (!table) return;
  form.effect.measure = table->required_text("measure");
  form.effect.arguments = table->pairs("columns");
  if (form.effect.arguments.empty()) table->fail("columns", "which fields enter the effect is missing");
  table->finish();
}

std::vector<std::string> ids(const ExtractionForm& form) {
  std::vector<std::string> out;
  for (const Field& field : form.fields) out.push_back(field.id);
  return out;
}

}  // namespace

const Field* ExtractionForm::find(const std::string& id) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.id == id; });
  return found == fields.end() ? nullptr : &*found;
}

bool ExtractionForm::is_key(const std::string& id) const { return std::find(key.begin(), key.end(), id) != key.end(); }

std::string source_column(const std::string& field) { return "source:" + field; }

Expected<ExtractionForm> parse_form(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  ExtractionForm form;
  form.name = root.text("name", "extraction");
  form.note = root.text("note");
  form.key = root.texts("key");
  for (data::TomlReader& table : root.tables("field")) {
    Field field = read_field(table);
    if (form.find(field.id)) table.fail("id", fmt::format("'{}' is already a field", field.id));
    form.fields.push_back(std::move(field));
  }
  read_effect(root, form);
  root.finish();
  if (form.fields.empty()) root.fail("", "no [[field]]: a form takes at least one value");
  if (form.key.empty()) root.fail("key", "names the fields that name a row, such as [\"study\", \"outcome\"]");
  for (const std::string& id : form.key)
    if (!form.find(id)) root.fail("key", fmt::format("'{}' is not a field{}", id, did_you_mean(id, ids(form))));
  if (errors.first) return *errors.first;
  return form;
}

}  // namespace hedgerow::review
