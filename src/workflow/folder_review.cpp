#include "workflow/folder_review.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "base/file.hpp"
#include "base/gzip.hpp"
#include "data/readers.hpp"
#include "workflow/decisions.hpp"
#include "workflow/dedup_step.hpp"
#include "workflow/import_file.hpp"
#include "workflow/names.hpp"
#include "workflow/screening.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::workflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPlanFile = "review.toml";

std::string in_folder(const std::string& folder, const std::string& file) { return (fs::path(folder) / file).string(); }

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
  HR_TRY([[maybe_unused]] const DecisionsAdded decided, decide_planned(review, folder, plan, author));
  return FolderReview{std::move(scratch), std::move(review)};
}

/// Decisions of a table behind other events, in one transaction.
Expected<DecisionsAdded> add_events(ReviewStore& review, std::vector<store::Event> events, const std::string& file,
                                    const DecisionRules& rules) {
  HR_TRY(const data::Table table, data::read_table(file));
  HR_TRY(const std::vector<store::Event> decided, decision_events(table, review.state, review.heads, rules));
  std::vector<store::Event> fresh = not_in_log(decided, review.state, standing_events(review.events));
  const auto reviewers =
      std::count_if(fresh.begin(), fresh.end(), [](const store::Event& event) { return event.kind == "reviewer"; });
  DecisionsAdded done;
  done.added = fresh.size() - static_cast<std::size_t>(reviewers);
  done.already = table.rows() - done.added;
  events.insert(events.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  if (!events.empty()) HR_CHECK(review.append(events));
  return done;
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

Expected<bool> is_imported(const ReviewStore& review, const std::string& folder, const std::string& file) {
  for (const Import& import : review.state.imports)
    if (import.file == file) return true;
  HR_TRY(const std::string bytes, read_file_unpacked(in_folder(folder, file)));
  return imported_before(review, checksum(bytes)) != nullptr;
}

Expected<std::size_t> import_planned(ReviewStore& review, const std::string& folder, const Plan& plan,
                                     const std::string& author, Progress& progress) {
  std::vector<store::NewImport> imports;
  std::set<std::string> checksums;  // the same bytes under two names are one export
  for (const PlannedImport& planned : plan.imports) {
    HR_TRY(const bool stored, is_imported(review, folder, planned.file));
    if (stored) continue;
    progress.step("reading " + planned.file, static_cast<int>(imports.size()), static_cast<int>(plan.imports.size()));
    ImportRequest request;
    request.author = author;
    request.file = in_folder(folder, planned.file);
    request.database = planned.database;
    request.origin = planned.origin;
    HR_TRY(ImportFile import, read_import(review, request));
    // The log names the file as the plan does, so that it is known again from wherever the command is given.
    nlohmann::json detail = nlohmann::json::parse(import.event.detail);
    if (!checksums.insert(detail["checksum"].get<std::string>()).second) continue;
    detail["file"] = planned.file;
    import.event.detail = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    for (records::Record& record : import.read.records) record.source.file = planned.file;
    imports.push_back({std::move(import.event), std::move(import.read.records)});
  }
  if (imports.empty()) return std::size_t{0};
  HR_CHECK(review.store.append_imports(imports));
  HR_CHECK(review.refresh());
  return imports.size();
}

DecisionRules decision_rules(const State& state, const Plan& plan, const std::string& author) {
  const auto reasons = [](const StageRule& in_force, const StageRule& planned) {
    return in_force.reasons.empty() ? planned.reasons : in_force.reasons;
  };
  return {author, reasons(state.abstract, plan.abstract), reasons(state.fulltext, plan.fulltext),
          plan.referee_may_vote};
}

Expected<DecisionsAdded> add_decisions(ReviewStore& review, const std::string& file, const DecisionRules& rules) {
  return add_events(review, {}, file, rules);
}

Expected<DecisionsAdded> decide_planned(ReviewStore& review, const std::string& folder, const Plan& plan,
                                        const std::string& author, const std::string& reviewer) {
  std::vector<store::Event> rules;
  for (const auto& [stage, planned, now] : {std::tuple{Stage::abstract, plan.abstract, review.state.abstract},
                                            std::tuple{Stage::fulltext, plan.fulltext, review.state.fulltext}}) {
    if (planned.votes_needed == now.votes_needed && planned.reasons == now.reasons) continue;
    HR_TRY(store::Event event, rule_event(author, {stage, planned.votes_needed, planned.reasons}));
    rules.push_back(std::move(event));
  }
  if (!plan.decisions.empty())
    return add_events(review, std::move(rules), in_folder(folder, plan.decisions),
                      {reviewer, plan.abstract.reasons, plan.fulltext.reasons, plan.referee_may_vote});
  if (!rules.empty()) HR_CHECK(review.append(rules));
  return DecisionsAdded();
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
