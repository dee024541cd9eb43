// Result: what a Job gave. Documented, with its JSON form, in docs/formats/job-and-result.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "effect/counts.hpp"
#include "effect/effects.hpp"
#include "effect/single_study_intervals.hpp"
#include "engine/block.hpp"
#include "engine/job.hpp"
#include "stats/block_matrix.hpp"

namespace hedgerow::engine {

inline constexpr const char* kResultSchema = "hedgerow.result/1";
inline constexpr const char* kVersion = "0.1.0";

/// A row that did not enter the model, and why.
struct Dropped {
  std::uint32_t row = 0;  ///< index into the table, from 0
  std::string where;      ///< file and line
  std::string reason;
};

/// The effects of all rows of the (subset of the) table.
struct EffectRows {
  std::string method;
  effect::Effects effects;
  std::vector<std::string> slab;             ///< empty if no labels were asked for: then the row numbers from 1
  std::vector<std::uint32_t> row;            ///< row of the whole table, from 0
  std::shared_ptr<const data::Table> table;  ///< the whole table
  /// Sampling covariance of all rows, NaN where vi is missing; null: independent.
  std::shared_ptr<const stats::BlockMatrix> v{};
  std::vector<std::string> v_assumed{};               ///< what it rests on, in words
  std::optional<effect::StudyIntervals> intervals{};  ///< of the single effects, if asked for
  effect::RawCounts counts{};                         ///< behind the effects of all rows, where the measure has counts
  /// What the steps before the effects recovered; rows count in `table`, which is the table after them.
  std::vector<effect::Recovered> recovered{};
  std::vector<effect::PrepareStep> prepared{};            ///< these steps
  std::shared_ptr<const data::Table> unprepared_table{};  ///< the table before them; null without steps

  std::string label(std::size_t i) const { return slab.empty() ? std::to_string(row[i] + 1) : slab[i]; }
  /// File and line of a row.
  std::string where(std::size_t i) const;
};

/// The answer to a question, under its name: a block of numbers, or the reason why there are none.
struct Answer {
  std::string name;
  std::string ask;  ///< kind of question: "predict", "confint", ...
  Block block;
  std::optional<Error> error;
};

struct Result {
  Job job;
  EffectRows effects;
  std::vector<Dropped> dropped;
  std::vector<std::uint32_t> used;  ///< positions in `effects` of the rows in the model, in order
  std::optional<Block> fit;         ///< none if only effects were asked for
  std::vector<std::string> warnings;
  std::vector<Answer> answers;

  /// The answer with this name, or null.
  const Answer* answer(std::string_view name) const;
};

}  // namespace hedgerow::engine
