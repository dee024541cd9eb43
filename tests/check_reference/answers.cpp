#include "answers.hpp"

#include <initializer_list>
#include <utility>

namespace hedgerow::check {
namespace {

/// Gives a field a second name, if it has none of that name yet.
void alias(Json& block, std::initializer_list<std::pair<const char*, const char*>> names) {
  for (const auto& [corpus, engine] : names)
    if (!block.contains(corpus) && block.contains(engine)) block[corpus] = block[engine];
}

/// {"loglik": ..., "deviance": ...} as the list in which anova() gives them.
Json statistics_list(const Json& statistics) {
  Json out = Json::array();
  for (const char* name : {"loglik", "deviance", "AIC", "BIC", "AICc"}) out.push_back(statistics.value(name, Json()));
  return out;
}

void comparison(Json& block) {
  for (const char* name : {"fit_stats_f", "fit_stats_r"})
    if (block.contains(name) && block[name].is_object()) block[name] = statistics_list(block[name]);
}

/// Coefficients of the regression as two lists.
void regression(Json& block) {
  alias(block, {{"ddf", "dfs"}});
  for (const auto& [list, field] : {std::pair{"fit_coef", "beta"}, std::pair{"fit_se", "se"}}) {
    if (block.contains(list) || !block.contains("coefficients")) continue;
    block[list] = Json::array();
    for (const Json& one : block["coefficients"]) block[list].push_back(one.value(field, Json()));
  }
}

/// Fields of the filled fit stand beside those of the method.
void filled(Json& block) {
  if (!block.contains("fit")) return;
  for (const auto& [name, value] : block["fit"].items())
    if (!block.contains(name)) block[name] = value;
}

/// A list of components as fields under the names of the components; a two-level model has one without a name.
void random_effects(Json& block) {
  if (!block.contains("components")) return;
  for (const Json& component : block["components"]) {
    block[component.value("name", "")] = component;
    if (block["components"].size() > 1) continue;
    block["pred"] = component.value("intrcpt", Json());
    for (const char* field : {"se", "pi_lb", "pi_ub"})
      if (component.contains(field)) block[field] = component[field];
  }
}

}  // namespace

Json corpus_fields(const std::string& function, const Json& answer) {
  Json block = answer;
  if (function == "predict") alias(block, {{"cr_lb", "pi_lb"}, {"cr_ub", "pi_ub"}});
  if (function == "anova") {
    alias(block, {{"Xb", "estimate"}});
    comparison(block);
  }
  if (function == "regtest") regression(block);
  if (function == "leave1out") alias(block, {{"tval", "zval"}});
  if (function == "trimfill") filled(block);
  if (function == "weights") alias(block, {{"values", "weights"}});
  if (function == "ranef") random_effects(block);
  if (function == "profile") alias(block, {{"sigma2", "values"}, {"tau2", "values"}});
  if (function == "vif") alias(block, {{"vifs", "vif"}});
  return block;
}

}  // namespace hedgerow::check
