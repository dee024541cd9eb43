// What the R code before a call leaves behind: matrices made from the data files of a case.
//
//   A <- as.matrix(dat2[-1])      the numeric columns of a file, here all but the first
//   rownames(A) <- dat2$id        names of its rows and columns (also colnames)
//
// Other code is an Error of kind not_supported, unless the case gives the data as they are after it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/named_matrix.hpp"
#include "data/table.hpp"
#include "engine/job.hpp"

namespace hedgerow::check {

struct Workspace {
  std::map<std::string, std::shared_ptr<const data::Table>> tables;  ///< "dat", "dat2", ...
  std::map<std::string, data::NamedMatrix> matrices;
  std::vector<std::string> factors;  ///< columns whose levels look like numbers and have an order that is not known
  std::map<std::string, engine::EffectRequest> covariances;  ///< what vcalc was asked for, by the name of its result
};

/// Columns that a function of metafor makes as factors, with the order of their levels: to.long makes "group" and
/// "time" with the levels 2, 1. Those of the tables get this order and are taken off the list of unknown ones.
Checked declare_factors(Workspace& workspace, const std::string& code);

/// Runs statements that are separated by ';' or line ends.
Checked run_code(Workspace& workspace, const std::string& code);

}  // namespace hedgerow::check
