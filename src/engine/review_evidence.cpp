#include "engine/review_evidence.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "data/readers.hpp"
#include "engine/review_audit.hpp"
#include "engine/review_grade.hpp"
#include "engine/review_ratings.hpp"
#include "engine/review_words.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

/// Reads files of one folder, remembers their checksums, and names them in messages relative to the folder.
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  bool has(const std::string& name) const { return is_file(path_ + "/" + name); }

  Expected<std::string> read(const std::string& name) {
    if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos)
      return make_error(ErrorCode::input, fmt::format("'{}' is not a file of the review folder", name), kReviewFile);
    HR_TRY(std::string bytes, read_file(path_ + "/" + name));
    const bool known = std::any_of(inputs.begin(), inputs.end(), [&](const InputFile& f) { return f.name == name; });
    if (!known) inputs.push_back({name, checksum(bytes)});
    return bytes;
  }

  Expected<data::Table> table(const std::string& name) {
    const std::size_t hash = name.find('#');
    const std::string file = name.substr(0, hash);
    HR_TRY(std::string bytes, read(file));
    if (!file.ends_with(".xlsx")) return data::parse_csv(std::move(bytes), file);
    std::optional<std::string> sheet;
    if (hash != std::string::npos) sheet = name.substr(hash + 1);
    return data::parse_xlsx(std::move(bytes), file, sheet);
  }

  Expected<std::shared_ptr<const data::NamedMatrix>> matrix(const std::string& name) {
    if (name.empty()) return std::shared_ptr<const data::NamedMatrix>();
    HR_TRY(std::string bytes, read(name));
    HR_TRY(data::NamedMatrix matrix, data::parse_named_matrix(std::move(bytes), name));
    return std::make_shared<const data::NamedMatrix>(std::move(matrix));
  }

  std::vector<InputFile> inputs;

 private:
  std::string path_;
};

Checked check_folder(const std::string& path) {
  if (is_folder(path) && is_file(path + "/" + kReviewFile)) return {};
  const char* found = is_folder(path) ? "this folder has no review.toml"
                      : is_file(path) ? "this is a file, not a folder"
                                      : "there is no such folder";
  return make_error(
      ErrorCode::usage,
      fmt::format("{}; a review is a folder with review.toml (what is asked), the table of effects that it "
                  "names, and optionally studies, appraisal and published numbers",
                  found),
      path);
}

/// What makes a result doubtful only in part: too few effects for a moderator, no convergence of a variant.
bool spares_the_rest(const ReviewJob& job, const Error& error) {
  return job.kind != ReviewJob::Kind::analysis &&
         (error.code == ErrorCode::not_defined || error.code == ErrorCode::not_converged);
}

Checked run_jobs(ReviewEvidence& evidence, Progress& progress) {
  const std::vector<ReviewJob> jobs = review_jobs(evidence.spec, evidence.table);
  const int total = static_cast<int>(jobs.size()) + 1;
  progress.step("effect sizes", 0, total);
  ModelChoice as_extracted;
  HR_TRY(evidence.effects, run(effects_job(evidence.spec, as_extracted, evidence.table)));
  ModelChoice headline = evidence.spec.analysis(evidence.spec.headline)->choice;
  HR_TRY(evidence.headline_effects, run(effects_job(evidence.spec, headline, evidence.table)));
  int done = 1;
  for (const ReviewJob& job : jobs) {
    progress.step(job.kind == ReviewJob::Kind::analysis ? job.title : job.analysis + ": " + job.title, done++, total);
    auto result = run(job.job);
    if (!result && !spares_the_rest(job, result.error())) {
      Error error = result.error();
      error.message = fmt::format("analysis '{}': {}", job.id, error.message);
      return error;
    }
    ReviewResult entry{job, Result(), {}};
    if (result)
      entry.result = result.take();
    else
      entry.error = result.error();
    evidence.results.push_back(std::move(entry));
  }
  progress.step("done", total, total);
  return {};
}

std::set<std::string> texts_of(const data::Table& table, const std::string& column) {
  const auto texts = table.texts(column);
  return texts ? std::set<std::string>(texts->begin(), texts->end()) : std::set<std::string>();
}

/// Studies of one table that the other one lacks.
void warn_of_other_studies(ReviewEvidence& evidence) {
  const StudiesSpec& spec = *evidence.spec.studies;
  const data::Table& table = *evidence.studies;
  const std::size_t key = *table.find(spec.study);
  const std::set<std::string> in_effects = texts_of(*evidence.table, evidence.spec.effects.study);
  std::vector<std::string> without_effects;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (!in_effects.count(std::string(table.cell(row, key)))) without_effects.emplace_back(table.cell(row, key));
  if (!without_effects.empty())
    evidence.warnings.push_back(fmt::format("{} of {} studies of {} have no row in {}: {}", without_effects.size(),
                                            table.rows(), spec.file, evidence.spec.effects.file,
                                            join(without_effects, ", ")));
  const std::set<std::string> in_studies = texts_of(table, spec.study);
  std::vector<std::string> unknown;
  for (const std::string& name : in_effects)
    if (!in_studies.count(name)) unknown.push_back(name + did_you_mean(name, without_effects));
  if (!unknown.empty())
    evidence.warnings.push_back(fmt::format("{} of {} are not in {}: {}",
                                            unknown.size() == 1 ? "1 study" : fmt::format("{} studies", unknown.size()),
                                            evidence.spec.effects.file, spec.file, join(unknown, ", ")));
}

Checked read_studies(Folder& folder, ReviewEvidence& evidence) {
  if (!evidence.spec.studies) {
    evidence.absent.push_back("a table of studies ([studies])");
    return {};
  }
  const StudiesSpec& spec = *evidence.spec.studies;
  HR_TRY(data::Table table, folder.table(spec.file));
  HR_CHECK(table.column(spec.study));
  for (const auto& entry : spec.columns) HR_CHECK(table.column(entry.first));
  evidence.studies = std::move(table);
  if (evidence.table) warn_of_other_studies(evidence);
  return {};
}

Checked read_appraisal_file(Folder& folder, ReviewEvidence& evidence) {
  if (!evidence.spec.appraisal) return {};
  const AppraisalSpec& spec = *evidence.spec.appraisal;
  HR_TRY(data::Table table, folder.table(spec.file));
  HR_TRY(evidence.appraised, review::appraise(spec.instrument, table, spec.columns));
  evidence.appraisal_table = std::move(table);
  return {};
}

Checked read_ratings_files(Folder& folder, const LoggedReview& logged, ReviewEvidence& evidence) {
  for (RatingsSpec& spec : evidence.spec.ratings) {
    if (!spec.instrument_file.empty()) {
      HR_TRY(const std::string bytes, folder.read(spec.instrument_file));
      HR_TRY(spec.instrument, review::parse_instrument(bytes, spec.instrument_file));
    }
    review::RatedTable read;
    if (spec.file.ends_with(".csv")) {
      HR_TRY(std::string bytes, folder.read(spec.file));
      HR_TRY(read, review::read_rated_csv(spec.instrument, std::move(bytes), spec.file));
    } else {
      HR_TRY(const data::Table table, folder.table(spec.file));
      HR_TRY(read, review::read_rated(spec.instrument, table));
    }
    HR_TRY(RatedBody body, rated_body(spec.instrument, read.cells, spec.file));
    evidence.rated.push_back(std::move(body));
  }
  for (const LoggedRatings& ratings : logged.ratings) {
    HR_TRY(RatedBody body, rated_body(ratings.instrument, ratings.cells, "the log"));
    evidence.rated.push_back(std::move(body));
  }
  return {};
}

void warn_of_ratings(ReviewEvidence& evidence) {
  if (!evidence.spec.appraisal && evidence.rated.empty())
    evidence.absent.push_back("an appraisal of the studies ([appraisal], [[ratings]])");
  for (const review::Appraised& study : evidence.appraised)
    if (study.declared && *study.declared != study.score)
      evidence.warnings.push_back(fmt::format("{}: {} declares a {} total of {}; its items add up to {}", study.where,
                                              study.study, evidence.spec.appraisal->instrument.name, *study.declared,
                                              study.score));
  for (const RatedBody& body : evidence.rated) {
    for (const std::string& remark : body.remarks)
      evidence.warnings.push_back(fmt::format("{} ({}): {}", body.instrument.name, body.source, remark));
    if (!body.agreed.open.empty())
      evidence.warnings.push_back(fmt::format("{} ({}): {} without a consensus", body.instrument.name, body.source,
                                              counted(static_cast<double>(body.agreed.open.size()),
                                                      "disagreement of raters is", "disagreements of raters are")));
  }
}

Checked read_prisma_file(Folder& folder, const LoggedReview& logged, ReviewEvidence& evidence) {
  if (!evidence.spec.prisma) evidence.spec.prisma = logged.prisma;
  if (!evidence.spec.prisma) {
    evidence.absent.push_back("the counts of the PRISMA flow ([prisma])");
    return {};
  }
  if (!evidence.spec.prisma_file.empty()) {
    HR_TRY(const data::Table table, folder.table(evidence.spec.prisma_file));
    HR_TRY(evidence.spec.prisma, review::read_prisma(table));
  }
  for (const review::PrismaProblem& problem : review::check(*evidence.spec.prisma))
    evidence.warnings.push_back("PRISMA flow: " + problem.message);
  return {};
}

Checked read_published(Folder& folder, ReviewEvidence& evidence) {
  if (!folder.has(kPublishedFile)) {
    evidence.absent.push_back("published numbers to compare with (published.toml)");
    return {};
  }
  HR_TRY(const std::string bytes, folder.read(kPublishedFile));
  HR_TRY(const PublishedSpec spec, parse_published(bytes, kPublishedFile));
  if (spec.file.empty()) return {};
  HR_TRY(const data::Table table, folder.table(spec.file));
  HR_TRY(evidence.published, compare_published(spec, table, evidence.spec, evidence.results));
  for (const PublishedRow& row : evidence.published->rows)
    if (!row.agrees)
      evidence.warnings.push_back(fmt::format("{}:{}: the printed result is not reproduced ({})", table.source(),
                                              table.line(row.row), row.rule));
  return {};
}

void note_absent(ReviewEvidence& evidence) {
  const review::Picos& picos = evidence.spec.picos;
  if (picos.population.empty() && picos.intervention.empty())
    evidence.absent.push_back("the question by PICOS ([picos])");
  if (evidence.spec.registration.id.empty()) evidence.absent.push_back("a registration ([registration])");
  if (!evidence.table) evidence.absent.push_back("effects, and a model of them ([effects], [[analysis]])");
  if (evidence.screening.empty()) evidence.absent.push_back("screening decisions (hedgerow.db)");
  if (evidence.spec.grade.outcomes.empty())
    evidence.absent.push_back("grading of the certainty of the evidence ([[grade.outcome]])");
}

/// Rows whose reported effect has the other sign than the recomputed one.
Checked compare_reported(ReviewEvidence& evidence) {
  const EffectsSpec& spec = evidence.spec.effects;
  if (spec.reported_yi.empty()) return {};
  HR_TRY(const stats::Vector reported, evidence.table->numbers(spec.reported_yi));
  HR_CHECK(evidence.table->numbers(spec.reported_sei));
  const EffectRows& rows = evidence.effects.effects;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const double ours = rows.effects.yi[i], printed = reported[rows.row[i]];
    if (ours * printed < 0)
      evidence.warnings.push_back(
          fmt::format("{}: {} is reported as {}, but its numbers give {}: the sign is the opposite", rows.where(i),
                      rows.label(i), format_fixed(printed, 4), format_fixed(ours, 4)));
  }
  return {};
}

void add_job_warnings(ReviewEvidence& evidence) {
  std::set<std::string> seen(evidence.warnings.begin(), evidence.warnings.end());
  const auto add = [&](const std::string& text) {
    if (seen.insert(text).second) evidence.warnings.push_back(text);
  };
  for (const std::string& warning : evidence.effects.warnings) add(warning);
  for (const ReviewResult& result : evidence.results) {
    // Warnings of single effects are those above, once for each job.
    const std::vector<std::string>& of_effects = result.result.effects.effects.warnings;
    for (const std::string& warning : result.result.warnings)
      if (std::find(of_effects.begin(), of_effects.end(), warning) == of_effects.end())
        add(fmt::format("{}: {}", result.what.id, warning));
    if (result.error) add(fmt::format("{}: {}", result.what.id, describe(*result.error)));
    for (const Dropped& dropped : result.result.dropped)
      add(fmt::format("{}: left out of '{}': {}", dropped.where, result.what.id, dropped.reason));
  }
}

/// Judgements of the log in place of those of review.toml.
Checked apply_logged_steps(const LoggedReview& logged, ReviewEvidence& evidence) {
  std::vector<review::GradeOutcome>& outcomes = evidence.spec.grade.outcomes;
  for (review::GradeOutcome& outcome : outcomes) {
    review::apply_steps(logged.grade, outcome);
    HR_CHECK(review::grade_certainty(outcome.judgement));
  }
  std::set<std::string> known, told;
  for (const review::GradeOutcome& outcome : outcomes) known.insert(outcome.id);
  for (const review::OutcomeStep& step : logged.grade)
    if (!known.contains(step.outcome) && told.insert(step.outcome).second)
      evidence.warnings.push_back(fmt::format("GRADE: the log judges '{}' ({}), which no [[grade.outcome]] declares",
                                              step.outcome, step.step.where));
  return {};
}

void add_grade_warnings(ReviewEvidence& evidence) {
  const std::vector<GradedOutcome> graded = grade_outcomes(evidence);
  for (const std::string& text : grade_problems(graded)) evidence.warnings.push_back("GRADE: " + text);
  for (const std::string& text : grade_warnings(graded)) evidence.warnings.push_back("GRADE: " + text);
}

/// The matrices that a choice names, from the folder into memory.
Checked read_matrices(Folder& folder, ModelChoice& choice) {
  for (KnownCorrelation& known : choice.model.r) {
    HR_TRY(known.matrix, folder.matrix(known.file));
  }
  if (!choice.covariance) return {};
  CovarianceRequest& v = *choice.covariance;
  HR_TRY(v.matrix, folder.matrix(v.file));
  HR_TRY(v.rho_obs_matrix, folder.matrix(v.rho_obs));
  HR_TRY(v.rho_type_matrix, folder.matrix(v.rho_type));
  return {};
}

Checked read_matrices(Folder& folder, ReviewSpec& spec) {
  for (AnalysisSpec& analysis : spec.analyses) {
    HR_CHECK(read_matrices(folder, analysis.choice));
    for (VariantSpec& variant : analysis.variants) HR_CHECK(read_matrices(folder, variant.choice));
  }
  return {};
}

Checked read_effects_table(Folder& folder, ReviewEvidence& evidence) {
  HR_TRY(data::Table table, folder.table(evidence.spec.effects.file));
  HR_CHECK(table.column(evidence.spec.effects.study));
  if (!evidence.spec.effects.row.empty()) HR_CHECK(table.column(evidence.spec.effects.row));
  HR_TRY(table, recode(evidence.spec.effects, std::move(table)));
  evidence.table = std::make_shared<const data::Table>(std::move(table));
  return {};
}

Expected<ReviewEvidence> gather(const std::string& path, Folder& folder, Progress& progress,
                                const LoggedReview& logged) {
  HR_CHECK(check_folder(path));
  ReviewEvidence evidence;
  HR_TRY(const std::string bytes, folder.read(kReviewFile));
  HR_TRY(evidence.spec, parse_review(bytes, kReviewFile));
  HR_CHECK(apply_logged_steps(logged, evidence));
  evidence.screening = logged.screening;
  evidence.log_facts = logged.facts;
  HR_CHECK(read_appraisal_file(folder, evidence));
  HR_CHECK(read_ratings_files(folder, logged, evidence));
  if (evidence.spec.has_effects()) {
    HR_CHECK(read_effects_table(folder, evidence));
    add_risk_variants(evidence);
    HR_CHECK(read_matrices(folder, evidence.spec));
    HR_CHECK(run_jobs(evidence, progress));
  }
  // What bears on the results comes first: a report shows the first warnings on its front page.
  HR_CHECK(compare_reported(evidence));
  HR_CHECK(read_published(folder, evidence));
  add_job_warnings(evidence);
  HR_CHECK(read_studies(folder, evidence));
  warn_of_ratings(evidence);
  HR_CHECK(read_prisma_file(folder, logged, evidence));
  add_grade_warnings(evidence);
  HR_CHECK(audit_review(evidence, path));
  note_absent(evidence);
  evidence.inputs = folder.inputs;
  evidence.inputs.insert(evidence.inputs.end(), logged.inputs.begin(), logged.inputs.end());
  return evidence;
}

}  // namespace

const ReviewResult& ReviewEvidence::result(const std::string& id) const {
  const ReviewResult* found = find_result(results, id);
  HR_ASSERT(found != nullptr);
  return *found;
}

Expected<ReviewEvidence> gather_evidence(const std::string& path, Progress& progress, const LoggedReview& logged) {
  Folder folder(path);
  auto evidence = gather(path, folder, progress, logged);
  if (evidence) return evidence;
  // Messages inside name files relative to the folder; a user opens them from where the command was given.
  Error error = evidence.error();
  const std::string file = error.where.substr(0, error.where.find(':'));
  if (!file.empty() && folder.has(file)) error.where = path + "/" + error.where;
  return error;
}

}  // namespace hedgerow::engine
