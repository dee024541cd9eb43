#include "check_case.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "answers.hpp"
#include "base/file.hpp"
#include "data/readers.hpp"
#include "engine/run.hpp"
#include "translate.hpp"
#include "translate_covariance.hpp"
#include "translate_post.hpp"
#include "translate_robust.hpp"
#include "translate_scale.hpp"
#include "translate_summary.hpp"
#include "translate_tables.hpp"
#include "translate_transform.hpp"

namespace hedgerow::check {
namespace {

using engine::Job;

constexpr double kHigherLikelihood = 1e-5;
constexpr double kLowerLikelihood = 1e-6;

/// A step that was translated: the Result that holds its answer, and how to compare it.
struct Step {
  std::string key;       ///< of `expected`
  std::string function;  ///< of metafor
  bool has_control = false;
};

class Checker {
 public:
  Checker(const std::string& folder, const Json& test_case) : folder_(folder), case_(test_case) {
    result_.id = case_.at("id").get<std::string>();
    yardstick_ = yardstick_of(case_);
  }

  CaseResult run() {
    const Json& expected = case_.at("expected");
    if (is_accident(expected)) return result_;
    if (is_post_function(case_.at("spec").at("fn").get<std::string>())) return question_on_data(expected);
    if (const auto call = call_from_json(case_.at("spec")); call && transforms_numbers(*call)) return transform(*call);
    if (is_table_function(case_.at("spec").at("fn").get<std::string>())) return table_call(expected);
    const Expected<Job> job = translate();
    if (!job) {
      refused("fit", job.error(), expected.contains("error"));
    } else {
      const Expected<engine::Result> fitted = engine::run(*job);
      if (!fitted)
        refused("fit", fitted.error(), expected.contains("error"));
      else if (expected.contains("error"))
        not_refused("fit", expected);
      else
        compare_all(*job, *fitted);
    }
    finish();
    return result_;
  }

 private:
  /// Where R's code failed by accident nothing is to be checked.
  static bool is_accident(const Json& expected) {
    return expected.is_object() && expected.contains("error") && expected.value("kind", "") == "internal";
  }

  /// The main call makes a table or a matrix.
  CaseResult table_call(const Json& expected) {
    const bool refusal = expected.contains("error");
    const auto fields = [&]() -> Expected<Json> {
      const Json& spec = case_.at("spec");
      HR_CHECK(read_data());
      HR_CHECK(run_steps_before(spec.value("pre", Json::array())));
      HR_TRY(const Call call, call_from_json(spec));
      return table_fields(call, case_.value("call", ""), table_, workspace_);
    }();
    if (!fields)
      refused("fit", fields.error(), refusal);
    else if (refusal)
      not_refused("fit", expected);
    else
      take("fit", compare(expected.at("fit"), *fields, yardstick_));
    finish();
    return result_;
  }

  /// The main call is itself a question about data: res <- fsn(x = yi, vi = vi).
  CaseResult question_on_data(const Json& expected) {
    const bool refusal = expected.contains("error");
    const Checked read = read_data();
    const Expected<Call> call = call_from_json(case_.at("spec"));
    if (!read || !call)
      refused("fit", read ? call.error() : read.error(), refusal);
    else
      check_on_data("fit", *call, refusal ? expected : expected.at("fit"));
    finish();
    return result_;
  }

  /// Numbers through a transformation; later calls transform the result again.
  CaseResult transform(Call call) {
    const Json& expected = case_.at("expected");
    const Checked read = read_data();
    Expected<engine::Block> block =
        read ? transformed(call) : Expected<engine::Block>(make_error(ErrorCode::input, read.error().message));
    if (!block)
      refused("fit", block.error(), expected.contains("error"));
    else if (expected.contains("error"))
      not_refused("fit", expected);
    else
      take("fit", compare(expected.at("fit"), transform_fields(call, *block), yardstick_));
    for (const Json& step : case_.at("spec").value("post", Json::array())) {
      const auto again = call_from_json(step);
      const std::string key = step.value("result", "");
      if (!block || !again || !transforms_numbers(*again) || !expected.contains(key)) continue;
      block = transformed(*again, block->vector("values"));
      if (!block)
        refused(key, block.error(), false);
      else
        take(key,
             compare(Json{{"values", expected.at(key).is_array() ? expected.at(key) : expected.at(key).at("values")}},
                     transform_fields(*again, *block), yardstick_));
    }
    finish();
    return result_;
  }

  Expected<engine::Block> transformed(const Call& call, const stats::Vector& values = {}) const {
    HR_TRY(engine::TransformRequest request, translate_transform(call, table_.get()));
    if (request.values.empty()) request.values = values;
    return engine::transform_numbers(request);
  }

  Expected<Job> translate() {
    const Json& spec = case_.at("spec");
    HR_CHECK(read_data());
    HR_CHECK(run_steps_before(spec.value("pre", Json::array())));
    HR_TRY(const Call call, call_from_json(spec));
    if (call.function == "vcalc" || call.function == "rcalc") return translate_covariance(call, table_);
    HR_TRY(Job job, translate_model(call, table_, workspace_));
    const std::vector<std::string> measures = engine::measure_names();
    measure_exists_ = job.effect.measure.empty() || job.effect.measure == "GEN" ||
                      std::find(measures.begin(), measures.end(), job.effect.measure) != measures.end();
    return job;
  }

  /// The data files are dat, dat2, ... in the code.
  Checked read_data() {
    for (const std::string& path : data_paths(folder_, case_)) {
      HR_TRY(const std::string bytes, read_file(path));
      for (std::string& name : quoted_numbers(bytes)) workspace_.factors.push_back(std::move(name));
      HR_TRY(data::Table table, data::read_table(path));
      const std::size_t number = workspace_.tables.size() + 1;
      workspace_.tables[number > 1 ? fmt::format("dat{}", number) : "dat"] =
          std::make_shared<const data::Table>(std::move(table));
    }
    if (!workspace_.tables.empty()) table_ = workspace_.tables.at("dat");
    return {};
  }

  /// Code whose result is the data file has been run.
  Checked run_steps_before(const Json& steps) {
    for (const Json& step : steps) {
      if (step.at("fn") == "code" && case_.contains("prepared_data"))
        HR_CHECK(declare_factors(workspace_, step.at("code").get<std::string>()));
      if (step.at("fn") == "code" && !case_.contains("prepared_data"))
        HR_CHECK(run_code(workspace_, step.at("code").get<std::string>()));
      if (step.at("fn") == "vcalc") HR_CHECK(run_vcalc(step));
    }
    if (!workspace_.tables.empty()) table_ = workspace_.tables.at("dat");
    return {};
  }

  /// The matrix that a later call names: its making is part of the Job of that call.
  Checked run_vcalc(const Json& step) {
    HR_TRY(const Call call, call_from_json(step));
    HR_TRY(const Job job, translate_covariance(call, table_));
    workspace_.covariances[step.at("result").get<std::string>()] = job.effect;
    return {};
  }

  /// An Error: what was due if the corpus expects a refusal, else unsupported or a failure.
  void refused(const std::string& step, const Error& error, bool expected) {
    const bool missing_measure = !expected && error.code == ErrorCode::usage && !measure_exists_;
    if (error.code == ErrorCode::not_supported || missing_measure)
      result_.unsupported.push_back(step + ": " + error.message);
    else if (!expected || error.code == ErrorCode::internal)
      result_.failures.push_back({step, {"error", expected ? "a refusal" : "numbers", describe(error)}});
  }

  void not_refused(const std::string& step, const Json& expected) {
    result_.failures.push_back({step, {"error", "a refusal: " + expected.at("error").get<std::string>(), "numbers"}});
  }

  void take(const std::string& step, const Comparison& comparison) {
    for (const Difference& difference : comparison.differences) result_.failures.push_back({step, difference});
    for (const std::string& field : comparison.absent) result_.unsupported.push_back(step + ": no field " + field);
    result_.numbers += comparison.numbers;
    result_.worst = std::max(result_.worst, comparison.worst);
  }

  void compare_all(const Job& job, const engine::Result& fitted) {
    const Json ours = Json::parse(engine::to_json(fitted));
    const Json main = main_fields(job, ours);
    Json expected = case_.at("expected").at("fit");
    drop_undetermined(job, expected);
    // The other program names no coefficient where there can be one alone.
    if (expected.value("coef_names", Json()).is_null()) expected.erase("coef_names");
    if (yardstick_.optimised() && !likelihood_is_equal(job, expected, main)) return;
    if (yardstick_.optimised() && !job.effects_only) find_their_parameters(job, expected, main);
    take("fit", compare_fit("fit", job, expected, main));
    FitShape shape;
    if (!job.effects_only) {
      shape.p = main.at("p").get<std::size_t>();
      shape.intercept = main.at("coef_names").at(0) == "intrcpt";
    }
    const Json after = case_.at("spec").value("post", Json::array());
    for (const Json& step : after) check_step(job, step, shape);
  }

  Json main_fields(const Job& job, const Json& ours) const {
    if (!job.effects_only) {
      Json fit = ours.at("fit");
      // Of models of counts the corpus holds the effects of all rows beside the fit.
      if (job.model.counts)
        for (const char* field : {"yi", "vi"}) fit[field] = ours.at("effects").at(field);
      return fit;
    }
    const Expected<Call> call = call_from_json(case_.at("spec"));
    return job.effect.covariance && call ? covariance_fields(*call, job, ours) : ours.at("effects");
  }

  /// Where a likelihood was maximised, parameters are compared at equal likelihood alone.
  bool likelihood_is_equal(const Job& job, const Json& expected, const Json& main) {
    const char* kind = job.model.method == "REML" ? "REML" : "ML";
    const Json want = expected.value("/fit_stats/"_json_pointer / kind / "loglik", Json());
    const Json have = main.value("/fit_stats/"_json_pointer / kind / "loglik", Json());
    if (!want.is_number() || !have.is_number()) return true;
    const double difference = have.get<double>() - want.get<double>();
    if (difference < -kLowerLikelihood) result_.failures.push_back({"fit", {"loglik", want.dump(), have.dump()}});
    result_.higher_likelihood = difference > kHigherLikelihood;
    return !result_.higher_likelihood;
  }

  /// Whether a fit has this variance parameter: "rho.1" is also the only "rho".
  static bool has_parameter(const Json& fit, const std::string& name, std::size_t number) {
    const Json none = Json::array();
    const Json all = fit.value("/certificate/parameters"_json_pointer, none);
    const auto has = [&](const std::string& wanted) { return std::find(all.begin(), all.end(), wanted) != all.end(); };
    return has(fmt::format("{}.{}", name, number)) || (number == 1 && has(name));
  }

  /// Where the likelihood is flat, equally high optima lie apart and no number of one can be compared with the other.
  /// Then the engine is asked at the reference's own variance parameters: there the likelihood has to be as high, and
  /// every number the same.
  void find_their_parameters(Job job, const Json& expected, const Json& main) {
    job.model.fix.clear();
    job.model.sigma2.clear();
    for (const char* parameter : {"sigma2", "tau2", "rho", "gamma2", "phi"}) {
      const Json values = expected.value(parameter, Json());
      if (!values.is_array() || !main.contains(parameter)) continue;
      for (std::size_t i = 0; i < values.size(); ++i)
        if (has_parameter(main, parameter, i + 1))
          job.model.fix.emplace_back(fmt::format("{}.{}", parameter, i + 1), values[i].get<double>());
    }
    const Expected<engine::Result> fitted = engine::run(job);
    if (!fitted) return;
    const Json there = Json::parse(engine::to_json(*fitted)).at("fit");
    const Json::json_pointer loglik(fmt::format("/fit_stats/{}/loglik", job.model.method == "REML" ? "REML" : "ML"));
    const Json ours = main.value(loglik, Json()), theirs = there.value(loglik, Json());
    if (!ours.is_number() || !theirs.is_number()) return;
    if (std::fabs(ours.get<double>() - theirs.get<double>()) > kHigherLikelihood) return;
    their_parameters_ = job.model.fix;
  }

  /// The Job at the reference's parameters, as JSON of its Result; nothing if there are none or it can't be answered.
  std::optional<Json> at_their_parameters(Job job) const {
    if (their_parameters_.empty() || job.model.random.empty()) return {};
    job.model.fix = their_parameters_;
    job.model.sigma2.clear();
    const Expected<engine::Result> answered = engine::run(job);
    if (!answered) return {};
    return Json::parse(engine::to_json(*answered));
  }

  /// Numbers of a fit; information criteria count the parameters, which are fixed at the reference's.
  Comparison compare_fit(const std::string& key, const Job& job, Json expected, const Json& fit) {
    Comparison out = compare(expected, fit, yardstick_);
    if (out.differences.empty()) return out;
    const std::optional<Json> there = at_their_parameters(job);
    if (!there) return out;
    for (const char* likelihood : {"ML", "REML"})
      for (const char* criterion : {"AIC", "BIC", "AICc"}) expected["fit_stats"][likelihood].erase(criterion);
    Comparison again = compare(expected, there->at("fit"), yardstick_);
    if (!again.differences.empty()) return out;
    result_.at_reference.push_back(key);
    return again;
  }

  void check_step(const Job& job, const Json& step, const FitShape& shape) {
    const std::string key = step.at("result").get<std::string>();
    const Json& expected = case_.at("expected").at(key);
    if (is_accident(expected)) return;
    const Expected<Call> call = step.at("fn") == "code" ? call_of_code(step) : call_from_json(step);
    if (!call) {
      result_.not_applicable.push_back(key + ": " + step.at("code").get<std::string>());
      return;
    }
    const bool on_data = step.value("on_data", false);
    if (call->function == "rma" || call->function == "rma.mv")
      check_fit(key, translate_model(*call, table_, workspace_), expected);
    else if (call->function == "robust")
      check_fit(key, translate_robust(*call, job), expected);
    else if (call->function == "fitstats")
      check_fitstats(key, *call, job, expected);
    else if (asks_coefficients_alone(*call))
      check_coefficients(key, *call, job, expected);
    else if (call->function == "summary" && job.effects_only)
      check_summary(key, *call, job, expected);
    else if (on_data)
      check_on_data(key, *call, expected);
    else
      check_question(key, *call, of_object(*call, job), shape, expected);
  }

  /// R code is a step of its own kind; where it is one call about the fit or the data it is translated like any other.
  static Expected<Call> call_of_code(const Json& step) {
    HR_TRY(const RExpr code, parse_r(step.at("code").get<std::string>()));
    const RExpr expression = call_in_block(code).value_or(code);
    HR_TRY(Call call, call_from_r(expression));
    const bool model = call.function == "rma" || call.function == "rma.mv";
    const RExpr* object = call.find(call.find("object") ? "object" : "x");
    const bool known = call.function == "anova" || call.function == "predict" || is_post_function(call.function);
    const bool question = known && object && (object->is_name("res") || object->is_call("robust"));
    if (!model && !question) return make_error(ErrorCode::not_supported, call.function);
    return call;
  }

  /// The Job that a question is about: the fit, or the robust tests of it that stand in the call.
  static Expected<Job> of_object(const Call& call, const Job& job) {
    const RExpr* object = call.find("object");
    if (!object || !object->is_call("robust")) return job;
    HR_TRY(const Call robust, call_from_r(*object));
    return translate_robust(robust, job);
  }

  void check_summary(const std::string& key, const Call& call, const Job& effects, const Json& expected) {
    const Expected<Job> job = translate_summary(call, effects);
    if (!job) return refused(key, job.error(), expected.contains("error"));
    const Expected<engine::Result> made = engine::run(*job);
    if (!made) return refused(key, made.error(), expected.contains("error"));
    if (expected.contains("error")) return not_refused(key, expected);
    const Json ours = Json::parse(engine::to_json(*made));
    take(key, compare(expected, summary_fields(ours.at("effects")), yardstick_));
  }

  void check_fit(const std::string& key, const Expected<Job>& job, const Json& expected) {
    if (!job) return refused(key, job.error(), expected.contains("error"));
    const Expected<engine::Result> fitted = engine::run(*job);
    if (!fitted) return refused(key, fitted.error(), expected.contains("error"));
    take(key, compare_fit(key, *job, expected, Json::parse(engine::to_json(*fitted)).at("fit")));
  }

  /// confint(fixed = TRUE, random = FALSE) asks for what every fit carries, whether or not it has variances to bound.
  static bool asks_coefficients_alone(const Call& call) {
    return call.function == "confint" && call.find("random") && call.find("random")->is_name("FALSE");
  }

  void check_coefficients(const std::string& key, const Call& call, Job job, const Json& expected) {
    const auto level = call.expression("level");
    if (level && *level && (*level)->kind == RExpr::Kind::number)
      job.inference.level = (*level)->number > 1 ? (*level)->number / 100 : (*level)->number;
    const Expected<engine::Result> fitted = engine::run(job);
    if (!fitted) return refused(key, fitted.error(), expected.contains("error"));
    Json fit = Json::parse(engine::to_json(*fitted)).at("fit");
    fit["estimate"] = fit.at("beta");
    take(key, compare(expected.at("fixed"), fit, yardstick_));
  }

  void check_fitstats(const std::string& key, const Call& call, const Job& job, const Json& expected) {
    const Expected<engine::Result> fitted = engine::run(job);
    if (!fitted) return refused(key, fitted.error(), expected.contains("error"));
    const Json fit = Json::parse(engine::to_json(*fitted)).at("fit");
    take(key, compare(expected, fitstats_fields(call, job, fit), yardstick_));
  }

  void check_on_data(const std::string& key, const Call& call, const Json& expected) {
    check_question(key, call, translate_on_data(call, table_), {}, expected);
  }

  void check_question(const std::string& key, const Call& call, const Expected<Job>& of, const FitShape& shape,
                      const Json& expected) {
    const bool refusal = expected.is_object() && expected.contains("error");
    if (!of) return refused(key, of.error(), refusal);
    Job job = *of;
    auto ask = translate_question(call, job, shape);
    if (!ask) return refused(key, ask.error(), refusal);
    job.questions = {{key, ask.take()}};
    const Expected<engine::Result> answered = engine::run(job);
    if (!answered) return refused(key, answered.error(), refusal);
    const engine::Answer& answer = answered->answers.at(0);
    if (answer.error) return refused(key, *answer.error, refusal);
    if (refusal) return not_refused(key, expected);
    Comparison compared = compare_answer(call, expected, Json::parse(engine::to_json(*answered)));
    if (const auto there = compared.differences.empty() ? std::nullopt : at_their_parameters(job)) {
      Comparison again = compare_answer(call, expected, *there);
      if (again.differences.empty() && again.absent.empty()) {
        compared = std::move(again);
        result_.at_reference.push_back(key);
      }
    }
    take(key, compared);
  }

  Comparison compare_answer(const Call& call, const Json& expected, const Json& ours) const {
    const Json& answer = ours.at("answers").at(0);
    const Json fields = corpus_fields(call, answer);
    if (call.function == "confint") return compare_confint(call, expected, fields, ours.at("fit"), yardstick_);
    return compare(aligned(call.function, expected), fields, yardstick_);
  }

  /// Intervals of the coefficients, as a list of rows here and as columns there.
  static Comparison compare_coefficients(const Json& expected, const Json& rows, const Yardstick& yardstick) {
    Json columns;
    for (const Json& row : rows)
      for (const char* column : {"estimate", "ci_lb", "ci_ub"}) columns[column].push_back(row.at(column));
    return compare(expected, columns, yardstick);
  }

  /// One table of intervals, or a list of such, one per component.
  static Comparison compare_confint(const Call& call, const Json& expected, const Json& fields, const Json& fit,
                                    const Yardstick& yardstick) {
    const RExpr* control = call.find("control");
    const bool exact = control && control->text.find("tol") != std::string::npos;
    const double root = exact ? 0 : kDefaultRootTolerance;
    Comparison out;
    const Json list = expected.is_array() ? expected : Json::array({expected});
    for (const Json& table : list) {
      if (table.contains("random"))
        out.add(compare_intervals(table, fields.value("random", Json()), yardstick, root, fit.value("vt", 0.0)));
      if (table.contains("fixed"))
        out.add(compare_coefficients(table["fixed"], fields.value("fixed", Json::array()), yardstick));
    }
    return out;
  }

  /// R2 is a ratio of two variances: 0 / 0 where the model without moderators has none either.
  void drop_undetermined(const Job& job, Json& expected) const {
    const double limit = tolerance_of(yardstick_, "tau2").absolute;
    if (job.model.mods.empty() || !expected.contains("tau2") || !expected["tau2"].is_number()) return;
    if (expected["tau2"].get<double>() > limit) return;
    Job plain = job;
    plain.model.mods.clear();
    plain.inference.btt.clear();
    const auto fitted = engine::run(plain);
    if (fitted && fitted->fit && fitted->fit->number("tau2") <= limit) expected.erase("R2");
  }

  /// Fields of a prediction that have other rows than the predictions themselves can't be told apart by row.
  static Json aligned(const std::string& function, Json expected) {
    // What was asked, repeated in the answer: the error level, and whether the fit had labels.
    if (function == "cumul" && expected.is_object())
      for (const char* setting : {"level", "slab_null"}) expected.erase(setting);
    if (function != "predict" || !expected.contains("pred")) return expected;
    const std::size_t rows = expected["pred"].size();
    for (const char* field : {"pi_se", "ddf", "pi_ddf"})
      if (expected.contains(field) && expected[field].is_array() && expected[field].size() != 1 &&
          expected[field].size() != rows)
        expected.erase(field);
    return expected;
  }

  void finish() {
    if (!result_.failures.empty())
      result_.outcome = Outcome::failed;
    else if (!result_.unsupported.empty())
      result_.outcome = Outcome::unsupported;
  }

  const std::string& folder_;
  const Json& case_;
  CaseResult result_;
  Yardstick yardstick_;
  TablePointer table_;
  Workspace workspace_;
  bool measure_exists_ = true;
  std::vector<std::pair<std::string, double>> their_parameters_;  ///< where they are as good as ours
};

}  // namespace

CaseResult check_case(const std::string& folder, const Json& test_case) { return Checker(folder, test_case).run(); }

}  // namespace hedgerow::check
