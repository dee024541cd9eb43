// Extracted values as they were typed, and the comparison of two extractors.
//
// Nothing is rounded or guessed: a value is the text of its cell (a decimal comma as a point), with the place in the
// report that it came
// from. Two values agree if they are the same text, or the same number ("12.30" and "12.3").
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "review/extraction_form.hpp"

namespace hedgerow::review {

struct Value {
  std::string typed;   ///< as in the cell; empty: not given
  std::string source;  ///< page, table, quote; may be empty
  std::string where;   ///< "anna.csv:7:mean_t"
};

/// One row: values in the order of the form's fields.
struct ExtractedRow {
  std::vector<std::string> key;  ///< in the order of the form's key
  std::vector<Value> values;
};

struct Extraction {
  std::string extractor;
  std::vector<ExtractedRow> rows;
  std::vector<std::string> warnings;  ///< values beyond min and max, required ones that are missing, unknown columns
};

/// Reads a filled template. Errors, each with its cell: a key column that is missing, a key that is empty or appears
/// twice, text in a number, a word that is no choice.
Expected<Extraction> read_extraction(const ExtractionForm& form, const data::Table& table, std::string extractor);

/// Whether a value is what the field takes; the reason if it is not.
std::optional<std::string> problem_of(const Field& field, const std::string& typed);
/// Whether two values say the same.
bool same_value(const Field& field, const std::string& a, const std::string& b);

/// A field that two extractors fill differently.
struct Difference {
  std::size_t row_a = 0, row_b = 0;  ///< rows in the two extractions
  std::size_t field = 0;             ///< in the form
  std::string kind;                  ///< "missing in a", "missing in b", "number", "text"
};

/// How well two extractors agree on a field.
struct FieldAgreement {
  std::size_t compared = 0;  ///< rows where at least one gives a value
  std::size_t same = 0;
};

struct Comparison {
  std::vector<std::pair<std::size_t, std::size_t>> matched;  ///< rows with the same key, in the order of a
  std::vector<std::size_t> only_a, only_b;
  std::vector<Difference> differences;  ///< in the order of a's rows and the form's fields
  std::vector<FieldAgreement> fields;   ///< in the order of the form; keys have compared = 0
};

Comparison compare(const ExtractionForm& form, const Extraction& a, const Extraction& b);

/// The columns that an extractor fills: the form's, each with a column for its source beside it where the form says so.
std::vector<std::string> template_columns(const ExtractionForm& form);
/// An extraction as a table in the template's columns. Errors: no rows.
Expected<data::Table> to_table(const ExtractionForm& form, const Extraction& extraction, bool sources);

}  // namespace hedgerow::review
