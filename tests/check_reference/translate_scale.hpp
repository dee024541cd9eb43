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

}  // namespace hedgerow::check
