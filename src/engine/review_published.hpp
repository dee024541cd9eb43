// Published against recomputed: published.toml says which number of which analysis each printed number is.
//
//   printed rule      |ours - printed| <= half a unit of the last printed digit
//   significant rule  |ours - printed| <= half a unit of the n-th significant digit, for numbers that a program printed
//                     with more digits than its own stopping rule warrants
//
// A row agrees if every printed number of it agrees. For an iterated likelihood estimate the row also says which of the
// two values of tau2 has the higher log-likelihood: ours must.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "engine/review_jobs.hpp"

namespace hedgerow::engine {

inline constexpr const char* kPublishedSchema = "hedgerow.published/1";
inline constexpr const char* kPublishedFile = "published.toml";

/// Which result a printed row is.
struct PublishedTarget {
  Labels match;          ///< column -> text that identifies the row
  std::string analysis;  ///< id of the analysis
  std::string part;      ///< pooled, subgroup, between, bias, moderator
  std::string of;        ///< id of the subgroup analysis, bias test or moderator
  std::string item;      ///< group, name of the coefficient; empty for pooled and between
  int digits = 0;        ///< 0: the printed rule; else significant digits
  std::string note;      ///< why the printed digits are not all good
  std::string where;
};

struct PublishedSpec {
  std::string file;
  Labels columns;  ///< column -> quantity
  std::vector<PublishedTarget> rows;
};

Expected<PublishedSpec> parse_published(std::string_view bytes, const std::string& source);

struct PublishedCell {
  std::string printed;
  std::string quantity;  ///< empty: a column that only names the row
  double recomputed = 0;
  bool agrees = true;
};

struct PublishedRow {
  std::size_t row = 0;               ///< of the published table
  std::string job;                   ///< id of the job; empty if no analysis is declared for the row
  std::vector<PublishedCell> cells;  ///< one per column
  bool agrees = false;
  std::string rule;  ///< which rule held, or why none did
  std::string note;
  std::optional<double> loglik_ours, loglik_printed;  ///< at our tau2 and at the printed one
};

struct Published {
  std::vector<std::string> columns;
  std::vector<PublishedRow> rows;
  std::size_t agreeing() const;
};

/// Errors: unknown column or quantity, a row that no printed row or several match, an analysis that does not exist.
Expected<Published> compare_published(const PublishedSpec& spec, const data::Table& table, const ReviewSpec& review,
                                      const std::vector<ReviewResult>& results);

/// The half unit of the last printed digit of a number ("0.541" -> 0.0005; "67" -> 0.5).
double half_unit(const std::string& printed);
/// Whether a value agrees with a printed number; `digits` 0 for the printed rule, else significant digits.
bool agrees(double value, const std::string& printed, int digits);

}  // namespace hedgerow::engine
