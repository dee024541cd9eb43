#include "workflow/folder_review.hpp"

#include <stdlib.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "data/readers.hpp"
#include "workflow/decisions.hpp"
#include "workflow/dedup_step.hpp"
#include "workflow/import_file.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"

namespace hedgerow::workflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPlanFile = "review.toml";

std::string in_folder(const std::string& folder, const std::string& file) { return (fs::path(folder) / file).string(); }

bool imported(const ReviewStore& review, const std::string& file) {
  for (const Import& import : review.state.imports)
    if (import.file == file) return true;
  return false;
}

Expected<FolderReview> made_from_files(const std::string& folder, const Plan& plan, Progress& progress) {
  HR_TRY(ScratchFolder scratch, ScratchFolder::create());
  { HR_TRY(store::Store made, store::Store::create(in_folder(scratch.path(), kStoreFile))); }
  HR_TRY(ReviewStore review, ReviewStore::open(scratch.path()));
  const std::string author = kPlanFile;
  HR_TRY(const std::size_t files, import_planned(review, folder, plan, author, progress));
  if (files > 0) {
    HR_TRY(const DedupPlan duplicates, plan_dedup(review, author, {}, progress));
    HR_TRY([[maybe_unused]] const std::int64_t first, review.append(duplicates.links));
  }
  HR_CHECK(decide_planned(review, folder, plan, author));
  return FolderReview{std::move(scratch), std::move(review)};
}

}  // namespace

Expected<ScratchFolder> ScratchFolder::create() {
  std::string path = (fs::temp_directory_path() / "hedgerow-XXXXXX").string();
  if (!::mkdtemp(path.data())) return make_error(ErrorCode::io, "can't make a folder for a moment", path);
  return ScratchFolder(std::move(path));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Expected<Plan> plan_of(const std::string& folder) {
  const std::string path = in_folder(folder, kPlanFile);
  if (!fs::exists(path)) return Plan();
  HR_TRY(const std::string bytes, read_file(path));
  return read_plan(bytes, path);
}

Expected<std::size_t> import_planned(ReviewStore& review, const std::string& folder, const Plan& plan,
                                     const std::string& author, Progress& progress) {
  std::size_t files = 0;
  for (const PlannedImport& planned : plan.imports) {
    if (imported(review, planned.file)) continue;
    progress.step("reading " + planned.file, static_cast<int>(files), static_cast<int>(plan.imports.size()));
    ImportRequest request;
    request.author = author;
    request.file = in_folder(folder, planned.file);
    request.database = planned.database;
    request.origin = planned.origin;
    HR_TRY(ImportFile import, read_import(review, request));
    // The log names the file as the plan does, so that it is known again from wherever the command is given.
    nlohmann::json detail = nlohmann::json::parse(import.event.detail);
    detail["file"] = planned.file;
    import.event.detail = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    for (records::Record& record : import.read.records) record.source.file = planned.file;
    HR_TRY([[maybe_unused]] const std::int64_t first, review.store.append_import(import.event, import.read.records));
    HR_CHECK(review.refresh());
    ++files;
  }
  return files;
}

Checked decide_planned(ReviewStore& review, const std::string& folder, const Plan& plan, const std::string& author) {
  std::vector<store::Event> events;
  for (const auto& [stage, rule] :
       {std::pair{Stage::abstract, plan.abstract}, std::pair{Stage::fulltext, plan.fulltext}}) {
    HR_TRY(store::Event event, rule_event(author, {stage, rule.votes_needed, rule.reasons}));
    events.push_back(std::move(event));
  }
  if (!plan.decisions.empty()) {
    HR_TRY(const data::Table table, data::read_table(in_folder(folder, plan.decisions)));
    HR_TRY(std::vector<store::Event> decided, decision_events(table, review.state, review.heads));
    events.insert(events.end(), std::make_move_iterator(decided.begin()), std::make_move_iterator(decided.end()));
  }
  HR_TRY([[maybe_unused]] const std::int64_t first, review.append(events));
  return {};
}

Expected<std::optional<FolderReview>> open_folder_review(const std::string& folder, Progress& progress) {
  if (fs::exists(in_folder(folder, kStoreFile))) {
    HR_TRY(ReviewStore review, ReviewStore::open(folder));
    return std::optional<FolderReview>(FolderReview{std::nullopt, std::move(review)});
  }
  HR_TRY(const Plan plan, plan_of(folder));
  if (plan.imports.empty()) return std::optional<FolderReview>();
  HR_TRY(FolderReview made, made_from_files(folder, plan, progress));
  return std::optional<FolderReview>(std::move(made));
}

}  // namespace hedgerow::workflow
