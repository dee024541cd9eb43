// One row while it is computed: what goes in, what is noted, and the settings of the whole call.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/missing.hpp"
#include "effect/detail/inputs.hpp"
#include "effect/effects.hpp"

namespace hedgerow::effect::detail {

/// Averages over all rows, for measures whose variance takes them (vtype AV) and for `to = "if0all"`. The rows are run
/// twice: the first pass adds, the second reads.
class Averages {
 public:
  /// First pass: adds a value with its weight (a missing one is left out) and returns NaN. Second pass: the average.
  double average(const std::string& name, double value, double weight);
  void finish() { collecting_ = false; }

 private:
  struct Sum {
    double weighted = 0;
    double weight = 0;
  };
  bool collecting_ = true;
  std::map<std::string, Sum> sums_;
};

/// Options of a call with the defaults of the measure filled in.
struct Setting {
  std::string vtype;
  bool correct = true;
  bool exact_j = true;
  std::optional<double> r;
  double add = 0.5;
  std::string to = "only0";
  bool drop00 = false;
  std::string continuity = "cells";
};

class Row {
 public:
  Row(const Inputs& inputs, std::size_t index, const Setting& setting, Averages& averages, int direction)
      : inputs_(inputs), index_(index), setting_(setting), averages_(averages), direction_(direction) {}

  const Setting& setting() const { return setting_; }
  bool vtype(std::string_view name) const { return setting_.vtype == name; }
  /// Declared direction of the effect: -1, 1, or 0 when none is declared.
  int direction() const { return direction_; }

  /// Value of an argument, NaN if it is not bound or missing.
  double in(std::string_view name) const { return inputs_.at(index_, name); }
  bool given(std::string_view name) const { return !is_missing(in(name)); }
  double average(const std::string& name, double value, double weight) {
    return averages_.average(name, value, weight);
  }

  /// Records an intermediate result and hands it back.
  double step(std::string name, double value);
  /// Hedges' correction for m degrees of freedom as the settings have it (1 without correction), recorded.
  double j(double m);
  /// Adds to the text that names the method of this row.
  void say(const std::string& text);
  /// Adds to what the user should know about this row.
  void note(const std::string& text);
  /// A note that also belongs among the warnings of the whole result.
  void warn(const std::string& text);
  /// An input error at the cell of an argument of this row.
  Error bad(std::string_view name, const std::string& message) const { return inputs_.bad(index_, name, message); }

  std::vector<Quantity> steps;
  std::string method;
  std::string notes;
  std::vector<std::string> warnings;

 private:
  const Inputs& inputs_;
  std::size_t index_;
  const Setting& setting_;
  Averages& averages_;
  int direction_;
};

inline double square(double x) { return x * x; }

}  // namespace hedgerow::effect::detail
