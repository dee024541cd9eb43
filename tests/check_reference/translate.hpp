// The adapter: calls of metafor become Jobs and questions of the engine.
//
// Every argument of a call has one rule, kept in one table per function. An argument without a rule, or a value that
// the
// Job has no place for, makes an Error of kind not_supported; nothing is dropped silently but settings of the other
// program's optimiser and of its printing.
#pragma once

#include <memory>

#include "base/expected.hpp"
#include "call.hpp"
#include "engine/job.hpp"
#include "workspace.hpp"

namespace hedgerow::check {

using TablePointer = std::shared_ptr<const data::Table>;

/// rma, rma.mv or escalc as a Job without questions. `table` may be null if the call holds its data itself; `workspace`
/// holds the matrices that the call names.
Expected<engine::Job> translate_model(const Call& call, const TablePointer& table, const Workspace& workspace = {});

/// What the translation of a question has to know about the fit.
struct FitShape {
  std::size_t p = 1;
  bool intercept = true;
};

/// A function of a fit (predict, confint, anova, regtest, ...) as a question about the fit of `job`.
Expected<engine::Ask> translate_question(const Call& call, const engine::Job& job, const FitShape& shape);

/// regtest, ranktest, trimfill called on data: a Job of its own, with the model that these functions start from.
Expected<engine::Job> translate_on_data(const Call& call, const TablePointer& table);

}  // namespace hedgerow::check
