#include "engine/review_run.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "audit/render.hpp"
#include "base/missing.hpp"
#include "engine/audit_pages.hpp"
#include "engine/review_grade.hpp"
#include "engine/review_lock.hpp"
#include "engine/review_output.hpp"
#include "engine/review_pages.hpp"
#include "engine/review_words.hpp"
#include "engine/run.hpp"
#include "report/html.hpp"

namespace hedgerow::engine {
namespace {

using Json = nlohmann::ordered_json;

/// The findings of some groups at the end of what they concern.
void add_audit(const Pages& pages, const std::vector<std::string>& groups, report::Section& section) {
  for (report::Block& block : audit_callout(pages.evidence().audit, groups)) section.add(std::move(block));
}

Expected<report::Document> build_report(Pages& pages) {
  const ReviewSpec& spec = pages.spec();
  report::Document document;
  document.title = spec.title;
  document.subtitle = spec.question;
  document.authors = spec.authors;
  document.front = front_page(pages);
  document.sections.push_back(question_section(pages));
  HR_TRY(report::Section studies, studies_section(pages));
  add_audit(pages, {"PR"}, studies);
  document.sections.push_back(std::move(studies));
  HR_TRY(report::Section appraisal, appraisal_section(pages));
  add_audit(pages, {"RB"}, appraisal);
  document.sections.push_back(std::move(appraisal));
  if (spec.has_effects()) {
    document.sections.push_back(effects_section(pages));
    add_audit(pages, {"AR", "DA", "DE"}, document.sections.back());
    HR_TRY(report::Section results, results_section(pages));
    document.sections.push_back(std::move(results));
    if (!spec.grade.outcomes.empty()) {
      document.sections.push_back(grade_section(pages));
      add_audit(pages, {"GR"}, document.sections.back());
    }
    document.sections.push_back(published_section(pages));
    add_audit(pages, {"MA", "RP"}, document.sections.back());
    document.sections.push_back(methods_section(pages));
  }
  document.sections.push_back(warnings_section(pages));
  document.sections.push_back(audit_section(pages.evidence().audit));
  document.sections.push_back(provenance_section(pages));
  document.references = method_references();
  document.footer = fmt::format("Hedgerow {}", kVersion);
  return document;
}

Json number_json(double value) { return is_missing(value) ? Json(nullptr) : Json(value); }

Json published_json(const Published& published) {
  Json out = Json::array();
  for (const PublishedRow& row : published.rows) {
    Json one{{"row", row.row + 1}, {"job", row.job}, {"rule", row.rule}, {"agrees", row.agrees}};
    Json cells = Json::object();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const PublishedCell& cell = row.cells[i];
      if (cell.quantity.empty())
        one["printed"][published.columns[i]] = cell.printed;
      else if (!cell.printed.empty())
        cells[published.columns[i]] = {{"printed", cell.printed},
                                       {"quantity", cell.quantity},
                                       {"recomputed", number_json(cell.recomputed)},
                                       {"agrees", cell.agrees}};
    }
    one["numbers"] = std::move(cells);
    if (row.loglik_ours) one["loglik"] = {{"recomputed", *row.loglik_ours}, {"published", *row.loglik_printed}};
    out.push_back(std::move(one));
  }
  return out;
}

std::string results_json(const ReviewEvidence& evidence) {
  Json out{{"schema", "hedgerow.review-results/1"}, {"version", kVersion}, {"title", evidence.spec.title}};
  out["headline"] = evidence.spec.headline;
  out["inputs"] = Json::object();
  for (const InputFile& file : evidence.inputs) out["inputs"][file.name] = file.checksum;
  out["warnings"] = evidence.warnings;
  if (evidence.table) out["effects"] = Json::parse(to_json(evidence.effects));
  out["analyses"] = Json::object();
  for (const ReviewResult& result : evidence.results) {
    Json one = result.error ? Json{{"error", describe(*result.error)}} : Json::parse(to_json(result.result));
    out["analyses"][result.what.id] = std::move(one);
  }
  if (!evidence.spec.grade.outcomes.empty()) out["grade"] = Json::parse(grade_json(grade_outcomes(evidence)));
  if (evidence.published) out["published"] = published_json(*evidence.published);
  return out.dump(1) + "\n";
}

void add_lock(Lock lock, std::vector<OutputFile>& files) {
  for (const OutputFile& file : files) lock.files.push_back(file.path);
  lock.files.emplace_back(kLockFile);
  files.push_back({kLockFile, to_text(lock)});
}

ReviewOutcome outcome_of(const ReviewEvidence& evidence, const std::string& target, const std::optional<Lock>& previous,
                         const Lock& lock, std::size_t files) {
  ReviewOutcome out;
  out.report = target + "/report.html";
  if (evidence.table) {
    const ReviewResult& headline = evidence.result(evidence.spec.headline);
    out.headline = result_sentence(evidence.spec, headline);
    out.prediction = prediction_sentence(evidence.spec, headline);
  } else {
    out.headline = kNoEffects;
  }
  if (evidence.published) {
    out.published = evidence.published->rows.size();
    out.reproduced = evidence.published->agreeing();
  }
  out.audit = audit_counts(evidence.audit);
  out.warnings = evidence.warnings;
  // The terminal tells of changes once; the report keeps them until the next change.
  if (previous && previous->now != lock.now) out.changes = evidence.changes;
  out.files = files;
  return out;
}

}  // namespace

Expected<ReviewOutcome> run_review(const std::string& folder, const std::string& out, Progress& progress,
                                   const LoggedReview& logged) {
  const std::string target = out.empty() ? folder + "/out" : out;
  HR_TRY(ReviewEvidence evidence, gather_evidence(folder, progress, logged));
  HR_TRY(const std::optional<Lock> previous, previous_lock(target));
  const Lock lock = next_lock(lock_state(evidence), previous);
  evidence.changes = lock_changes(lock);
  progress.step("figures and tables", 0, 1);
  Pages pages(evidence);
  HR_TRY(const report::Document document, build_report(pages));
  std::vector<OutputFile> files = std::move(pages.files);
  files.push_back({"report.html", report::to_html(document)});
  files.push_back({"results.json", results_json(evidence)});
  files.push_back({"audit.json", audit::to_json(evidence.audit)});
  add_lock(lock, files);
  HR_CHECK(write_output(target, files, previous));
  progress.step("written", 1, 1);
  return outcome_of(evidence, target, previous, lock, files.size());
}

}  // namespace hedgerow::engine
