#include "engine/review_jobs.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "engine/review_parts.hpp"

namespace hedgerow::engine {
namespace {

using TablePointer = std::shared_ptr<const data::Table>;

AskPredict prediction(const std::string& type, const std::string& target) {
  AskPredict ask;
  ask.predtype = type == "default" ? "" : type;
  ask.target = target;
  return ask;
}

std::vector<Question> analysis_questions(const AnalysisSpec& analysis) {
  std::vector<Question> out;
  if (analysis.choice.model.mods.empty())
    for (const std::string& type : analysis.prediction)
      out.push_back({prediction_name(type), prediction(type, "effect")});
  if (analysis.choice.model.mods.empty() && !analysis.choice.model.random.empty())
    out.push_back({kStudyPrediction, prediction("default", "study")});
  out.push_back({kWeights, AskRows{"weights"}});
  if (analysis.choice.model.method != "EE" && !analysis.choice.model.counts) out.push_back({kConfint, AskConfint{}});
  for (const SubgroupSpec& subgroup : analysis.subgroups) out.push_back({subgroup_name(subgroup.id), subgroup.ask});
  for (const BiasSpec& bias : analysis.bias) out.push_back({bias_name(bias.id), bias.ask});
  for (const std::string& unit : analysis.leave_out) out.push_back({leave_out_name(unit), AskLeaveOneOut{unit}});
  if (!analysis.imputed_sd.empty()) out.push_back({kImputedSd, AskImputedSd{analysis.imputed_sd}});
  for (const AskCovarianceGrid& grid : analysis.grids) out.push_back({grid_name(grid.parameter), grid});
  return out;
}

ReviewJob moderator_job(const ReviewSpec& spec, const AnalysisSpec& analysis, const ModeratorSpec& moderator,
                        const TablePointer& table) {
  ReviewJob out{ReviewJob::Kind::moderator,
                moderator_id(analysis.id, moderator.id),
                analysis.id,
                moderator.id,
                moderator.title,
                choice_job(spec, analysis.choice, table)};
  out.job.model.mods = moderator.formula;
  out.job.questions.push_back({kWeights, AskRows{"weights"}});
  return out;
}

ReviewJob variant_job(const ReviewSpec& spec, const AnalysisSpec& analysis, const VariantSpec& variant,
                      const TablePointer& table) {
  ReviewJob out{ReviewJob::Kind::variant,
                variant_id(analysis.id, variant.id),
                analysis.id,
                variant.id,
                variant.title,
                choice_job(spec, variant.choice, table)};
  if (variant.choice.model.mods.empty()) {
    const std::string type = analysis.prediction.front();
    out.job.questions.push_back({prediction_name(type), prediction(type, "effect")});
  }
  return out;
}

}  // namespace

std::string prediction_name(const std::string& type) { return type == "default" ? "predict" : "predict_" + type; }
std::string subgroup_name(const std::string& id) { return "subgroup/" + id; }
std::string bias_name(const std::string& id) { return "bias/" + id; }
std::string leave_out_name(const std::string& unit) { return "leave_one_out/" + unit; }
std::string grid_name(const std::string& parameter) { return "grid/" + parameter; }
std::string moderator_id(const std::string& analysis, const std::string& moderator) {
  return analysis + "/moderator/" + moderator;
}
std::string variant_id(const std::string& analysis, const std::string& variant) {
  return analysis + "/variant/" + variant;
}

const ReviewResult* find_result(const std::vector<ReviewResult>& results, const std::string& id) {
  for (const ReviewResult& result : results)
    if (result.what.id == id) return &result;
  return nullptr;
}

Expected<data::Table> recode(const EffectsSpec& spec, data::Table table) {
  for (const RecodeSpec& rule : spec.recodes) {
    HR_TRY(const std::size_t from, table.column(rule.from));
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const std::string_view value = table.cell(row, from);
      cells.emplace_back();
      if (table.missing(row, from)) continue;
      bool found = false;
      for (const auto& [old_name, new_name] : rule.values)
        if (value == old_name) {
          cells.back() = new_name;
          found = true;
        }
      if (!found)
        return make_error(ErrorCode::input,
                          fmt::format("'{}' has no new name in [[effects.recode]] of '{}'", value, rule.name),
                          table.where(row, from));
    }
    HR_TRY(table, table.with_column(rule.name, cells));
  }
  return table;
}

Job choice_job(const ReviewSpec& spec, const ModelChoice& choice, TablePointer table) {
  Job job;
  job.data.file = spec.effects.file;
  job.data.table = std::move(table);
  job.data.prepare = spec.effects.prepare;
  if (const SubsetSpec* subset = spec.subset(choice.subset)) job.data.subset = subset->condition;
  job.effect = spec.effects.request;
  if (choice.effects == "reported") {
    job.effect = EffectRequest();
    job.effect.yi = spec.effects.reported_yi;
    job.effect.sei = spec.effects.reported_sei;
    job.effect.slab = spec.effects.request.slab;
  }
  if (choice.exact_j) job.effect.options.exact_j = *choice.exact_j;
  if (choice.vtype) job.effect.options.vtype = choice.vtype;
  if (choice.r) job.effect.options.r = choice.r;
  job.effect.covariance = choice.covariance;
  job.effect.single_precision = choice.single_precision;
  job.model = choice.model;
  job.inference = choice.inference;
  if (const Program* program = program_of(choice)) apply(*program, choice.held, job);
  return job;
}

Job effects_job(const ReviewSpec& spec, ModelChoice choice, TablePointer table) {
  choice.subset.clear();
  choice.effects = "computed";
  choice.covariance.reset();
  Job job = choice_job(spec, choice, std::move(table));
  job.effects_only = true;
  return job;
}

std::vector<ReviewJob> review_jobs(const ReviewSpec& spec, TablePointer table) {
  std::vector<ReviewJob> out;
  for (const AnalysisSpec& analysis : spec.analyses) {
    out.push_back({ReviewJob::Kind::analysis, analysis.id, analysis.id, "", analysis.title,
                   choice_job(spec, analysis.choice, table)});
    out.back().job.questions = analysis_questions(analysis);
    for (const ModeratorSpec& moderator : analysis.moderators)
      out.push_back(moderator_job(spec, analysis, moderator, table));
    for (const VariantSpec& variant : analysis.variants) out.push_back(variant_job(spec, analysis, variant, table));
  }
  return out;
}

}  // namespace hedgerow::engine
