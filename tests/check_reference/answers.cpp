#include "answers.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "translate_post.hpp"

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

/// Rank of each text among all of them, as R sorts the levels of a factor: by number where all are numbers.
std::vector<double> level_ranks(const std::vector<std::string>& texts) {
  std::vector<double> numbers;
  for (const std::string& text : texts)
    if (const auto number = parse_number(text)) numbers.push_back(*number);
  if (numbers.size() == texts.size()) return numbers;
  std::vector<std::string> sorted;
  for (const std::string& text : texts) sorted.push_back(to_lower(text));
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> out;
  for (const std::string& text : texts)
    out.push_back(static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), to_lower(text)) - sorted.begin()));
  return out;
}

/// Part n of the labels "a/b/c"; labels with fewer parts have an empty one.
std::vector<std::string> parts_of(const std::vector<std::string>& labels, std::size_t n) {
  std::vector<std::string> out;
  for (const std::string& label : labels) {
    const std::vector<std::string> parts = split(label, '/');
    out.push_back(n < parts.size() ? parts[n] : "");
  }
  return out;
}

/// Positions of units in R's order: labels of nested levels ("district/school") by their outer level first.
std::vector<std::size_t> sorted_units(const std::vector<std::string>& labels) {
  std::size_t depth = 1;
  for (const std::string& label : labels)
    depth = std::max(depth, 1 + static_cast<std::size_t>(std::count(label.begin(), label.end(), '/')));
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t n = depth; n-- > 0;) {
    const std::vector<double> rank = level_ranks(parts_of(labels, n));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank[a] < rank[b]; });
  }
  return order;
}

/// Lists with one entry per unit, in R's order of the units.
void sort_units(Json& block) {
  const auto labels = block.at("label").get<std::vector<std::string>>();
  const std::vector<std::size_t> order = sorted_units(labels);
  for (auto& [name, list] : block.items()) {
    if (!list.is_array() || list.size() != labels.size()) continue;
    const Json before = list;
    for (std::size_t i = 0; i < order.size(); ++i) list[i] = before[order[i]];
  }
}

/// A list of components as fields under the names of the components, their groups in R's order; a two-level model has
/// one without a name.
void random_effects(Json& block) {
  if (!block.contains("components")) return;
  for (Json component : block["components"]) {
    if (component.contains("group")) {
      component["label"] = component["group"];
      sort_units(component);
    }
    block[component.value("name", "")] = component;
    if (block["components"].size() > 1) continue;
    block["pred"] = component.value("intrcpt", Json());
    for (const char* field : {"se", "pi_lb", "pi_ub"})
      if (component.contains(field)) block[field] = component[field];
  }
}

/// "factor(a)b" -> "factor.a.b", as R names the columns of a data frame.
std::string frame_name(const std::string& text) {
  std::string out = text;
  for (char& c : out)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_') c = '.';
  return out;
}

void dfbetas(Json& block) {
  for (std::size_t c = 0; c < block.at("coef_names").size(); ++c) {
    Json column = Json::array();
    for (const Json& row : block.at("dfbs")) column.push_back(row.is_array() ? row.at(c) : row);
    const std::string name = block.at("coef_names").at(c).get<std::string>();
    block[name] = block[frame_name(name)] = column;
  }
}

/// Names of clusters as R gives a numeric column.
void number_clusters(Json& rows) {
  Json numbers = Json::array();
  for (const Json& name : rows.at("cluster"))
    if (const auto number = parse_number(name.get<std::string>())) numbers.push_back(*number);
  if (numbers.size() == rows.at("cluster").size()) rows["cluster"] = numbers;
}

/// Residuals by row, or those of the rows and of the clusters.
Json residual_fields(const Json& block, const char* rows, const char* x2, bool by_cluster) {
  if (!by_cluster) return block.at(rows);
  Json out{{"obs", block.at(rows)}, {"cluster", {{"X2", block.at(x2)}, {"k", block.at("k")}}}};
  number_clusters(out["obs"]);
  return out;
}

/// metafor leaves rows without an effect of their own (a study without events) out of its tables of residuals.
void drop_rows_without_effect(Json& block) {
  if (!block.is_object() || !block.contains("resid") || !block["resid"].is_array()) return;
  const Json resid = block["resid"];
  for (auto& [name, list] : block.items()) {
    if (!list.is_array() || list.size() != resid.size()) continue;
    Json kept = Json::array();
    for (std::size_t i = 0; i < resid.size(); ++i)
      if (!resid[i].is_null()) kept.push_back(list[i]);
    list = std::move(kept);
  }
}

Json influence_fields(const Call& call, Json block) {
  if (!block.contains("dfbs")) return block;
  const std::string& function = call.function;
  const bool by_cluster = call.find("cluster") != nullptr;
  if (by_cluster) sort_units(block);
  if (function == "rstudent") return residual_fields(block, "rstudent_rows", "X2_del", by_cluster);
  if (function == "rstandard") return residual_fields(block, "rstandard", "X2", by_cluster);
  if (function == "dfbetas") dfbetas(block);
  if (function == "cooks.distance") alias(block, {{"values", "cook_d"}});
  if (function == "covratio") alias(block, {{"values", "cov_r"}});
  return block;
}

}  // namespace

Json corpus_fields(const Call& call, const Json& answer) {
  const std::string& function = call.function;
  Json block = answer;
  if (function == "predict") alias(block, {{"cr_lb", "pi_lb"}, {"cr_ub", "pi_ub"}});
  if (function == "anova") {
    alias(block, {{"Xb", "estimate"}});
    comparison(block);
  }
  if (function == "regtest") regression(block);
  if (function == "cumul") alias(block, {{"tval", "zval"}, {"ids", "row"}, {"order", "row"}});
  if (function == "leave1out") {
    alias(block, {{"tval", "zval"}});
    if (call.find("cluster")) sort_units(block);
  }
  if (function == "trimfill") filled(block);
  if (function == "weights") alias(block, {{"values", "weights"}});
  if (function == "ranef") random_effects(block);
  if (function == "profile")
    alias(block,
          {{"sigma2", "values"}, {"tau2", "values"}, {"rho", "values"}, {"gamma2", "values"}, {"phi", "values"}});
  if (function == "vif") alias(block, {{"vifs", "vif"}});
  if (is_post_function(function) || function == "hatvalues") post_fields(call, block);
  Json fields = influence_fields(call, std::move(block));
  if (function == "rstandard" || function == "rstudent") drop_rows_without_effect(fields);
  return fields;
}

}  // namespace hedgerow::check
