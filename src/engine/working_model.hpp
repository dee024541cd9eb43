// Working models of robust variance estimation by name: what they mean for effects, model and inference.
//
//   CHE   correlated and hierarchical effects: V with one correlation rho within a cluster, random effects of the
//         cluster and of each effect
//   SCE   subgroup correlated effects: V with rho within cluster and subgroup, a between-cluster variance for each
//         subgroup, subgroups independent
//   CORR, HIER   weights and moment estimators of model/working_model.hpp
//
// All of them are followed by CR2, Satterthwaite and HTZ by cluster, unless the inference says otherwise.
//
// Source: pustejovsky2022 (CHE, SCE), hedges2010 (CORR, HIER).
#pragma once

#include "base/expected.hpp"
#include "engine/job.hpp"
#include "model/problem.hpp"

namespace hedgerow::engine {

/// The job with the working model written out as covariance, random effects and robust tests; as it is if it has none.
/// Errors: unknown name, a column that the model needs and the request lacks, a model or covariance beside it.
Expected<Job> with_working_model(const Job& job);

/// The two-level problem of CORR or HIER: effects with the model's working variances as vi + tau2, tau2 given. Says in
/// `warnings` what was estimated.
Expected<model::Problem> working_problem(model::Data data, const WorkingModel& working, const data::Table& table,
                                         std::vector<std::string>& warnings);

}  // namespace hedgerow::engine
