// The table of a Job after the steps that recover numbers (effect/prepare.hpp), and its JSON form.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "effect/prepare.hpp"
#include "engine/job.hpp"

namespace hedgerow::engine {

inline constexpr const char* kTableSchema = "hedgerow.table/1";

/// A table after its steps. Rows of `recovered` count in `table`.
struct PreparedTable {
  std::shared_ptr<const data::Table> table;
  std::shared_ptr<const data::Table> before;  ///< as it was read; the same without steps
  std::vector<effect::PrepareStep> steps;
  std::vector<effect::Recovered> recovered;
  std::vector<std::string> warnings;
};

/// Reads the table (or takes the one in memory) and carries out the steps; the subset is not taken. Errors are located.
Expected<PreparedTable> prepare_table(const DataRequest& request);

/// The table with all its columns, the steps and what they recovered (docs/formats/table.md).
std::string to_json(const PreparedTable& prepared);
/// The table as CSV: header, then one line per row; missing cells are empty.
std::string to_csv(const data::Table& table);

}  // namespace hedgerow::engine
