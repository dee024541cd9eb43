// Clean tables to put mistakes into: simulated from people, or real ones.
#pragma once

#include <string>
#include <vector>

#include "audit/subject.hpp"
#include "base/random.hpp"

namespace hedgerow::audit_recall {

/// A table as somebody would type it; columns are named by their quantities.
struct Cells {
  audit::SheetKind kind = audit::SheetKind::rows;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
  std::vector<Cells> beside{};  ///< other tables of the same paper

  bool operator==(const Cells&) const = default;
  std::size_t column(const std::string& name) const;
  bool has(const std::string& name) const;
  std::string& at(std::size_t row, const std::string& name) { return rows[row][column(name)]; }
  const std::string& at(std::size_t row, const std::string& name) const { return rows[row][column(name)]; }
  double number(std::size_t row, const std::string& name) const;
};

/// 6 to 14 studies of two groups, 12 to 80 people each, on one scale: means and SDs of simulated people, rounded.
/// Standard deviations vary between studies by 0.15 on the log scale, true effects around 0.5 by 0.2.
Cells summaries(RandomStream& random);
/// The same with effects, their standard errors, intervals and p-values in place of means.
Cells effects(RandomStream& random);

/// Results as a paper prints them: 6 outcomes of 5 to 20 simulated studies (DerSimonian and Laird) with heterogeneity
/// and prediction intervals.
Cells pooled_results(RandomStream& random);
/// A forest plot: effects with their intervals, and beside it the pooled result with its model, by one of the usual
/// estimators and tests.
Cells forest_plot(RandomStream& random);
/// 5 moderators of one outcome with two or three levels each, the test between them, and marks of significance.
Cells moderator_levels(RandomStream& random);

/// What the audit sees of a table.
audit::Subject subject_of(const Cells& cells);

/// Tables of a folder that are real and hold effects with variances.
std::vector<Cells> real_tables(const std::string& folder);

}  // namespace hedgerow::audit_recall
