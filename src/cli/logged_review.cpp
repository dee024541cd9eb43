#include "cli/logged_review.hpp"

#include <fmt/core.h>

#include "base/file.hpp"
#include "cli/log_facts.hpp"
#include "cli/screening_report.hpp"
#include "workflow/appraisal_log.hpp"
#include "workflow/folder_review.hpp"
#include "workflow/grade_log.hpp"
#include "workflow/prisma_step.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

/// What the log was made from: the exports and the decisions, or the store with its last event.
Expected<std::vector<engine::InputFile>> log_inputs(const std::string& folder, const workflow::FolderReview& opened) {
  std::vector<engine::InputFile> inputs;
  if (!opened.scratch) {
    inputs.push_back({workflow::kStoreFile, fmt::format("event {}", opened.review.state.last_event)});
    return inputs;
  }
  HR_TRY(const workflow::Plan plan, workflow::plan_of(folder));
  std::vector<std::string> files;
  for (const workflow::PlannedImport& planned : plan.imports) files.push_back(planned.file);
  if (!plan.decisions.empty()) files.push_back(plan.decisions);
  for (const std::string& file : files) {
    HR_TRY(const std::string bytes, read_file(folder + "/" + file));
    inputs.push_back({file, checksum(bytes)});
  }
  return inputs;
}

/// Ratings by the instruments of the program; those by one of the user's own are read by `hedgerow appraise` alone,
/// which is told its file.
Expected<std::vector<engine::LoggedRatings>> logged_ratings(const std::vector<store::Event>& standing) {
  std::vector<engine::LoggedRatings> out;
  for (const std::string& id : workflow::logged_instruments(standing)) {
    auto instrument = review::builtin_instrument(id);
    if (!instrument) continue;
    HR_TRY(auto cells, workflow::logged_ratings(*instrument, standing));
    out.push_back({instrument.take(), std::move(cells)});
  }
  return out;
}

}  // namespace

Expected<engine::LoggedReview> logged_review(const std::string& folder, Progress& progress) {
  engine::LoggedReview logged;
  HR_TRY(const auto opened, workflow::open_folder_review(folder, progress));
  if (!opened) return logged;
  const workflow::ReviewStore& review = opened->review;
  logged.prisma = workflow::prisma_of(review.state, workflow::standing_events(review.events));
  logged.screening = screening_blocks(review.state);
  HR_TRY(logged.inputs, log_inputs(folder, *opened));
  const std::vector<store::Event> standing = workflow::standing_events(review.events);
  HR_TRY(logged.ratings, logged_ratings(standing));
  HR_TRY(logged.grade, workflow::logged_steps(standing));
  HR_TRY(const workflow::Plan plan, workflow::plan_of(folder));
  HR_TRY(logged.facts,
         log_facts(review, plan, folder, {opened->scratch ? plan.decisions : workflow::kStoreFile, 0, "", ""}));
  return logged;
}

}  // namespace hedgerow::cli
