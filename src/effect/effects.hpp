// Effects: estimates with their sampling variances, and the record of how each was computed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"

namespace hedgerow::effect {

/// One quantity that entered or came out of the computation of a row, with the name of the method.
struct Quantity {
  std::string name;  ///< "d", "J", "sd_pooled", ...
  double value = 0;
};

/// How one row was computed: enough to do it again by hand.
struct Record {
  std::string method;            ///< "SMD of changes over pooled post SD (prepost_postsd), J approximate, vtype LS2"
  std::vector<Quantity> inputs;  ///< numbers from the table, under their argument names (m1i, sd1i, ...)
  std::vector<Quantity> steps;   ///< intermediate results (d, J, sd_pooled, r, t, ...)
  std::string note;              ///< what the user should know ("r = 0.5 assumed", "NA: sd1i missing"), may be empty
};

/// Estimates of all rows of a table. yi or vi is NaN where the inputs don't define it; `records[i].note` says why.
struct Effects {
  std::string measure;  ///< "SMD", ...
  stats::Vector yi;
  stats::Vector vi;
  stats::Vector ni;   ///< total sample size, NaN if unknown
  stats::Vector n1i;  ///< group sizes where the measure has two groups, else empty
  stats::Vector n2i;
  stats::Vector v1i;  ///< what each group contributes to vi, where effects that share a group can be told, else empty
  stats::Vector v2i;
  std::vector<Record> records;
  std::vector<std::string> warnings;  ///< located texts: a sign that the data contradict, rows without an estimate, ...
};

/// Argument name -> column name or expression ("m1i" -> "exp_post_mean").
using Arguments = std::map<std::string, std::string>;

/// Options of `compute` (metafor's escalc). Unset options take the measure's own defaults.
struct Options {
  /// Variance: "LS", "LS2", "LS3", "UB", "HO" (also spelled "H0"), "AV", ...; the default of all measures is LS.
  std::optional<std::string> vtype = {};
  bool correct = true;                 ///< Hedges' correction / bias correction
  bool exact_j = true;                 ///< exact J by log-gamma; false: 1 - 3 / (4m - 1)
  std::optional<double> add = {};      ///< added to 2x2 and rate cells
  std::optional<std::string> to = {};  ///< "only0", "all", "if0all", "none"
  bool drop00 = false;
  /// What `add` is added to: "cells", all four of a table; "events" (RR, VE), the events and, once, the size of each
  /// group; "variance" (RD), the cells in the variance alone.
  std::string continuity = "cells";
  std::optional<double> r = {};  ///< pre-post correlation for rows that give none
};

/// Names of all measures that `compute` knows.
std::vector<std::string> measures();
/// Names of all arguments of all measures and forms, in order of first appearance, without repetition.
std::vector<std::string> argument_names();

/// Computes a measure for every row. Errors: unknown measure (with the nearest), missing argument, unknown column, text
/// in a number column, impossible input (negative SD, n < 1, |r| > 1, events above n) with its cell.
Expected<Effects> compute(const std::string& measure, const data::Table& table, const Arguments& arguments,
                          const Options& options);

}  // namespace hedgerow::effect
