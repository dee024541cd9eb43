// The scale in which results are shown beside that of the model: odds ratios beside log odds ratios.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "effect/transform.hpp"
#include "engine/detail/context.hpp"

namespace hedgerow::engine {

struct Shown {
  std::string transf;  ///< "" : results are shown as they are
  std::string name;    ///< "odds ratio"
  effect::TransformArguments with;
  std::vector<std::string> warnings;
};

/// Name of the transformation that a job asks for (Job::transf), or that the measure has, without "transf."; "" for
/// none.
std::string shown_transform(const Job& job, const std::string& measure);
/// What a transformation may need of the fit of a measure: sample sizes (IRFT: person-times), and the variance of the
/// true effects for .int and .mode (of a multilevel model the sum of its components, where each is one number).
effect::TransformArguments transform_arguments(const model::Fit& fit, const std::string& measure);
/// How the results of the fit are shown. Errors: the job asks for an unknown transformation, or for one that needs what
/// the data or the model do not have. Where only the measure would have it so, nothing is shown instead.
Expected<Shown> shown_scale(const Context& context);
/// Field "display" of the fit: the mean on the shown scale, if the model has no moderators.
void add_fit_display(const Shown& shown, Block& fit);
/// Field "display" of the answers that hold estimates (predict, leave_one_out, cumulative, subgroups), unless the
/// question itself asked for a transformation: none is applied twice.
void add_answer_display(const Shown& shown, const Ask& ask, Block& block);

}  // namespace hedgerow::engine
