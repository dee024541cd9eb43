// rma.mh, rma.peto and rma.glmm as Jobs: the single effects are those of rma with the same measure, the rest is the
// model of counts.
#pragma once

#include "translate.hpp"

namespace hedgerow::check {

/// Whether a function is one of these.
bool is_count_model(const std::string& function);

Expected<engine::Job> translate_counts(const Call& call, const TablePointer& table, const Workspace& workspace = {});

}  // namespace hedgerow::check
