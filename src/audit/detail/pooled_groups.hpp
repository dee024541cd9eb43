// The checks of group MA by concept, each in a file of its own.
#pragma once

#include <span>

#include "audit/check.hpp"

namespace hedgerow::audit::detail {

std::span<const Check> pooled_interval_checks();       ///< estimates and their intervals
std::span<const Check> pooled_between_checks();        ///< levels of a moderator against each other
std::span<const Check> pooled_count_checks();          ///< effects, studies, participants
std::span<const Check> pooled_row_checks();            ///< pooled results against the rows and levels that they are of
std::span<const Check> pooled_heterogeneity_checks();  ///< Q, I2, tau2, prediction intervals
std::span<const Check> pooled_model_checks();          ///< models that print a result
std::span<const Check> pooled_bias_checks();           ///< Egger, trim and fill, leave-one-out

/// Of MA-02: printed results against printed effects of the same outcome.
void run_refits(const Subject& subject, Sink& sink);

}  // namespace hedgerow::audit::detail
