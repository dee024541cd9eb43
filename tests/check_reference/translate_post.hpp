// fsn, tes, hc, gosh, permutest, blup, vcov, baujat, radial -> questions; their answers in the corpus' field names.
#pragma once

#include <optional>
#include <string>

#include "call.hpp"
#include "engine/job.hpp"
#include "translate.hpp"

namespace hedgerow::check {

/// Whether one of the functions of this file is meant.
bool is_post_function(const std::string& function);

/// The question; `job` is the fit that it is about.
Expected<engine::Ask> translate_post(const Call& call, const engine::Job& job);

/// fsn and tes called on data: the model that they start from, as a call of rma.
Call model_of_data(const Call& call);

/// Fields of an answer under the names that the corpus has.
void post_fields(const Call& call, nlohmann::json& block);

/// fitstats(): the likelihood and information criteria of a fit as a matrix of one column.
nlohmann::json fitstats_fields(const Call& call, const engine::Job& job, const nlohmann::json& fit);

/// One call about `res` inside a block of R code that draws: {pdf(NULL); b <- f(res); ...; as.data.frame(b)[...]}.
/// Nothing if the block is anything else.
std::optional<RExpr> call_in_block(const RExpr& block);

}  // namespace hedgerow::check
