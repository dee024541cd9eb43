// A kind of step that prepares a table: what it takes and gives, and the function that works on one row. Each family of
// kinds is one file that makes a list of these; prepare_registry.cpp joins the lists.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "base/missing.hpp"
#include "effect/detail/inputs.hpp"
#include "effect/prepare.hpp"

namespace hedgerow::effect::detail {

/// One row while a step works on it.
class StepRow {
 public:
  StepRow(const data::Table& table, const Inputs& inputs, const PrepareStep& step, const std::vector<bool>& chosen,
          std::map<std::string, double>& shared, std::size_t index)
      : table_(table), inputs_(inputs), step_(step), chosen_(chosen), shared_(shared), index_(index) {}

  std::size_t index() const { return index_; }
  std::size_t rows() const { return inputs_.rows(); }
  const data::Table& table() const { return table_; }
  bool bound(std::string_view name) const { return inputs_.bound(name); }
  /// Value of an argument, NaN if it is not bound or missing.
  double in(std::string_view name) const { return inputs_.at(index_, name); }
  bool given(std::string_view name) const { return !is_missing(in(name)); }
  /// The argument of another row.
  double in(std::size_t row, std::string_view name) const { return inputs_.at(row, name); }
  /// Whether the step works on this row.
  bool chosen(std::size_t row) const { return chosen_[row]; }

  std::string option(const std::string& name, const std::string& fallback) const;
  /// An option that is a number; an Error if it is a text. An option may also be a column: see `level`.
  Expected<double> number(const std::string& name, double fallback) const;
  Expected<bool> flag(const std::string& name, bool fallback) const;
  /// A value that is the same for all rows, computed once.
  double once(const std::string& name, const std::function<double()>& compute);

  /// Records an intermediate result and hands it back.
  double keep(std::string name, double value);
  /// Gives an output; NaN: there is none.
  void out(std::string_view name, double value);
  void note(const std::string& text);
  void warn(const std::string& text);
  Error bad(std::string_view name, const std::string& message) const { return inputs_.bad(index_, name, message); }
  std::string where() const;

  std::string method{};  ///< formula that was used
  std::string notes{};
  std::vector<Quantity> steps{};
  std::vector<Quantity> outputs{};
  std::vector<std::string> warnings;
  bool imputed = false;

 private:
  const data::Table& table_;
  const Inputs& inputs_;
  const PrepareStep& step_;
  const std::vector<bool>& chosen_;
  std::map<std::string, double>& shared_;
  std::size_t index_;
};

struct PrepareKind {
  std::string_view name;
  std::string_view text;
  std::vector<Argument> arguments;
  std::vector<std::vector<std::string_view>> ways;  ///< sets of arguments that must be bound, each of them enough
  std::vector<std::string_view> options;
  std::vector<std::string_view> outputs;
  /// One of the two: works on a row, or makes another table.
  Checked (*row)(StepRow&) = nullptr;
  Expected<Prepared> (*table)(const data::Table&, const PrepareStep&) = nullptr;
};

using PrepareFamily = std::vector<PrepareKind>;

const PrepareFamily& prepare_registry();
Expected<const PrepareKind*> find_prepare_kind(const std::string& name);

// The families, one file each.
PrepareFamily sd_steps();          ///< sd_from_se sd_from_ci sd_from_t sd_from_f sd_from_p sd_from_range sd_from_iqr
PrepareFamily change_steps();      ///< change_sd_from_r r_from_change_sd ...
PrepareFamily combine_steps();     ///< combine combine_counts
PrepareFamily scale_steps();       ///< from_log to_log events_from_percent fill
PrepareFamily fivenum_steps();     ///< fivenum
PrepareFamily two_by_two_steps();  ///< two_by_two
PrepareFamily wald_steps();        ///< wald
PrepareFamily impute_steps();      ///< impute_sd
PrepareFamily table_steps();       ///< aggregate to_long effect
PrepareFamily factor_steps();      ///< levels

}  // namespace hedgerow::effect::detail
