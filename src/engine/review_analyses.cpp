// [[analysis]] of review.toml.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "engine/review_parts.hpp"

namespace hedgerow::engine {
namespace {

const std::vector<std::string> kMethods{"EE", "DL", "HE",  "HS",   "HSk",   "SJ",   "ML",  "REML",
                                        "EB", "PM", "PMM", "GENQ", "GENQM", "DLIT", "SJIT"};

/// Moderators of the between-study variance; a variant takes them away with "none".
void read_scale(data::TomlReader& table, ModelRequest& model) {
  if (const std::string formula = table.text("scale"); formula == "none") {
    model.scale.reset();
  } else if (!formula.empty()) {
    model.scale.emplace().formula = formula;
  }
  const std::string link = table.word("link", {"", "log", "identity"}, "");
  if (link.empty()) return;
  if (model.scale)
    model.scale->link = link;
  else
    table.fail("link", "link is that of a location-scale model; scale names its moderators");
}

/// Random effects, their structures and fixed parameters; a variant takes them away with "none".
void read_random(data::TomlReader& table, ModelRequest& model) {
  if (std::vector<std::string> random = table.texts("random"); !random.empty()) {
    model.random = random.front() == "none" ? std::vector<std::string>() : std::move(random);
    model.structure.clear();
    model.fix.clear();
    model.r.clear();
  }
  if (std::vector<std::string> structure = table.texts("structure"); !structure.empty())
    model.structure = std::move(structure);
  if (const auto known = table.pairs("known_correlations"); !known.empty()) model.r.clear();
  for (const auto& [group, file] : table.pairs("known_correlations")) model.r.push_back({group, file});
  for (const auto& [name, text] : table.pairs("fix")) {
    const auto value = parse_number(text);
    if (!value) table.fail("fix", fmt::format("holds {} = '{}'; it takes numbers, as in {{ rho = 0.5 }}", name, text));
    if (value) model.fix.emplace_back(name, *value);
  }
}

/// Cluster-robust tests; a variant takes them away with "none".
void read_robust(data::TomlReader& table, InferenceRequest& inference) {
  RobustRequest robust = inference.robust.value_or(RobustRequest{});
  const std::string adjustment = table.word("robust", {"", "none", "CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3"}, "");
  const std::string cluster = table.text("cluster", robust.cluster);
  robust.wald_test =
      table.word("wald_test", {"chi-sq", "Naive-F", "Naive-Fp", "HTA", "HTB", "HTZ", "EDF", "EDT"}, robust.wald_test);
  if (adjustment == "none") return inference.robust.reset();
  if (adjustment.empty() && cluster.empty() && !inference.robust) return;
  if (!adjustment.empty()) robust.adjustment = adjustment;
  robust.cluster = cluster;
  inference.robust = robust;
}

/// The keys that decide a model; those that are absent keep what `choice` holds.
void read_choice(data::TomlReader& table, const ReviewSpec& spec, ModelChoice& choice) {
  choice.subset = table.text("subset", choice.subset);
  if (!choice.subset.empty() && choice.subset != "all" && !spec.subset(choice.subset)) {
    std::vector<std::string> ids{"all"};
    for (const SubsetSpec& subset : spec.subsets) ids.push_back(subset.id);
    table.fail("subset",
               fmt::format("no [[subset]] has the id '{}'{}", choice.subset, did_you_mean(choice.subset, ids)));
  }
  if (choice.subset == "all") choice.subset.clear();
  choice.effects = table.word("effects", {"computed", "reported"}, choice.effects);
  if (choice.effects == "reported" && spec.effects.reported_yi.empty())
    table.fail("effects", "reported effects need the table [effects.reported]");
  choice.model.method = table.word("method", kMethods, choice.model.method);
  choice.inference.test =
      table.word("test", {"z", "t", "knha", "adhoc", "adhoc-iqwig6", "adhoc-ci"}, choice.inference.test);
  choice.inference.dfs = table.text("dfs", choice.inference.dfs);
  choice.inference.level = table.number("level", choice.inference.level);
  read_robust(table, choice.inference);
  choice.model.mods = table.text("mods", choice.model.mods);
  read_scale(table, choice.model);
  read_random(table, choice.model);
  read_covariance(table, choice);
  read_counts(table, choice);
  choice.r = table.has("r") ? table.optional_number("r") : choice.r;
  table.optional_number("r");
  const std::string j = table.word("j", {"", "exact", "approximate"}, "");
  if (!j.empty()) choice.exact_j = j == "exact";
  if (const std::string vtype = table.text("vtype"); !vtype.empty()) choice.vtype = vtype;
  const std::string precision = choice.single_precision ? "single" : "double";
  choice.single_precision = table.word("precision", {"double", "single"}, precision) == "single";
  read_conventions(table, choice);
}

void read_subgroups(data::TomlReader& table, AnalysisSpec& analysis) {
  for (data::TomlReader& inner : table.tables("subgroup")) {
    SubgroupSpec subgroup;
    subgroup.ask.column = inner.required_text("column");
    subgroup.id = inner.text("id", subgroup.ask.column);
    subgroup.title = inner.text("title", subgroup.id);
    subgroup.ask.common_tau2 = inner.boolean("common_tau2", false);
    subgroup.ask.labels = inner.pairs("labels");
    subgroup.forest = inner.boolean("forest", false);
    inner.finish();
    analysis.subgroups.push_back(std::move(subgroup));
  }
}

void read_moderators(data::TomlReader& table, AnalysisSpec& analysis) {
  for (data::TomlReader& inner : table.tables("moderator")) {
    ModeratorSpec moderator;
    moderator.id = inner.required_text("id");
    moderator.title = inner.text("title", moderator.id);
    moderator.formula = inner.required_text("formula");
    moderator.bubble = inner.boolean("bubble", false);
    inner.finish();
    analysis.moderators.push_back(std::move(moderator));
  }
}

Ask read_bias_ask(data::TomlReader& table, const ModelChoice& choice) {
  const std::string test = table.word("test", {"regression", "rank", "trim_and_fill"}, "regression");
  if (test == "rank") return AskRankTest{table.boolean("exact", true)};
  if (test == "trim_and_fill") {
    AskTrimFill ask;
    ask.estimator = table.word("estimator", {"L0", "R0", "Q0"}, "L0");
    ask.side = table.word("side", {"", "left", "right"}, "");
    ask.rule = table.word("rule", {"model", "common"}, default_trim_rule(choice));
    return ask;
  }
  AskRegressionTest ask;
  ask.model = table.word("model", {"rma", "lm", "egger", "multilevel"}, default_regression_model(choice));
  ask.predictor = table.word("predictor", {"sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv", "pr"}, "sei");
  return ask;
}

void read_bias(data::TomlReader& table, AnalysisSpec& analysis) {
  for (data::TomlReader& inner : table.tables("bias")) {
    BiasSpec bias;
    bias.id = inner.required_text("id");
    bias.title = inner.text("title", bias.id);
    bias.ask = read_bias_ask(inner, analysis.choice);
    inner.finish();
    analysis.bias.push_back(std::move(bias));
  }
}

void read_variants(data::TomlReader& table, const ReviewSpec& spec, AnalysisSpec& analysis) {
  for (data::TomlReader& inner : table.tables("variant")) {
    VariantSpec variant;
    variant.id = inner.required_text("id");
    variant.title = inner.text("title", variant.id);
    variant.choice = analysis.choice;
    read_choice(inner, spec, variant.choice);
    inner.finish();
    analysis.variants.push_back(std::move(variant));
  }
}

void read_words(data::TomlReader& table, const std::string& key, const std::vector<std::string>& allowed,
                std::vector<std::string>& out) {
  out = table.texts(key);
  for (const std::string& word : out)
    if (std::find(allowed.begin(), allowed.end(), word) == allowed.end())
      table.fail(key, fmt::format("holds '{}'; it may hold {}", word, join(allowed, ", ")));
}

AnalysisSpec read_analysis(data::TomlReader& table, const ReviewSpec& spec) {
  AnalysisSpec analysis;
  analysis.id = table.required_text("id");
  analysis.title = table.text("title", analysis.id);
  analysis.note = table.text("note");
  read_choice(table, spec, analysis.choice);
  read_words(table, "prediction", {"default", "z", "t", "riley", "k_minus_1", "simple", "kr", "kr_pr", "nnf"},
             analysis.prediction);
  if (analysis.prediction.empty()) analysis.prediction.push_back(default_prediction(analysis.choice));
  read_words(table, "leave_out", {"effect", "study"}, analysis.leave_out);
  analysis.grids = read_grids(table);
  read_words(table, "imputed_sd", {"cv", "pooled", "mean", "median", "max"}, analysis.imputed_sd);
  std::vector<std::string> figures;
  read_words(table, "figures", {"forest", "funnel"}, figures);
  const auto wants = [&](const char* name) { return std::find(figures.begin(), figures.end(), name) != figures.end(); };
  analysis.forest = wants("forest");
  analysis.funnel = wants("funnel");
  read_subgroups(table, analysis);
  read_moderators(table, analysis);
  read_bias(table, analysis);
  read_variants(table, spec, analysis);
  table.finish();
  return analysis;
}

}  // namespace

void read_analyses(data::TomlReader& root, ReviewSpec& spec) {
  for (data::TomlReader& table : root.tables("analysis")) {
    AnalysisSpec analysis = read_analysis(table, spec);
    if (spec.analysis(analysis.id)) table.fail("id", fmt::format("'{}' is already declared", analysis.id));
    if (!analysis.id.empty() &&
        analysis.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
      table.fail("id", fmt::format("'{}' names files: use lower case letters, digits, '-' and '_'", analysis.id));
    spec.analyses.push_back(std::move(analysis));
  }
  if (spec.analyses.empty() && spec.has_effects()) root.fail("", "no [[analysis]]: a review asks at least one");
}

}  // namespace hedgerow::engine
