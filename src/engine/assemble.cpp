#include "engine/assemble.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "data/expression.hpp"
#include "engine/conventions.hpp"
#include "engine/count_request.hpp"
#include "engine/detail/covariance.hpp"
#include "engine/detail/random_effects.hpp"
#include "engine/detail/robust_options.hpp"
#include "engine/prepare.hpp"
#include "engine/scale_request.hpp"
#include "engine/working_model.hpp"

namespace hedgerow::engine {
namespace {

using stats::Vector;
using TablePointer = std::shared_ptr<const data::Table>;

// The rows `keep` of a table; the table itself when these are all of its rows, so that nothing is copied.
TablePointer select_rows(const TablePointer& table, const std::vector<std::size_t>& keep) {
  if (keep.size() == table->rows()) return table;
  return std::make_shared<const data::Table>(table->select(keep));
}

Checked check_variances(const Vector& vi, const data::Table& table, const std::string& what) {
  for (std::size_t i = 0; i < vi.size(); ++i)
    if (vi[i] < 0)
      return make_error(
          ErrorCode::input,
          fmt::format("{} is {}; a variance or standard error can't be negative", what, format_shortest(vi[i])),
          fmt::format("{}:{}", table.source(), table.line(i)));
  return {};
}

Expected<Vector> optional_numbers(const std::string& expression, const data::Table& table) {
  if (expression.empty()) return Vector();
  return data::evaluate_numbers(expression, table);
}

Expected<effect::Effects> given_effects(const EffectRequest& request, const data::Table& table) {
  const bool v_gives_variances = request.vi.empty() && request.sei.empty() && request.covariance;
  if (request.vi.empty() == request.sei.empty() && !v_gives_variances)
    return make_error(ErrorCode::usage,
                      "given effects need either vi (variances) or sei (standard errors), one of them");
  effect::Effects out;
  out.measure = request.measure.empty() ? "GEN" : request.measure;
  HR_TRY(out.yi, data::evaluate_numbers(request.yi, table));
  if (v_gives_variances)
    out.vi.assign(out.yi.size(), kMissing);
  else {
    HR_TRY(out.vi, data::evaluate_numbers(request.vi.empty() ? request.sei : request.vi, table));
  }
  HR_CHECK(check_variances(out.vi, table, request.vi.empty() ? request.sei : request.vi));
  if (request.vi.empty())
    for (double& v : out.vi) v *= v;
  HR_TRY(out.ni, optional_numbers(request.ni, table));
  HR_TRY(out.n1i, optional_numbers(request.n1i, table));
  HR_TRY(out.n2i, optional_numbers(request.n2i, table));
  if (out.ni.empty() && !out.n1i.empty() && !out.n2i.empty()) {
    out.ni.resize(out.n1i.size());
    for (std::size_t i = 0; i < out.ni.size(); ++i) out.ni[i] = out.n1i[i] + out.n2i[i];
  }
  return out;
}

Expected<effect::Effects> request_effects(const EffectRequest& request, const data::Table& table) {
  if (!request.yi.empty()) return given_effects(request, table);
  if (!request.rules.empty()) return effect::compute_mixed(request.rules, table, request.options);
  if (request.measure.empty())
    return make_error(ErrorCode::usage, "no effects: give yi with vi or sei, or a measure with its columns");
  return effect::compute(request.measure, table, request.arguments, request.options);
}

void round_to_single(effect::Effects& effects) {
  for (double& y : effects.yi) y = static_cast<double>(static_cast<float>(y));
  for (double& v : effects.vi) {
    const auto sei = static_cast<double>(static_cast<float>(std::sqrt(v)));
    v = sei * sei;
  }
}

std::string effects_method(const EffectRequest& request) {
  if (!request.yi.empty())
    return fmt::format("given: yi = {}, {} = {}", request.yi, request.vi.empty() ? "sei" : "vi",
                       request.vi.empty() ? request.sei : request.vi);
  return request.rules.empty() ? request.measure : "by format of each row";
}

Expected<std::vector<std::string>> labels(const std::string& column, const data::Table& table) {
  if (column.empty()) return std::vector<std::string>();
  HR_TRY(const std::size_t col, table.column(column));
  std::vector<std::string> out;
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    out.emplace_back(table.cell(i, col));
    const auto [at, inserted] = seen.emplace(out.back(), i);
    if (!inserted)
      return make_error(ErrorCode::input,
                        fmt::format("label '{}' is already used in line {}; each row needs its own label", out.back(),
                                    table.line(at->second)),
                        table.where(i, col));
  }
  return out;
}

Vector pick(const Vector& values, const std::vector<std::uint32_t>& rows) {
  Vector out;
  if (values.empty()) return out;
  out.reserve(rows.size());
  for (std::uint32_t i : rows) out.push_back(values[i]);
  return out;
}

std::vector<std::size_t> whole_table_rows(const EffectRows& rows, const std::vector<std::uint32_t>& used) {
  std::vector<std::size_t> out;
  out.reserve(used.size());
  for (std::uint32_t i : used) out.push_back(rows.row[i]);
  return out;
}

// The rows that can enter the model, and their design.
struct Usable {
  TablePointer table;
  std::vector<std::uint32_t> used;
  std::vector<Dropped> dropped;
  data::Design design;
};

std::string missing_reason(const EffectRows& rows, std::size_t i) {
  const auto& records = rows.effects.records;
  if (i < records.size() && !records[i].note.empty()) return records[i].note;
  return std::isnan(rows.effects.yi[i]) ? "yi is missing" : "vi is missing";
}

void keep_rows(const EffectRows& rows, Usable& out, const std::vector<std::uint32_t>& keep) {
  out.used = keep;
  out.table = select_rows(rows.table, whole_table_rows(rows, keep));
}

void drop(const EffectRows& rows, Usable& out, std::uint32_t i, std::string reason) {
  out.dropped.push_back({rows.row[i], rows.where(i), std::move(reason)});
}

// Why a row can't enter; empty if it can. A model of counts needs the counts, not the effect.
std::string reason_to_drop(const EffectRows& rows, std::size_t i, const ModelRequest& request) {
  if (request.counts) return no_counts_reason(rows, i, drops_rows(*request.counts));
  const bool complete = std::isfinite(rows.effects.yi[i]) && std::isfinite(rows.effects.vi[i]);
  return complete ? "" : missing_reason(rows, i);
}

// First the rows with an effect, then those whose moderators are complete; the design belongs to the latter.
Expected<Usable> usable_rows(const EffectRows& rows, const ModelRequest& request) {
  Usable out;
  const std::string formula = request.mods.empty() ? "~ 1" : request.mods;
  std::vector<std::uint32_t> keep;
  for (std::uint32_t i = 0; i < rows.row.size(); ++i) {
    std::string reason = reason_to_drop(rows, i, request);
    if (reason.empty())
      keep.push_back(i);
    else
      drop(rows, out, i, std::move(reason));
  }
  keep_rows(rows, out, keep);
  if (keep.empty()) return out;
  HR_TRY(out.design, data::design_matrix(formula, *out.table));
  keep.clear();
  std::vector<bool> scale(out.design.x.rows(), true);
  if (request.scale) {
    HR_TRY(scale, complete_scale(*request.scale, *out.table));
  }
  for (std::size_t i = 0; i < out.design.x.rows(); ++i) {
    const auto row = out.design.x.row(i);
    if (std::none_of(row.begin(), row.end(), [](double v) { return std::isnan(v); }) && scale[i])
      keep.push_back(out.used[i]);
    else if (!scale[i])
      drop(rows, out, out.used[i], "a moderator of the scale is missing");
    else
      drop(rows, out, out.used[i], "a moderator is missing");
  }
  if (keep.size() == out.used.size()) return out;
  keep_rows(rows, out, keep);
  HR_TRY(out.design, data::design_matrix(formula, *out.table));
  return out;
}

model::Data model_data(const EffectRows& rows, const std::vector<std::uint32_t>& used, data::Design design) {
  model::Data data;
  data.yi = pick(rows.effects.yi, used);
  data.vi = pick(rows.effects.vi, used);
  data.ni = pick(rows.effects.ni, used);
  data.n1i = pick(rows.effects.n1i, used);
  data.n2i = pick(rows.effects.n2i, used);
  data.x = std::move(design.x);
  data.names = std::move(design.names);
  data.term = std::move(design.term);
  data.term_labels = std::move(design.term_labels);
  data.intercept = design.intercept;
  data.row.reserve(used.size());
  for (std::uint32_t i : used) data.row.push_back(rows.row[i]);
  if (!rows.slab.empty())
    for (std::uint32_t i : used) data.slab.push_back(rows.slab[i]);
  const bool all = used.size() == rows.row.size();
  if (rows.v && all) data.v = rows.v;
  if (rows.v && !all) {
    const std::vector<std::size_t> chosen(used.begin(), used.end());
    data.v = std::make_shared<const stats::BlockMatrix>(rows.v->select(chosen));
  }
  return data;
}

/// The table with the effects as columns yi, vi, sei and ni, unless it has columns of these names: weights may be
/// written in them ("1/vi").
Expected<data::Table> with_effects(const data::Table& table, const model::Data& data) {
  data::Table out = table;
  Vector sei;
  for (const double v : data.vi) sei.push_back(std::sqrt(v));
  for (const auto& [name, values] : {std::pair{"yi", &data.yi}, {"vi", &data.vi}, {"sei", &sei}, {"ni", &data.ni}}) {
    if (values->empty() || out.find(name)) continue;
    std::vector<std::string> cells;
    for (const double x : *values) cells.push_back(is_missing(x) ? "" : format_shortest(x));
    HR_TRY(out, out.with_column(name, cells));
  }
  return out;
}

/// The model whose estimate Q is taken about, where it is not the mean of the effects.
Expected<std::optional<model::CountModel>> q_about(const ModelRequest& request, const model::Data& data,
                                                   const std::string& measure) {
  if (request.q_centre == "inverse") return std::optional<model::CountModel>();
  if (request.q_centre != "MH")
    return make_error(ErrorCode::usage, fmt::format("q_centre is inverse or MH, found '{}'", request.q_centre));
  if (data.counts.kind != model::CountKind::tables)
    return make_error(ErrorCode::usage, "q_centre = MH goes with OR, RR or RD computed from 2x2 tables", "q_centre");
  if (data.p() != 1 || !data.intercept)
    return make_error(ErrorCode::not_defined, "q_centre = MH goes with models without moderators", "q_centre");
  ModelRequest pooled;
  pooled.method = "EE";
  pooled.counts = pooled_tables(measure);
  HR_TRY(model::CountModel spec, count_spec(pooled, measure));
  return std::optional<model::CountModel>(std::move(spec));
}

Expected<model::Spec> two_level_spec(const ModelRequest& request, const data::Table& table, const model::Data& data,
                                     const std::string& measure) {
  model::Univariate spec;
  HR_TRY(spec.method, model::parse_tau2_method(request.method));
  spec.tau2 = request.tau2;
  for (const auto& [name, value] : request.fix) {
    if (name != "tau2")
      return make_error(ErrorCode::usage,
                        fmt::format("the model has no variance parameter '{}'; a two-level model has tau2", name),
                        "fix");
    spec.tau2 = value;
  }
  spec.weighted = request.weighted;
  spec.centre_yi = request.centre_yi;
  HR_TRY(spec.q_about, q_about(request, data, measure));
  if (!request.weights.empty()) {
    HR_TRY(const data::Table with, with_effects(table, data));
    HR_TRY(spec.weights, data::evaluate_numbers(request.weights, with));
  }
  return model::Spec(std::move(spec));
}

// A two-level problem, or one with random effects or dependent sampling errors.
Expected<model::Problem> make_problem(model::Data data, const ModelRequest& request, const data::Table& table,
                                      const std::string& measure, std::vector<std::string>& warnings) {
  if (request.counts) {
    HR_TRY(model::CountModel spec, count_spec(request, measure));
    return model::Problem::create(std::move(data), std::move(spec));
  }
  if (request.scale) {
    HR_TRY(model::LocationScale spec, scale_spec(request, table, warnings));
    return model::Problem::create(std::move(data), std::move(spec));
  }
  if (request.random.empty() && !data.v) {
    HR_TRY(model::Spec spec, two_level_spec(request, table, data, measure));
    return model::Problem::create(std::move(data), std::move(spec));
  }
  HR_TRY(model::Multilevel spec, multilevel_spec(request, table));
  HR_TRY(const model::Problem problem, model::Problem::create(std::move(data), std::move(spec)));
  return with_fixed_parameters(problem, request);
}

bool has_missing(const stats::BlockMatrix& v) {
  for (std::size_t b = 0; b < v.blocks(); ++b) {
    const auto values = v.block(b).values;
    if (std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) return true;
  }
  return false;
}

std::vector<std::size_t> dropped_rows(const std::vector<Dropped>& dropped) {
  std::vector<std::size_t> out;
  for (const Dropped& one : dropped) out.push_back(one.row);
  return out;
}

}  // namespace

Expected<EffectRows> load_effects(const DataRequest& data, const EffectRequest& effect) {
  HR_TRY(PreparedTable prepared, prepare_table(data));
  const TablePointer whole = prepared.table;
  std::vector<std::size_t> keep(whole->rows());
  std::iota(keep.begin(), keep.end(), std::size_t{0});
  if (!data.subset.empty()) {
    HR_TRY(keep, data::evaluate_condition(data.subset, *whole));
  }
  if (keep.empty())
    return make_error(ErrorCode::input,
                      data.subset.empty() ? "the table has no rows" : fmt::format("no row satisfies '{}'", data.subset),
                      whole->source());
  const TablePointer table = select_rows(whole, keep);
  EffectRows out;
  out.method = effects_method(effect);
  HR_TRY(out.effects, request_effects(effect, *table));
  if (effect.single_precision) {
    round_to_single(out.effects);
    out.method += ", rounded to single precision";
  }
  out.effects.warnings.insert(out.effects.warnings.begin(), prepared.warnings.begin(), prepared.warnings.end());
  out.recovered = std::move(prepared.recovered);
  out.prepared = std::move(prepared.steps);
  out.unprepared_table = out.prepared.empty() ? nullptr : prepared.before;
  if (effect.yi.empty() && effect.rules.empty()) {
    HR_TRY(out.counts, effect::raw_counts(effect.measure, *table, effect.arguments));
  }
  if (effect.intervals) {
    HR_TRY(out.intervals, effect::study_intervals(out.effects, *effect.intervals));
  }
  HR_TRY(out.slab, labels(effect.slab, *table));
  out.row.assign(keep.begin(), keep.end());
  out.table = whole;
  if (effect.covariance) {
    const bool has_vi = effect.yi.empty() || !effect.vi.empty() || !effect.sei.empty();
    HR_CHECK(add_covariance(*effect.covariance, *table, has_vi, out));
  }
  return out;
}

Expected<Assembled> assemble(const EffectRows& rows, const ModelRequest& request) {
  if (request.counts) HR_CHECK(check_has_counts(rows, *request.counts));
  HR_TRY(Usable usable, usable_rows(rows, request));
  if (usable.used.empty())
    return make_error(ErrorCode::input,
                      request.counts ? "no row has all counts and moderators (k = 0)"
                                     : "no row has an effect, a variance and all moderators (k = 0)",
                      rows.table->source());
  // A row without its group is a slip in the table, whether or not the row can be used.
  HR_CHECK(check_groups(request, *rows.table, dropped_rows(usable.dropped)));
  model::Data data = model_data(rows, usable.used, std::move(usable.design));
  if (request.counts || request.q_centre == "MH") data.counts = counts_of(rows.counts, usable.used);
  std::vector<std::string> warnings;
  if (request.drop_redundant) {
    const std::vector<std::string> names = model::drop_redundant(data);
    if (!names.empty()) warnings.push_back("redundant moderators were dropped: " + join(names, ", "));
  }
  if (data.v && has_missing(*data.v))
    return make_error(ErrorCode::input, "the sampling covariance of rows that the model uses has missing entries",
                      rows.table->source());
  auto made = request.working ? working_problem(std::move(data), *request.working, *usable.table, warnings)
                              : make_problem(std::move(data), request, *usable.table, rows.effects.measure, warnings);
  HR_TRY(model::Problem problem, std::move(made));
  return Assembled{std::move(problem), std::move(usable.table), std::move(usable.used), std::move(usable.dropped),
                   std::move(warnings)};
}

Expected<infer::Options> inference_options(const InferenceRequest& request, const data::Table& whole) {
  infer::Options options;
  HR_TRY(options.test, infer::parse_test(request.test));
  if (!(request.level > 0 && request.level < 1))
    return make_error(ErrorCode::usage, fmt::format("level is {}; it lies between 0 and 1", request.level));
  options.level = request.level;
  if (request.i2 != "tau2" && request.i2 != "Q")
    return make_error(ErrorCode::usage, fmt::format("i2 is tau2 or Q, found '{}'", request.i2));
  HR_TRY(options.dfs, infer::parse_dfs(request.dfs));
  // These degrees of freedom are those of a t test, so that asking for them asks for it.
  if (options.dfs.is_small_sample() && options.test == infer::Test::z) options.test = infer::Test::t;
  if (request.robust) {
    HR_TRY(options.robust, robust_options(request, whole));
  }
  if (!request.btt.empty()) {
    options.btt.emplace();
    for (std::size_t column : request.btt) {
      if (column == 0) return make_error(ErrorCode::usage, "btt counts coefficients from 1, found 0");
      options.btt->push_back(column - 1);
    }
  }
  return options;
}

}  // namespace hedgerow::engine
