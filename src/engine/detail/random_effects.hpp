// Random effects of a request over the rows of a table.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "data/table.hpp"
#include "engine/job.hpp"
#include "model/parameters.hpp"
#include "model/problem.hpp"

namespace hedgerow::engine {

/// The specification of a model with random effects, or with a sampling covariance alone (then `random` is empty and
/// the mean is estimated by generalised least squares). `table` holds the rows of the model in their order.
Expected<model::Multilevel> multilevel_spec(const ModelRequest& request, const data::Table& table);

/// Index of the parameter of this name ("rho.1" also names the only "rho"). An Error lists the names.
Expected<std::size_t> find_parameter(const std::vector<model::Parameter>& parameters, const std::string& name);

/// The problem with the parameters of `request.fix` held at their values.
Expected<model::Problem> with_fixed_parameters(const model::Problem& problem, const ModelRequest& request);

/// Each of these rows of the table has a value in every column that groups rows; an Error names the cell.
Checked check_groups(const ModelRequest& request, const data::Table& table, const std::vector<std::size_t>& rows);

}  // namespace hedgerow::engine
