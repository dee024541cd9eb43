#include "engine/detail/ask_json.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "engine/ask.hpp"
#include "engine/count_request.hpp"

namespace hedgerow::engine {
namespace {

using Json = JsonReader::Json;

Json matrix_json(const stats::Matrix& m) {
  Json out = Json::array();
  for (std::size_t i = 0; i < m.rows(); ++i) out.push_back(stats::Vector(m.row(i).begin(), m.row(i).end()));
  return out;
}

// One overload of `write` and `read` per kind of question, in the order of the variant Ask.

void write(Json& out, const AskPredict& ask) {
  if (ask.newmods) out["newmods"] = matrix_json(*ask.newmods);
  if (!ask.transf.empty()) out["transf"] = ask.transf;
  if (!ask.predtype.empty()) out["predtype"] = ask.predtype;
  if (ask.level) out["level"] = *ask.level;
  if (!ask.intercept) out["intercept"] = false;
  out["target"] = ask.target;
  if (!ask.tau2_levels.empty()) out["tau2_levels"] = ask.tau2_levels;
  if (!ask.gamma2_levels.empty()) out["gamma2_levels"] = ask.gamma2_levels;
  if (ask.newscale) out["newscale"] = matrix_json(*ask.newscale);
  if (ask.addx) out["addx"] = true;
}
void read(JsonReader& in, AskPredict& ask) {
  in.read("newmods", ask.newmods);
  in.read("transf", ask.transf);
  in.read("predtype", ask.predtype);
  in.read("level", ask.level);
  in.read("intercept", ask.intercept);
  in.read("target", ask.target);
  in.read("tau2_levels", ask.tau2_levels);
  in.read("gamma2_levels", ask.gamma2_levels);
  in.read("newscale", ask.newscale);
  in.read("addx", ask.addx);
}

void write(Json& out, const AskConfint& ask) {
  if (!ask.type.empty()) out["type"] = ask.type;
  if (ask.level) out["level"] = *ask.level;
}
void read(JsonReader& in, AskConfint& ask) {
  in.read("type", ask.type);
  in.read("level", ask.level);
}

void write(Json& out, const AskContrasts& ask) {
  if (ask.combinations.empty())
    out["l"] = matrix_json(ask.l);
  else
    out["combinations"] = ask.combinations;
  if (!ask.rhs.empty()) out["rhs"] = ask.rhs;
  if (!ask.adjust.empty()) out["adjust"] = ask.adjust;
  if (ask.scale) out["scale"] = true;
}
void read(JsonReader& in, AskContrasts& ask) {
  in.read("scale", ask.scale);
  in.read("l", ask.l);
  in.read("combinations", ask.combinations);
  in.read("rhs", ask.rhs);
  in.read("adjust", ask.adjust);
}

void write(Json& out, const AskBlock& ask) {
  if (!ask.btt.empty()) out["btt"] = ask.btt;
  if (!ask.term.empty()) out["term"] = ask.term;
  if (ask.scale) out["scale"] = true;
}
void read(JsonReader& in, AskBlock& ask) {
  in.read("scale", ask.scale);
  in.read("btt", ask.btt);
  in.read("term", ask.term);
}

void write(Json& out, const AskCompare& ask) { out["other"] = model_json(ask.other); }
void read(JsonReader& in, AskCompare& ask) {
  const Json* other = in.child("other");
  if (!other) return in.fail("other", "a model");
  auto model = parse_model(*other, in.path("other"));
  if (model)
    ask.other = model.take();
  else
    in.fail(model.error());
}

void write(Json& out, const AskSubgroups& ask) {
  out["column"] = ask.column;
  out["common_tau2"] = ask.common_tau2;
  if (ask.labels.empty()) return;
  out["labels"] = Json::object();
  for (const auto& [value, label] : ask.labels) out["labels"][value] = label;
}
void read(JsonReader& in, AskSubgroups& ask) {
  in.read("column", ask.column);
  in.read("common_tau2", ask.common_tau2);
  in.read("labels", ask.labels);
}

void write(Json& out, const AskRegressionTest& ask) {
  out["model"] = ask.model;
  out["predictor"] = ask.predictor;
}
void read(JsonReader& in, AskRegressionTest& ask) {
  in.read("model", ask.model);
  in.read("predictor", ask.predictor);
}

void write(Json& out, const AskRankTest& ask) { out["exact"] = ask.exact; }
void read(JsonReader& in, AskRankTest& ask) { in.read("exact", ask.exact); }

void write(Json& out, const AskTrimFill& ask) {
  out["estimator"] = ask.estimator;
  if (!ask.side.empty()) out["side"] = ask.side;
  out["rule"] = ask.rule;
}
void read(JsonReader& in, AskTrimFill& ask) {
  in.read("estimator", ask.estimator);
  in.read("side", ask.side);
  in.read("rule", ask.rule);
}

void write(Json& out, const AskLeaveOneOut& ask) {
  out["by"] = ask.by;
  if (!ask.transf.empty()) out["transf"] = ask.transf;
}
void read(JsonReader& in, AskLeaveOneOut& ask) {
  in.read("by", ask.by);
  in.read("transf", ask.transf);
}

void write(Json& out, const AskRows& ask) { out["what"] = ask.what; }
void read(JsonReader& in, AskRows& ask) { in.read("what", ask.what); }

void write(Json& out, const AskProfile& ask) {
  if (!ask.parameter.empty()) out["parameter"] = ask.parameter;
  out["component"] = ask.component;
  out["from"] = ask.from;
  out["to"] = ask.to;
  out["steps"] = ask.steps;
}
void read(JsonReader& in, AskProfile& ask) {
  in.read("parameter", ask.parameter);
  in.read("component", ask.component);
  in.read("from", ask.from);
  in.read("to", ask.to);
  in.read("steps", ask.steps);
}

void write(Json&, const AskVif&) {}
void read(JsonReader&, AskVif&) {}

void write(Json& out, const AskInfluence& ask) {
  out["by"] = ask.by;
  if (!ask.reestimate) out["reestimate"] = false;
}
void read(JsonReader& in, AskInfluence& ask) {
  in.read("by", ask.by);
  in.read("reestimate", ask.reestimate);
}

void write(Json& out, const AskMarginalMeans& ask) {
  out["factor"] = ask.factor;
  out["weights"] = ask.weights;
  out["adjust"] = ask.adjust;
}
void read(JsonReader& in, AskMarginalMeans& ask) {
  in.read("factor", ask.factor);
  in.read("weights", ask.weights);
  in.read("adjust", ask.adjust);
}

void write(Json& out, const AskHeterogeneity& ask) {
  if (ask.level) out["level"] = *ask.level;
}
void read(JsonReader& in, AskHeterogeneity& ask) { in.read("level", ask.level); }

void write(Json& out, const AskWildBootstrap& ask) {
  if (!ask.l.empty()) out["l"] = matrix_json(ask.l);
  if (!ask.rhs.empty()) out["rhs"] = ask.rhs;
  out["weights"] = ask.weights;
  out["replicates"] = ask.replicates;
  out["seed"] = ask.seed;
}
void read(JsonReader& in, AskWildBootstrap& ask) {
  in.read("l", ask.l);
  in.read("rhs", ask.rhs);
  in.read("weights", ask.weights);
  in.read("replicates", ask.replicates);
  in.read("seed", ask.seed);
}

void write(Json& out, const AskImpute& ask) {
  out["m"] = ask.m;
  out["seed"] = ask.seed;
  out["method"] = ask.method;
}
void read(JsonReader& in, AskImpute& ask) {
  in.read("m", ask.m);
  in.read("seed", ask.seed);
  in.read("method", ask.method);
}

void write(Json&, const AskFiml&) {}
void read(JsonReader&, AskFiml&) {}

void write(Json& out, const AskCovarianceGrid& ask) {
  out["parameter"] = ask.parameter;
  out["values"] = ask.values;
}
void read(JsonReader& in, AskCovarianceGrid& ask) {
  in.read("parameter", ask.parameter);
  in.read("values", ask.values);
}

void write(Json& out, const AskDifferences& ask) {
  out["from"] = ask.from;
  out["to"] = ask.to;
  if (!ask.held.empty()) out["held"] = ask.held;
}
void read(JsonReader& in, AskDifferences& ask) {
  in.read("from", ask.from);
  in.read("to", ask.to);
  in.read("held", ask.held);
}

void write(Json& out, const AskPublished& ask) {
  out["numbers"] = Json::object();
  for (const auto& [name, text] : ask.numbers) out["numbers"][name] = text;
}
void read(JsonReader& in, AskPublished& ask) { in.read("numbers", ask.numbers); }

void write(Json& out, const AskFailSafe& ask) {
  out["type"] = ask.type;
  out["alpha"] = ask.alpha;
  if (ask.target) out["target"] = *ask.target;
  if (ask.exact) out["exact"] = true;
  if (!ask.weighted) out["weighted"] = false;
}
void read(JsonReader& in, AskFailSafe& ask) {
  in.read("type", ask.type);
  in.read("alpha", ask.alpha);
  in.read("target", ask.target);
  in.read("exact", ask.exact);
  in.read("weighted", ask.weighted);
}

void write(Json& out, const AskExcessSignificance& ask) {
  out["h0"] = ask.h0;
  out["alternative"] = ask.alternative;
  out["alpha"] = ask.alpha;
  if (ask.theta) out["theta"] = *ask.theta;
  if (ask.tau2) out["tau2"] = *ask.tau2;
  if (!ask.test.empty()) out["test"] = ask.test;
  out["tes_alternative"] = ask.tes_alternative;
  out["tes_alpha"] = ask.tes_alpha;
}
void read(JsonReader& in, AskExcessSignificance& ask) {
  in.read("h0", ask.h0);
  in.read("alternative", ask.alternative);
  in.read("alpha", ask.alpha);
  in.read("theta", ask.theta);
  in.read("tau2", ask.tau2);
  in.read("test", ask.test);
  in.read("tes_alternative", ask.tes_alternative);
  in.read("tes_alpha", ask.tes_alpha);
}

void write(Json& out, const AskHenmiCopas& ask) {
  if (!ask.transf.empty()) out["transf"] = ask.transf;
}
void read(JsonReader& in, AskHenmiCopas& ask) { in.read("transf", ask.transf); }

void write(Json& out, const AskGosh& ask) {
  out["subsets"] = ask.subsets;
  out["seed"] = ask.seed;
}
void read(JsonReader& in, AskGosh& ask) {
  in.read("subsets", ask.subsets);
  in.read("seed", ask.seed);
}

void write(Json& out, const AskPermutation& ask) {
  out["exact"] = ask.exact;
  out["iterations"] = ask.iterations;
  out["seed"] = ask.seed;
}
void read(JsonReader& in, AskPermutation& ask) {
  in.read("exact", ask.exact);
  in.read("iterations", ask.iterations);
  in.read("seed", ask.seed);
}

void write(Json&, const AskBaujat&) {}
void read(JsonReader&, AskBaujat&) {}

void write(Json& out, const AskRadial& ask) { out["center"] = ask.center; }
void read(JsonReader& in, AskRadial& ask) { in.read("center", ask.center); }

void write(Json& out, const AskImputedSd& ask) {
  if (!ask.rules.empty()) out["rules"] = ask.rules;
}
void read(JsonReader& in, AskImputedSd& ask) { in.read("rules", ask.rules); }

void write(Json& out, const AskCumulative& ask) {
  if (!ask.order.empty()) out["order"] = ask.order;
  if (ask.decreasing) out["decreasing"] = true;
  if (ask.collapse) out["collapse"] = true;
  out["by"] = ask.by;
  if (!ask.transf.empty()) out["transf"] = ask.transf;
}
void read(JsonReader& in, AskCumulative& ask) {
  in.read("order", ask.order);
  in.read("decreasing", ask.decreasing);
  in.read("collapse", ask.collapse);
  in.read("by", ask.by);
  in.read("transf", ask.transf);
}

void write(Json& out, const AskExceedance& ask) {
  out["threshold"] = ask.threshold;
  if (ask.below) out["below"] = true;
  if (ask.level) out["level"] = *ask.level;
  if (ask.newmods) out["newmods"] = matrix_json(*ask.newmods);
  if (ask.newscale) out["newscale"] = matrix_json(*ask.newscale);
  out["replicates"] = ask.replicates;
  out["seed"] = ask.seed;
}
void read(JsonReader& in, AskExceedance& ask) {
  in.read("threshold", ask.threshold);
  in.read("below", ask.below);
  in.read("level", ask.level);
  in.read("newmods", ask.newmods);
  in.read("newscale", ask.newscale);
  in.read("replicates", ask.replicates);
  in.read("seed", ask.seed);
}

template <std::size_t I = 0>
Ask make_ask(std::size_t index) {
  if constexpr (I + 1 == std::variant_size_v<Ask>)
    return Ask(std::in_place_index<I>);
  else
    return index == I ? Ask(std::in_place_index<I>) : make_ask<I + 1>(index);
}

}  // namespace

Json question_json(const Question& question) {
  Json out{{"name", question.name}, {"ask", ask_name(question.ask)}};
  std::visit([&](const auto& ask) { write(out, ask); }, question.ask);
  return out;
}

Expected<Question> parse_question(const Json& json, const std::string& path) {
  JsonReader reader(json, path);
  Question question;
  std::string kind;
  reader.read("name", question.name);
  reader.read("ask", kind);
  const auto names = ask_names();
  const auto at = std::find(names.begin(), names.end(), kind);
  if (at == names.end()) {
    reader.fail("ask", fmt::format("one of {}, found '{}'", join(names, ", "), kind));
    return reader.finish().error();
  }
  question.ask = make_ask(static_cast<std::size_t>(at - names.begin()));
  std::visit([&](auto& ask) { read(reader, ask); }, question.ask);
  HR_CHECK(reader.finish());
  return question;
}

Json model_json(const ModelRequest& model) {
  Json out{{"method", model.method}};
  if (!model.mods.empty()) out["mods"] = model.mods;
  if (!model.random.empty()) out["random"] = model.random;
  if (model.tau2) out["tau2"] = *model.tau2;
  if (!model.sigma2.empty()) {
    out["sigma2"] = Json::array();
    for (const auto& value : model.sigma2) out["sigma2"].push_back(value ? Json(*value) : Json(nullptr));
  }
  if (!model.weights.empty()) out["weights"] = model.weights;
  if (!model.weighted) out["weighted"] = false;
  if (model.drop_redundant) out["drop_redundant"] = true;
  if (model.centre_yi) out["centre_yi"] = true;
  if (model.q_centre != "inverse") out["q_centre"] = model.q_centre;
  if (!model.structure.empty()) out["structure"] = model.structure;
  for (const KnownCorrelation& known : model.r) out["r"][known.group] = known.file;
  for (const auto& [name, value] : model.fix) out["fix"][name] = value;
  if (model.counts) out["counts"] = counts_json(*model.counts);
  if (model.scale) {
    out["scale"] = {{"formula", model.scale->formula}, {"link", model.scale->link}};
    for (const auto& value : model.scale->alpha) out["scale"]["alpha"].push_back(value ? Json(*value) : Json(nullptr));
  }
  if (model.working)
    out["working"] = {{"name", model.working->name},
                      {"cluster", model.working->cluster},
                      {"effect", model.working->effect},
                      {"subgroup", model.working->subgroup},
                      {"rho", model.working->rho}};
  return out;
}

static Expected<WorkingModel> parse_working(const Json& json, const std::string& path) {
  WorkingModel working;
  JsonReader reader(json, path);
  reader.read("name", working.name);
  reader.read("cluster", working.cluster);
  reader.read("effect", working.effect);
  reader.read("subgroup", working.subgroup);
  reader.read("rho", working.rho);
  HR_CHECK(reader.finish());
  return working;
}

static Expected<ScaleRequest> parse_scale(const Json& json, const std::string& path) {
  ScaleRequest scale;
  JsonReader reader(json, path);
  reader.read("formula", scale.formula);
  reader.read("link", scale.link);
  reader.read("alpha", scale.alpha);
  HR_CHECK(reader.finish());
  return scale;
}

Expected<ModelRequest> parse_model(const Json& json, const std::string& path) {
  ModelRequest model;
  JsonReader reader(json, path);
  reader.read("method", model.method);
  reader.read("mods", model.mods);
  reader.read("random", model.random);
  reader.read("tau2", model.tau2);
  reader.read("sigma2", model.sigma2);
  reader.read("weights", model.weights);
  reader.read("weighted", model.weighted);
  reader.read("drop_redundant", model.drop_redundant);
  reader.read("centre_yi", model.centre_yi);
  reader.read("q_centre", model.q_centre);
  reader.read("structure", model.structure);
  std::vector<std::pair<std::string, std::string>> known;
  reader.read("r", known);
  for (auto& [group, file] : known) model.r.push_back({std::move(group), std::move(file)});
  reader.read("fix", model.fix);
  if (const Json* counts = reader.child("counts")) {
    HR_TRY(model.counts, parse_counts(*counts, reader.path("counts")));
  }
  if (const Json* scale = reader.child("scale")) {
    HR_TRY(model.scale, parse_scale(*scale, reader.path("scale")));
  }
  if (const Json* working = reader.child("working")) {
    HR_TRY(model.working, parse_working(*working, reader.path("working")));
  }
  HR_CHECK(reader.finish());
  return model;
}

}  // namespace hedgerow::engine
