// Functions of metafor that make tables or matrices: conv.fivenum, conv.wald, conv.2x2, aggregate, to.long, replmiss as
// steps that prepare a table; matreg, vec2mat, bldiag; and matrices written out as R code in other calls.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "data/named_matrix.hpp"
#include "translate.hpp"

namespace hedgerow::check {

bool is_table_function(const std::string& function);

/// What the call gives, under the field names of the corpus. `code` is the R code of the case: arguments that repeat
/// (bldiag) are only there.
Expected<nlohmann::json> table_fields(const Call& call, const std::string& code, const TablePointer& table,
                                      const Workspace& workspace);

/// The value of R code that makes a matrix, or of list(...) of the blocks of one.
Expected<data::NamedMatrix> matrix_value(const RExpr& expression, const Workspace& workspace);

}  // namespace hedgerow::check
