// Arguments of location-scale models: scale, link, alpha, att of rma; newscale of predict; Z and att of anova.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "call.hpp"
#include "corpus.hpp"
#include "engine/job.hpp"

namespace hedgerow::check {

/// scale = ~ x, link = "log", alpha = c(NA, 0) or att = 2:3 of a call of rma, into the Job.
Checked translate_scale(const Call& call, const std::string& argument, engine::Job& job);

/// Rows of newscale: a matrix, or a vector, which is a row (or a column if the scale has one moderator).
Expected<stats::Matrix> translate_newscale(const Call& call);

/// anova(Z = ...) or anova(att = ...): a question about the scale.
Expected<engine::Ask> translate_scale_test(const Call& call);

/// A coefficient of the scale whose reference runs off to infinity, because the likelihood rises for ever as tau2 of
/// some rows falls to 0, is where an optimizer stopped, and its error is rounding. Both sides lose the numbers of such
/// coefficients (standard error above 1000 on the log scale of a variance); tau2, which they make 0, is compared.
void drop_diverged(Json& expected, Json& got);

}  // namespace hedgerow::check
