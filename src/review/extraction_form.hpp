// The form of data extraction: which values are taken from a report, and what each may be.
//
// A form is a TOML file; docs/formats/extraction.md describes its keys. A row of an extraction is named by the key
// fields of the form (a study, an outcome, a time point); two extractors who name a row alike can be compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::review {

enum class FieldType { text, number, integer, choice, yes_no };

struct Field {
  std::string id;     ///< name of its column
  std::string label;  ///< what the extractor reads; the id unless given
  FieldType type = FieldType::text;
  std::vector<std::string> choices;  ///< of a choice
  std::string unit, hint;
  std::optional<double> min, max;  ///< of numbers; a value beyond is a warning, not an error: papers hold surprises
  bool required = false;
  bool source = false;  ///< whether the template has a column for page, table and quote beside it
};

/// How an effect follows from the fields, so that differences between extractors can be weighed by what they change.
struct EffectOfForm {
  std::string measure;                                         ///< "SMD"; empty: no effect
  std::vector<std::pair<std::string, std::string>> arguments;  ///< argument -> field or expression
};

struct ExtractionForm {
  std::string name, note;
  std::vector<std::string> key;  ///< ids of the fields that name a row, at least one
  std::vector<Field> fields;
  EffectOfForm effect;

  const Field* find(const std::string& id) const;
  bool is_key(const std::string& id) const;
};

/// Name of the column that holds where a value was found: "source:mean_t".
std::string source_column(const std::string& field);

/// Reads a form. Errors with line and column: a field twice, a key that is not a field, choices without a choice.
Expected<ExtractionForm> parse_form(std::string_view bytes, const std::string& source);

}  // namespace hedgerow::review
