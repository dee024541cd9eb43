// JSON form of a Job (docs/formats/job-and-result.md).
#include <fmt/core.h>

#include "engine/detail/ask_json.hpp"
#include "engine/detail/covariance.hpp"
#include "engine/detail/prepare_json.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

using Json = JsonReader::Json;

void put(Json& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

Json options_json(const effect::Options& options) {
  Json out = Json::object();
  if (options.vtype) out["vtype"] = *options.vtype;
  out["correct"] = options.correct;
  out["exact_j"] = options.exact_j;
  if (options.add) out["add"] = *options.add;
  if (options.to) out["to"] = *options.to;
  if (options.drop00) out["drop00"] = true;
  if (options.continuity != "cells") out["continuity"] = options.continuity;
  if (options.r) out["r"] = *options.r;
  return out;
}

Json rule_json(const effect::FormatRule& rule) {
  Json out{{"condition", rule.condition}, {"form", rule.form}, {"arguments", rule.arguments}};
  const effect::Direction& direction = rule.direction;
  if (!direction.column.empty())
    out["direction"] = {{"column", direction.column},
                        {"negative", direction.negative},
                        {"positive", direction.positive},
                        {"use", direction.use}};
  return out;
}

Json effect_json(const EffectRequest& effect) {
  Json out = Json::object();
  put(out, "yi", effect.yi);
  put(out, "vi", effect.vi);
  put(out, "sei", effect.sei);
  put(out, "measure", effect.measure);
  if (!effect.arguments.empty()) out["arguments"] = effect.arguments;
  for (const effect::FormatRule& rule : effect.rules) out["rules"].push_back(rule_json(rule));
  if (effect.yi.empty()) out["options"] = options_json(effect.options);
  if (effect.single_precision) out["single_precision"] = true;
  put(out, "slab", effect.slab);
  put(out, "ni", effect.ni);
  put(out, "n1i", effect.n1i);
  put(out, "n2i", effect.n2i);
  if (effect.covariance) out["covariance"] = covariance_json(*effect.covariance);
  if (effect.intervals) {
    Json& intervals = out["intervals"];
    intervals =
        Json{{"method", effect.intervals->method}, {"level", effect.intervals->level}, {"h0", effect.intervals->h0}};
    put(intervals, "transf", effect.intervals->transf);
  }
  return out;
}

Json inference_json(const InferenceRequest& inference) {
  Json out{{"test", inference.test}, {"level", inference.level}, {"dfs", inference.dfs}};
  if (!inference.btt.empty()) out["btt"] = inference.btt;
  if (!inference.att.empty()) out["att"] = inference.att;
  if (inference.i2 != "tau2") out["i2"] = inference.i2;
  if (!inference.robust) return out;
  const RobustRequest& robust = *inference.robust;
  out["robust"] = {{"adjustment", robust.adjustment}, {"test", robust.test}, {"wald_test", robust.wald_test}};
  put(out["robust"], "cluster", robust.cluster);
  put(out["robust"], "conf_test", robust.conf_test);
  return out;
}

effect::Arguments to_arguments(const std::vector<std::pair<std::string, std::string>>& pairs) {
  return {pairs.begin(), pairs.end()};
}

void read_arguments(JsonReader& in, effect::Arguments& out) {
  std::vector<std::pair<std::string, std::string>> pairs;
  in.read("arguments", pairs);
  out = to_arguments(pairs);
}

Expected<effect::Options> parse_options(const Json& json, const std::string& path) {
  effect::Options options;
  JsonReader reader(json, path);
  reader.read("vtype", options.vtype);
  reader.read("correct", options.correct);
  reader.read("exact_j", options.exact_j);
  reader.read("add", options.add);
  reader.read("to", options.to);
  reader.read("drop00", options.drop00);
  reader.read("continuity", options.continuity);
  reader.read("r", options.r);
  HR_CHECK(reader.finish());
  return options;
}

Expected<effect::Direction> parse_direction(const Json& json, const std::string& path) {
  effect::Direction direction;
  JsonReader reader(json, path);
  reader.read("column", direction.column);
  reader.read("negative", direction.negative);
  reader.read("positive", direction.positive);
  reader.read("use", direction.use);
  HR_CHECK(reader.finish());
  return direction;
}

Expected<effect::FormatRule> parse_rule(const Json& json, const std::string& path) {
  effect::FormatRule rule;
  JsonReader reader(json, path);
  reader.read("condition", rule.condition);
  reader.read("form", rule.form);
  read_arguments(reader, rule.arguments);
  if (const Json* direction = reader.child("direction")) {
    HR_TRY(rule.direction, parse_direction(*direction, reader.path("direction")));
  }
  HR_CHECK(reader.finish());
  return rule;
}

Expected<effect::IntervalRequest> parse_intervals(const Json& json, const std::string& path) {
  effect::IntervalRequest intervals;
  JsonReader reader(json, path);
  reader.read("method", intervals.method);
  reader.read("level", intervals.level);
  reader.read("h0", intervals.h0);
  reader.read("transf", intervals.transf);
  HR_CHECK(reader.finish());
  return intervals;
}

Expected<EffectRequest> parse_effect(const Json& json, const std::string& path) {
  EffectRequest effect;
  JsonReader reader(json, path);
  reader.read("yi", effect.yi);
  reader.read("vi", effect.vi);
  reader.read("sei", effect.sei);
  reader.read("measure", effect.measure);
  read_arguments(reader, effect.arguments);
  if (const Json* rules = reader.child("rules")) {
    for (std::size_t i = 0; i < rules->size(); ++i) {
      HR_TRY(effect::FormatRule rule, parse_rule((*rules)[i], fmt::format("{}.rules[{}]", path, i + 1)));
      effect.rules.push_back(std::move(rule));
    }
  }
  if (const Json* options = reader.child("options")) {
    HR_TRY(effect.options, parse_options(*options, reader.path("options")));
  }
  reader.read("single_precision", effect.single_precision);
  reader.read("slab", effect.slab);
  reader.read("ni", effect.ni);
  reader.read("n1i", effect.n1i);
  reader.read("n2i", effect.n2i);
  if (const Json* covariance = reader.child("covariance")) {
    HR_TRY(effect.covariance, parse_covariance(*covariance, reader.path("covariance")));
  }
  if (const Json* intervals = reader.child("intervals")) {
    HR_TRY(effect.intervals, parse_intervals(*intervals, reader.path("intervals")));
  }
  HR_CHECK(reader.finish());
  return effect;
}

Expected<DataRequest> parse_data(const Json& json, const std::string& path) {
  DataRequest data;
  JsonReader reader(json, path);
  reader.read("file", data.file);
  reader.read("subset", data.subset);
  if (const Json* steps = reader.child("prepare")) {
    HR_TRY(data.prepare, parse_steps(*steps, reader.path("prepare")));
  }
  HR_CHECK(reader.finish());
  return data;
}

Expected<RobustRequest> parse_robust(const Json& json, const std::string& path) {
  RobustRequest robust;
  JsonReader reader(json, path);
  reader.read("adjustment", robust.adjustment);
  reader.read("cluster", robust.cluster);
  reader.read("test", robust.test);
  reader.read("conf_test", robust.conf_test);
  reader.read("wald_test", robust.wald_test);
  HR_CHECK(reader.finish());
  return robust;
}

Expected<InferenceRequest> parse_inference(const Json& json, const std::string& path) {
  InferenceRequest inference;
  JsonReader reader(json, path);
  reader.read("test", inference.test);
  reader.read("level", inference.level);
  reader.read("dfs", inference.dfs);
  reader.read("btt", inference.btt);
  reader.read("att", inference.att);
  reader.read("i2", inference.i2);
  if (const Json* robust = reader.child("robust")) {
    HR_TRY(inference.robust, parse_robust(*robust, reader.path("robust")));
  }
  HR_CHECK(reader.finish());
  return inference;
}

Checked parse_parts(JsonReader& reader, Job& job) {
  if (const Json* data = reader.child("data")) {
    HR_TRY(job.data, parse_data(*data, reader.path("data")));
  }
  if (const Json* effect = reader.child("effect")) {
    HR_TRY(job.effect, parse_effect(*effect, reader.path("effect")));
  }
  if (const Json* model = reader.child("model")) {
    HR_TRY(job.model, parse_model(*model, reader.path("model")));
  }
  if (const Json* inference = reader.child("inference")) {
    HR_TRY(job.inference, parse_inference(*inference, reader.path("inference")));
  }
  if (const Json* questions = reader.child("questions")) {
    for (std::size_t i = 0; i < questions->size(); ++i) {
      HR_TRY(Question question, parse_question((*questions)[i], fmt::format("job.questions[{}]", i + 1)));
      job.questions.push_back(std::move(question));
    }
  }
  return {};
}

}  // namespace

std::string to_json(const Job& job) {
  Json out{{"schema", kJobSchema}};
  out["data"] = Json{{"file", job.data.file}};
  put(out["data"], "subset", job.data.subset);
  for (const effect::PrepareStep& step : job.data.prepare) out["data"]["prepare"].push_back(step_json(step));
  out["effect"] = effect_json(job.effect);
  if (job.effects_only) {
    out["effects_only"] = true;
  } else {
    out["model"] = model_json(job.model);
    out["inference"] = inference_json(job.inference);
    out["questions"] = Json::array();
    for (const Question& question : job.questions) out["questions"].push_back(question_json(question));
    put(out, "transf", job.transf);
  }
  return out.dump(1) + "\n";
}

Expected<Job> parse_job(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return make_error(ErrorCode::usage, "is not valid JSON", "job");
  Job job;
  JsonReader reader(parsed, "job");
  std::string schema = kJobSchema;
  reader.read("schema", schema);
  if (schema != kJobSchema) reader.fail("schema", fmt::format("'{}', found '{}'", kJobSchema, schema));
  reader.read("effects_only", job.effects_only);
  reader.read("transf", job.transf);
  HR_CHECK(parse_parts(reader, job));
  HR_CHECK(reader.finish());
  return job;
}

}  // namespace hedgerow::engine
