#include "engine/review_audit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "audit/profile.hpp"
#include "base/file.hpp"
#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/review_audit_facts.hpp"
#include "engine/review_grade.hpp"
#include "engine/review_models.hpp"

namespace hedgerow::engine {
namespace {

using audit::Sheet;
using audit::SheetKind;
using Columns = std::map<std::string, std::string>;

/// Quantities that tell how rows belong together; they are looked for by name, because a review has no keys for them.
constexpr const char* kDescribing[] = {"outcome", "time", "instrument", "unit", "design", "cluster_size", "icc"};

void add_column(const data::Table& table, SheetKind kind, const std::string& quantity, const std::string& column,
                Columns& columns) {
  const auto& known = audit::quantities(kind);
  const bool has = std::find(known.begin(), known.end(), quantity) != known.end();
  if (has && !column.empty() && table.find(column)) columns.emplace(quantity, column);
}

/// The columns that effects are computed from. Where rules of several formats use a quantity in different columns, the
/// first one counts; expressions have no column.
Expected<Sheet> effects_sheet(const ReviewEvidence& evidence) {
  const EffectsSpec& spec = evidence.spec.effects;
  const data::Table& table = *evidence.effects.effects.table;
  Columns columns;
  const auto add = [&](const std::string& quantity, const std::string& column) {
    add_column(table, SheetKind::rows, quantity, column, columns);
  };
  add("study", spec.study);
  add("yi", spec.request.yi);
  add("vi", spec.request.vi);
  add("sei", spec.request.sei);
  add("reported", spec.reported_yi);
  for (const auto& [quantity, column] : spec.request.arguments) add(quantity, column);
  for (const effect::FormatRule& rule : spec.request.rules)
    for (const auto& [quantity, column] : rule.arguments) add(quantity, column);
  for (const char* quantity : kDescribing) add(quantity, quantity);
  HR_TRY(Sheet sheet, Sheet::create(SheetKind::rows, table, columns));
  if (!spec.request.measure.empty()) sheet.set("measure", spec.request.measure);
  return sheet;
}

/// How the audit names a question that was asked; empty if no check concerns it.
std::string asked_kind(const Ask& ask) {
  if (std::holds_alternative<AskRankTest>(ask)) return "rank";
  if (std::holds_alternative<AskTrimFill>(ask)) return "trim_and_fill";
  if (std::holds_alternative<AskFailSafe>(ask)) return "fail_safe";
  const auto* regression = std::get_if<AskRegressionTest>(&ask);
  if (!regression) return "";
  if (regression->model == "multilevel") return "regression_multilevel";
  return regression->predictor == "sei" || regression->predictor == "vi" ? "regression" : "regression_size";
}

audit::Analysis analysis_of(const ReviewEvidence& evidence, const ReviewResult& result) {
  const EffectRows& effects = result.result.effects;
  const Job& job = result.what.job;
  audit::Analysis out;
  out.id = result.what.analysis;
  out.measure = effects.effects.measure;
  out.method = job.model.method;
  out.test = job.inference.test;
  out.declared = true;
  out.moderators = !job.model.mods.empty();
  if (out.moderators && result.result.fit)
    out.coefficients = static_cast<std::size_t>(result.result.fit->number("p")) - 1;
  out.independent = job.model.random.empty() && !job.effect.covariance && !job.inference.robust && !job.model.working;
  out.place = {kReviewFile, 0, "analysis", out.id};
  const std::size_t study = *effects.table->find(evidence.spec.effects.study);
  for (const std::uint32_t i : result.result.used) {
    if (is_missing(effects.effects.yi[i]) || is_missing(effects.effects.vi[i]) || !(effects.effects.vi[i] > 0))
      continue;
    out.rows.push_back(effects.row[i]);
    out.yi.push_back(effects.effects.yi[i]);
    out.vi.push_back(effects.effects.vi[i]);
    out.study.emplace_back(effects.table->cell(effects.row[i], study));
  }
  for (const BiasSpec& bias : evidence.spec.analysis(out.id)->bias)
    if (const std::string kind = asked_kind(bias.ask); !kind.empty()) out.asked.push_back(kind);
  add_model_facts(evidence, result, out);
  return out;
}

Checked add_effects(const ReviewEvidence& evidence, audit::Subject& subject) {
  HR_TRY(Sheet sheet, effects_sheet(evidence));
  const std::size_t place = subject.sheets.size();
  subject.sheets.push_back(std::move(sheet));
  for (const ReviewResult& result : evidence.results) {
    const bool counts = result.what.job.model.counts.has_value();
    if (result.what.kind != ReviewJob::Kind::analysis || result.error || counts) continue;
    audit::Analysis analysis = analysis_of(evidence, result);
    analysis.sheet = place;
    if (analysis.rows.size() > 1) subject.analyses.push_back(std::move(analysis));
  }
  return {};
}

std::string not_counted(const review::Instrument& instrument) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    if (!instrument.items[i].counted) out.push_back(fmt::format("item{}", i + 1));
  return join(out, "; ");
}

std::string categories(const review::Instrument& instrument) {
  std::vector<std::string> out;
  for (const review::Band& band : instrument.bands) out.push_back(fmt::format("{} {}", band.label, band.from));
  return join(out, "; ");
}

Checked add_appraisal(const ReviewEvidence& evidence, audit::Subject& subject) {
  if (!evidence.appraisal_table || !evidence.spec.appraisal) return {};
  const AppraisalSpec& spec = *evidence.spec.appraisal;
  Columns columns;
  add_column(*evidence.appraisal_table, SheetKind::appraisal, "study", spec.columns.study, columns);
  add_column(*evidence.appraisal_table, SheetKind::appraisal, "total", spec.columns.declared_total, columns);
  for (std::size_t i = 0; i < spec.columns.items.size(); ++i)
    if (!spec.columns.items[i].empty()) columns.emplace(fmt::format("item{}", i + 1), spec.columns.items[i]);
  HR_TRY(Sheet sheet, Sheet::create(SheetKind::appraisal, *evidence.appraisal_table, columns));
  sheet.set("tool", spec.instrument.name);
  sheet.set("not_counted", not_counted(spec.instrument));
  sheet.set("items_of_scale", fmt::format("{}", review::max_score(spec.instrument)));
  sheet.set("categories", categories(spec.instrument));
  subject.sheets.push_back(std::move(sheet));
  return {};
}

Checked add_studies(const ReviewEvidence& evidence, audit::Subject& subject) {
  if (!evidence.studies || !evidence.spec.studies) return {};
  const data::Table& table = *evidence.studies;
  const Sheet guessed = Sheet::guessed(SheetKind::studies, table);
  Columns columns{{"study", evidence.spec.studies->study}};
  for (const std::string& quantity : audit::quantities(SheetKind::studies))
    if (const std::string column = guessed.column(quantity); !column.empty() && column != evidence.spec.studies->study)
      columns.emplace(quantity, column);
  HR_TRY(Sheet sheet, Sheet::create(SheetKind::studies, table, columns));
  subject.sheets.push_back(std::move(sheet));
  return {};
}

/// A table of counts or judgements that stand in review.toml or in the log, not in a file of rows.
Checked add_made(SheetKind kind, const std::string& source, const std::vector<std::string>& names,
                 const std::vector<std::vector<std::string>>& rows, audit::Subject& subject) {
  if (rows.empty()) return {};
  HR_TRY(data::Table table, data::Table::create(source, names, rows));
  Columns columns;
  for (const std::string& name : names) columns.emplace(name, name);
  HR_TRY(Sheet sheet, Sheet::create(kind, std::move(table), columns));
  subject.sheets.push_back(std::move(sheet));
  return {};
}

/// Ratings by instruments with domains; scores are looked at in the files of [appraisal].
Checked add_rated(const RatedBody& body, audit::Subject& subject) {
  const review::Instrument& instrument = body.instrument;
  if (instrument.domains.empty()) return {};
  std::vector<std::string> names{"study", "outcome", "overall", "proposed_overall", "support"};
  for (std::size_t d = 1; d <= instrument.domains.size(); ++d) {
    names.push_back(fmt::format("domain{}", d));
    names.push_back(fmt::format("proposed{}", d));
  }
  const auto word = [&](const std::optional<std::size_t>& judgement) {
    return judgement ? instrument.judgements[*judgement].word : "";
  };
  std::vector<std::vector<std::string>> rows;
  for (const review::Assessment& one : body.agreed.assessments) {
    std::string support = one.overall.reason;
    for (const review::Judged& domain : one.domains) support += domain.reason;
    std::vector<std::string> row{one.study, one.result, word(one.overall.judgement()), word(one.overall.proposed),
                                 support};
    for (const review::Judged& domain : one.domains) {
      row.push_back(word(domain.judgement()));
      row.push_back(word(domain.proposed));
    }
    rows.push_back(std::move(row));
  }
  HR_CHECK(add_made(SheetKind::appraisal, fmt::format("ratings by {} ({})", instrument.name, body.source), names, rows,
                    subject));
  if (!rows.empty()) subject.sheets.back().set("tool", instrument.name);
  return {};
}

Checked add_flow(const ReviewEvidence& evidence, audit::Subject& subject) {
  if (!evidence.spec.prisma) return {};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [item, count] : evidence.spec.prisma->counts) rows.push_back({item, fmt::format("{}", count)});
  return add_made(SheetKind::flow, "counts of the flow", {"item", "count"}, rows, subject);
}

std::string printed(double value) { return is_missing(value) ? "" : format_shortest(value); }

Checked add_grade(const ReviewEvidence& evidence, audit::Subject& subject) {
  std::vector<std::string> names{"outcome", "start", "level", "estimate", "ci_lb", "ci_ub"};
  for (const review::GradeDomain domain : review::grade_domains()) names.push_back(review::grade_domain_name(domain));
  std::vector<std::vector<std::string>> rows;
  for (const GradedOutcome& graded : grade_outcomes(evidence)) {
    const ReviewResult& result = evidence.result(graded.outcome.analysis);
    std::vector<std::string> row{graded.outcome.name, review::grade_word(graded.certainty.start),
                                 review::grade_word(graded.certainty.level)};
    const bool fitted = !result.error && result.result.fit && result.result.fit->number("p") == 1;
    for (const char* number : {"beta", "ci_lb", "ci_ub"})
      row.push_back(fitted ? printed(result.result.fit->vector(number).front()) : "");
    for (const review::GradeDomain domain : review::grade_domains()) {
      int step = 0;
      for (const review::GradeStep& one : graded.outcome.judgement.steps) step += one.domain == domain ? one.step : 0;
      row.push_back(fmt::format("{}", step));
    }
    rows.push_back(std::move(row));
  }
  return add_made(SheetKind::grade, "judgements of GRADE", names, rows, subject);
}

Checked add_published(const ReviewEvidence& evidence, const std::string& folder, audit::Loaded& loaded) {
  const std::string file = folder + "/" + kPublishedFile;
  if (!std::filesystem::exists(file)) return {};
  HR_TRY(const std::string bytes, read_file(file));
  HR_TRY(audit::Loaded published, audit::load_published(bytes, file, folder));
  const std::size_t offset = loaded.subject.sheets.size();
  for (Sheet& sheet : published.subject.sheets) loaded.subject.sheets.push_back(std::move(sheet));
  for (audit::Analysis& analysis : published.subject.analyses) {
    analysis.sheet += offset;
    loaded.subject.analyses.push_back(std::move(analysis));
  }
  loaded.allowed = evidence.spec.audit.allowed;
  for (audit::Suppression& allowed : published.allowed) loaded.allowed.push_back(std::move(allowed));
  return {};
}

/// "folder/effects.csv" -> "effects.csv", as everything else of a report names its files.
void name_within(const std::string& folder, audit::Report& report) {
  const std::string prefix = folder + "/";
  for (audit::Finding& finding : report.findings)
    for (audit::Place& place : finding.places)
      if (place.file.rfind(prefix, 0) == 0) place.file.erase(0, prefix.size());
}

}  // namespace

Expected<audit::Loaded> audit_input(const ReviewEvidence& evidence, const std::string& folder) {
  audit::Loaded out;
  out.allowed = evidence.spec.audit.allowed;
  if (evidence.table) HR_CHECK(add_effects(evidence, out.subject));
  HR_CHECK(add_studies(evidence, out.subject));
  HR_CHECK(add_appraisal(evidence, out.subject));
  for (const RatedBody& body : evidence.rated) HR_CHECK(add_rated(body, out.subject));
  HR_CHECK(add_flow(evidence, out.subject));
  if (evidence.table) HR_CHECK(add_grade(evidence, out.subject));
  HR_CHECK(add_published(evidence, folder, out));
  out.subject.log = evidence.log_facts;
  out.subject.protocol = protocol_of(evidence);
  out.subject.options.limits = evidence.spec.audit.limits;
  out.subject.printed_models = printed_models(evidence, out.subject);
  HR_TRY(out.subject.dictionary, audit::read_dictionary(evidence.spec.audit.dictionaries, folder));
  return out;
}

Checked audit_review(ReviewEvidence& evidence, const std::string& folder) {
  HR_TRY(audit::Loaded input, audit_input(evidence, folder));
  evidence.audit = audit::audit(input.subject, std::move(input.allowed));
  apply(*audit::find_profile(evidence.spec.audit.profile), evidence.audit);
  name_within(folder, evidence.audit);
  return {};
}

}  // namespace hedgerow::engine
