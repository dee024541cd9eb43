#include "model/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/text.hpp"
#include "model/count_model.hpp"
#include "model/location_scale.hpp"
#include "stats/orthonormal.hpp"

namespace hedgerow::model {
namespace {

struct MethodName {
  const char* text;
  Tau2Method method;
};

// The first name of a method is the one that is printed.
constexpr std::array<MethodName, 19> method_names{{{"EE", Tau2Method::ee},
                                                   {"FE", Tau2Method::ee},
                                                   {"CE", Tau2Method::ee},
                                                   {"DL", Tau2Method::dl},
                                                   {"HE", Tau2Method::he},
                                                   {"HS", Tau2Method::hs},
                                                   {"HSk", Tau2Method::hsk},
                                                   {"SJ", Tau2Method::sj},
                                                   {"ML", Tau2Method::ml},
                                                   {"REML", Tau2Method::reml},
                                                   {"EB", Tau2Method::eb},
                                                   {"PM", Tau2Method::pm},
                                                   {"MP", Tau2Method::pm},
                                                   {"PMM", Tau2Method::pmm},
                                                   {"GENQ", Tau2Method::genq},
                                                   {"GENQM", Tau2Method::genqm},
                                                   {"DLIT", Tau2Method::dlit},
                                                   {"SJIT", Tau2Method::sjit},
                                                   {"CO", Tau2Method::co}}};

std::string label_of(const Data& data, std::size_t row) {
  if (row < data.slab.size()) return data.slab[row];
  return std::to_string((row < data.row.size() ? data.row[row] : row) + 1);
}

Error wrong_length(const std::string& what, std::size_t found, std::size_t k) {
  return make_error(ErrorCode::input, fmt::format("{} has {} values, but there are {} effects", what, found, k), what);
}

Checked check_lengths(const Data& data) {
  const std::size_t k = data.k();
  if (k == 0) return make_error(ErrorCode::input, "there is no effect to analyse (k = 0)", "yi");
  if (data.vi.size() != k) return wrong_length("vi", data.vi.size(), k);
  if (data.x.rows() != k) return wrong_length("the design", data.x.rows(), k);
  if (data.p() == 0)
    return make_error(ErrorCode::input, "the model has no coefficient (no intercept, no moderator)", "mods");
  if (data.names.size() != data.p()) return wrong_length("the list of coefficient names", data.names.size(), data.p());
  if (!data.slab.empty() && data.slab.size() != k) return wrong_length("slab", data.slab.size(), k);
  if (!data.row.empty() && data.row.size() != k) return wrong_length("row", data.row.size(), k);
  if (!data.ni.empty() && data.ni.size() != k) return wrong_length("ni", data.ni.size(), k);
  if (!data.n1i.empty() && data.n1i.size() != k) return wrong_length("n1i", data.n1i.size(), k);
  if (!data.n2i.empty() && data.n2i.size() != k) return wrong_length("n2i", data.n2i.size(), k);
  return {};
}

Checked check_values(const Data& data, bool needs_effects) {
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (needs_effects && !std::isfinite(data.yi[i]))
      return make_error(
          ErrorCode::input,
          fmt::format("yi of {} is {}: an estimate must be a finite number", label_of(data, i), data.yi[i]), "yi");
    if (needs_effects && (!(data.vi[i] >= 0) || !std::isfinite(data.vi[i])))
      return make_error(ErrorCode::input,
                        fmt::format("vi of {} is {}: a sampling variance must be a finite number, 0 or more",
                                    label_of(data, i), data.vi[i]),
                        "vi");
    for (std::size_t j = 0; j < data.p(); ++j)
      if (!std::isfinite(data.x(i, j)))
        return make_error(ErrorCode::input,
                          fmt::format("moderator {} of {} is {}: it must be a finite number", data.names[j],
                                      label_of(data, i), data.x(i, j)),
                          data.names[j]);
  }
  return {};
}

std::string names_of(const Data& data, const std::vector<std::size_t>& columns) {
  std::vector<std::string> names;
  for (const std::size_t j : columns) names.push_back(data.names[j]);
  return join(names, ", ");
}

/// Full column rank, or an Error that names each redundant column and the columns that it repeats.
Checked check_rank(const Data& data) {
  if (data.p() > data.k()) {
    return make_error(ErrorCode::not_defined,
                      fmt::format("{} coefficients can't be estimated from {} effects", data.p(), data.k()), "mods");
  }
  const auto basis = stats::orthonormalise(data.x);
  if (basis.dependent.empty()) return {};
  std::vector<std::string> reasons;
  for (const std::size_t j : basis.dependent) {
    const auto parents = stats::depends_on(basis, j);
    reasons.push_back(parents.empty()
                          ? data.names[j] + " is 0 in every row"
                          : fmt::format("{} is a linear combination of {}", data.names[j], names_of(data, parents)));
  }
  return make_error(ErrorCode::input,
                    "the moderators are singular: " + join(reasons, "; ") + "; leave redundant columns out",
                    names_of(data, basis.dependent));
}

Checked check_univariate(const Data& data, const Univariate& spec) {
  if (spec.tau2 && !(*spec.tau2 >= 0 && std::isfinite(*spec.tau2)))
    return make_error(ErrorCode::usage,
                      fmt::format("tau2 is fixed at {}: it must be a finite number, 0 or more", *spec.tau2), "tau2");
  if (spec.q_about && spec.method != Tau2Method::dl)
    return make_error(ErrorCode::usage, "Q about a pooled estimate (q_about) goes with the method DL", "q_about");
  if (spec.weights.empty()) return {};
  if (spec.weights.size() != data.k()) return wrong_length("weights", spec.weights.size(), data.k());
  for (std::size_t i = 0; i < data.k(); ++i)
    if (!(spec.weights[i] >= 0) || !std::isfinite(spec.weights[i]))
      return make_error(ErrorCode::input,
                        fmt::format("the weight of {} is {}: it must be a finite number, 0 or more", label_of(data, i),
                                    spec.weights[i]),
                        "weights");
  return {};
}

/// Number of groups if ids are dense from 0.
Expected<std::size_t> check_groups(const Data& data, const std::vector<std::uint32_t>& groups,
                                   const std::string& name) {
  if (groups.size() != data.k()) return wrong_length("grouping variable " + name, groups.size(), data.k());
  std::vector<bool> seen(groups.size(), false);
  std::size_t count = 0;
  std::uint32_t largest = 0;
  for (const std::uint32_t group : groups) {
    if (group >= groups.size())
      return make_error(ErrorCode::input, fmt::format("group {} of {}: ids must run from 0 without gaps", group, name),
                        name);
    largest = std::max(largest, group);
    if (!seen[group]) ++count;
    seen[group] = true;
  }
  if (count != largest + std::size_t{1})
    return make_error(ErrorCode::input,
                      fmt::format("ids of {} have gaps: {} groups, largest id {}", name, count, largest), name);
  return count;
}

Checked check_fixed(const std::vector<std::optional<double>>& fixed, std::size_t count, const std::string& name,
                    double lowest) {
  if (!fixed.empty() && fixed.size() != count) return wrong_length(name, fixed.size(), count);
  for (const auto& value : fixed)
    if (value && !(*value >= lowest && std::isfinite(*value)))
      return make_error(ErrorCode::usage,
                        fmt::format("{} is fixed at {}: it must be a finite number, {} or more", name, *value, lowest),
                        name);
  return {};
}

Checked check_structured(const Data& data, const Structured& term) {
  HR_TRY(const std::size_t groups, check_groups(data, term.outer, term.outer_name));
  HR_ASSERT(groups > 0);
  HR_CHECK(check_fixed(term.tau2, term.tau2_count(), "tau2", 0.0));
  HR_CHECK(check_fixed(term.rho, term.rho_count(), "rho", -1.0));
  const bool coefficients = term.structure == Structure::gen || term.structure == Structure::gdiag;
  if (coefficients) {
    if (term.z.rows() != data.k()) return wrong_length(term.inner_name, term.z.rows(), data.k());
    HR_ASSERT(term.z.cols() == term.levels.size());
    return {};
  }
  if (term.inner.size() != data.k()) return wrong_length(term.inner_name, term.inner.size(), data.k());
  for (const std::uint32_t level : term.inner) HR_ASSERT(level < term.levels.size());
  HR_ASSERT(term.z.empty() || term.z.rows() == term.levels.size());
  return {};
}

Checked check_multilevel(const Data& data, const Multilevel& spec) {
  if (spec.s_names.size() != spec.groups.size())
    return wrong_length("the list of grouping variables", spec.s_names.size(), spec.groups.size());
  HR_CHECK(check_fixed(spec.sigma2, spec.groups.size(), "sigma2", 0.0));
  if (!spec.r.empty() && spec.r.size() != spec.groups.size())
    return wrong_length("R", spec.r.size(), spec.groups.size());
  for (std::size_t l = 0; l < spec.groups.size(); ++l) {
    HR_TRY(const std::size_t count, check_groups(data, spec.groups[l], spec.s_names[l]));
    const bool known = l < spec.r.size() && spec.r[l];
    if (known && (spec.r[l]->rows() != count || spec.r[l]->cols() != count))
      return make_error(ErrorCode::input,
                        fmt::format("the correlation matrix of {} is {} x {}, but there are {} groups", spec.s_names[l],
                                    spec.r[l]->rows(), spec.r[l]->cols(), count),
                        "R");
  }
  for (const Structured& term : spec.structured) HR_CHECK(check_structured(data, term));
  if (!spec.weights.empty() && spec.weights.size() != data.k())
    return wrong_length("weights", spec.weights.size(), data.k());
  return {};
}

Checked check_covariance(const Data& data) {
  if (!data.v) return {};
  if (data.v->size() != data.k()) return wrong_length("V", data.v->size(), data.k());
  HR_ASSERT(data.v->diagonal() == data.vi);
  return {};
}

Checked check_spec(const Data& data, const Spec& spec) {
  if (const auto* univariate = std::get_if<Univariate>(&spec)) return check_univariate(data, *univariate);
  if (const auto* multilevel = std::get_if<Multilevel>(&spec)) return check_multilevel(data, *multilevel);
  if (const auto* scale = std::get_if<LocationScale>(&spec)) return check_location_scale(data, *scale);
  return check_count_model(data, std::get<CountModel>(spec));
}

template <class T>
std::vector<T> pick(const std::vector<T>& values, std::span<const std::size_t> rows) {
  std::vector<T> out;
  if (values.empty()) return out;
  out.reserve(rows.size());
  for (const std::size_t row : rows) out.push_back(values[row]);
  return out;
}

stats::Matrix pick_rows(const stats::Matrix& x, std::span<const std::size_t> rows) {
  stats::Matrix out(rows.size(), x.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) std::copy_n(x.row(rows[i]).begin(), x.cols(), out.row(i).begin());
  return out;
}

std::size_t group_count(const std::vector<std::uint32_t>& groups) {
  std::uint32_t largest = 0;
  for (const std::uint32_t group : groups) largest = std::max(largest, group);
  return groups.empty() ? 0 : largest + std::size_t{1};
}

/// Dense ids in order of appearance among the chosen rows, and the old id of each.
struct Renumbered {
  std::vector<std::uint32_t> groups;
  std::vector<std::size_t> old;
};

Renumbered renumber(const std::vector<std::uint32_t>& groups, std::span<const std::size_t> rows) {
  constexpr auto unseen = std::numeric_limits<std::uint32_t>::max();
  Renumbered out;
  out.groups.reserve(rows.size());
  std::vector<std::uint32_t> ids(group_count(groups), unseen);
  for (const std::size_t row : rows) {
    std::uint32_t& id = ids[groups[row]];
    if (id == unseen) {
      id = static_cast<std::uint32_t>(out.old.size());
      out.old.push_back(groups[row]);
    }
    out.groups.push_back(id);
  }
  return out;
}

std::shared_ptr<const stats::Matrix> pick_square(const stats::Matrix& a, std::span<const std::size_t> chosen) {
  auto out = std::make_shared<stats::Matrix>(chosen.size(), chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i)
    for (std::size_t j = 0; j < chosen.size(); ++j) (*out)(i, j) = a(chosen[i], chosen[j]);
  return out;
}

/// Inner levels stay as they are, also those that lose all their rows: parameters keep their meaning.
void subset_structured(Structured& term, std::span<const std::size_t> rows) {
  term.outer = renumber(term.outer, rows).groups;
  term.inner = pick(term.inner, rows);
  const bool by_row = term.structure == Structure::gen || term.structure == Structure::gdiag;
  if (by_row) term.z = pick_rows(term.z, rows);
}

Spec subset_spec(const Spec& spec, std::span<const std::size_t> rows) {
  Spec out = spec;
  if (auto* univariate = std::get_if<Univariate>(&out)) {
    univariate->weights = pick(univariate->weights, rows);
    return out;
  }
  if (auto* scale = std::get_if<LocationScale>(&out)) {
    scale->z = pick_rows(scale->z, rows);
    return out;
  }
  if (std::holds_alternative<CountModel>(out)) return out;
  auto& multilevel = std::get<Multilevel>(out);
  for (std::size_t l = 0; l < multilevel.groups.size(); ++l) {
    Renumbered renumbered = renumber(multilevel.groups[l], rows);
    multilevel.groups[l] = std::move(renumbered.groups);
    if (l < multilevel.r.size() && multilevel.r[l]) multilevel.r[l] = pick_square(*multilevel.r[l], renumbered.old);
  }
  for (Structured& term : multilevel.structured) subset_structured(term, rows);
  multilevel.weights = pick(multilevel.weights, rows);
  return out;
}

/// Whether all rows of a group of `fine` are in one group of `coarse`.
bool refines(const std::vector<std::uint32_t>& fine, const std::vector<std::uint32_t>& coarse) {
  constexpr auto unseen = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> parent(group_count(fine), unseen);
  for (std::size_t i = 0; i < fine.size(); ++i) {
    std::uint32_t& above = parent[fine[i]];
    if (above == unseen) above = coarse[i];
    if (above != coarse[i]) return false;
  }
  return true;
}

/// The set of correlated groups that each row's group belongs to.
std::vector<std::uint32_t> correlated_groups(const std::vector<std::uint32_t>& groups, const stats::Matrix& r) {
  const auto sets = stats::BlockMatrix::from_dense(r);
  std::vector<std::uint32_t> out;
  for (const std::uint32_t group : groups) out.push_back(static_cast<std::uint32_t>(sets.block_of(group)));
  return out;
}

/// Rows joined by shared groups: a forest over rows with path halving.
class Joined {
 public:
  explicit Joined(std::size_t k) : parent_(k) { std::iota(parent_.begin(), parent_.end(), 0U); }

  void join_groups(const std::vector<std::uint32_t>& groups) {
    std::vector<std::uint32_t> first(group_count(groups), std::numeric_limits<std::uint32_t>::max());
    for (std::uint32_t i = 0; i < groups.size(); ++i) {
      std::uint32_t& seen = first[groups[i]];
      seen = std::min(seen, i);
      parent_[root(i)] = root(seen);
    }
  }

  void join_rows(std::span<const std::uint32_t> rows) {
    for (const std::uint32_t i : rows) parent_[root(i)] = root(rows.front());
  }

  std::vector<std::uint32_t> ids() {
    constexpr auto unseen = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> id(parent_.size(), unseen), out(parent_.size());
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < out.size(); ++i) {
      std::uint32_t& known = id[root(i)];
      if (known == unseen) known = count++;
      out[i] = known;
    }
    return out;
  }

 private:
  std::uint32_t root(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

  std::vector<std::uint32_t> parent_;
};

}  // namespace

Expected<Tau2Method> parse_tau2_method(const std::string& text) {
  std::vector<std::string> names;
  for (const MethodName& entry : method_names) {
    if (to_lower(entry.text) == to_lower(text)) return entry.method;
    names.emplace_back(entry.text);
  }
  return make_error(
      ErrorCode::usage,
      fmt::format("unknown method '{}'{}; known are {}", text, did_you_mean(text, names), join(names, ", ")), "method");
}

std::string name(Tau2Method method) {
  for (const MethodName& entry : method_names)
    if (entry.method == method) return entry.text;
  HR_ASSERT(false);
}

std::vector<std::string> drop_redundant(Data& data) {
  const auto basis = stats::orthonormalise(data.x);
  std::vector<std::string> dropped = pick(data.names, basis.dependent);
  if (dropped.empty()) return dropped;
  stats::Matrix x(data.k(), basis.kept.size());
  for (std::size_t i = 0; i < data.k(); ++i)
    for (std::size_t j = 0; j < basis.kept.size(); ++j) x(i, j) = data.x(i, basis.kept[j]);
  data.x = std::move(x);
  data.names = pick(data.names, basis.kept);
  data.term = pick(data.term, basis.kept);
  return dropped;
}

Expected<Problem> Problem::create(Data data, Spec spec) {
  HR_CHECK(check_lengths(data));
  HR_CHECK(check_values(data, !std::holds_alternative<CountModel>(spec)));
  HR_CHECK(check_counts(data.counts, data.k()));
  HR_CHECK(check_covariance(data));
  HR_CHECK(check_spec(data, spec));
  HR_CHECK(check_rank(data));
  return Problem(std::make_shared<const Data>(std::move(data)), std::make_shared<const Spec>(std::move(spec)));
}

Expected<Problem> Problem::subset(std::span<const std::size_t> rows, Labels labels) const {
  const Data& all = data();
  for (const std::size_t row : rows) HR_ASSERT(row < all.k());
  Data out;
  out.yi = pick(all.yi, rows);
  out.vi = pick(all.vi, rows);
  if (all.v) out.v = std::make_shared<const stats::BlockMatrix>(all.v->select(rows));
  out.x = pick_rows(all.x, rows);
  out.names = all.names;
  out.term = all.term;
  out.term_labels = all.term_labels;
  out.intercept = all.intercept;
  out.row.reserve(rows.size());
  for (const std::size_t row : rows) {
    if (labels == Labels::keep) out.slab.push_back(label(row));
    out.row.push_back(all.row.empty() ? static_cast<std::uint32_t>(row) : all.row[row]);
  }
  out.ni = pick(all.ni, rows);
  out.n1i = pick(all.n1i, rows);
  out.n2i = pick(all.n2i, rows);
  out.counts = all.counts.subset(rows);
  return create(std::move(out), subset_spec(spec(), rows));
}

Expected<Problem> Problem::with_design(stats::Matrix x, std::vector<std::string> names) const {
  Data out = data();
  out.x = std::move(x);
  out.intercept = !names.empty() && names.front() == "intrcpt";
  out.term.clear();
  out.term_labels.clear();
  for (std::size_t j = 0; j < names.size(); ++j) {
    const bool constant = out.intercept && j == 0;
    if (!constant) out.term_labels.push_back(names[j]);
    out.term.push_back(constant ? 0 : static_cast<int>(out.term_labels.size()));
  }
  out.names = std::move(names);
  return create(std::move(out), spec());
}

Expected<Problem> Problem::with_spec(Spec spec) const {
  HR_CHECK(check_spec(data(), spec));
  return Problem(data_, std::make_shared<const Spec>(std::move(spec)));
}

bool Multilevel::is_nested() const {
  if (groups.empty() || !structured.empty() || !weights.empty()) return false;
  for (const auto& known : r)
    if (known) return false;
  const std::vector<std::size_t> order = outermost_first();
  for (std::size_t n = 1; n < order.size(); ++n)
    if (!refines(groups[order[n]], groups[order[n - 1]])) return false;
  return true;
}

std::vector<std::size_t> Multilevel::outermost_first() const {
  std::vector<std::size_t> count, order(groups.size());
  for (const auto& level : groups) count.push_back(group_count(level));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return count[a] < count[b]; });
  return order;
}

std::vector<std::uint32_t> Problem::clusters() const {
  Joined joined(data().k());
  if (data().v)
    for (std::size_t b = 0; b < data().v->blocks(); ++b) joined.join_rows(data().v->block(b).rows);
  if (const auto* spec = std::get_if<Multilevel>(&this->spec())) {
    for (std::size_t l = 0; l < spec->groups.size(); ++l) {
      joined.join_groups(spec->groups[l]);
      // A known correlation can join groups; only its zeros keep them apart.
      if (l < spec->r.size() && spec->r[l]) joined.join_groups(correlated_groups(spec->groups[l], *spec->r[l]));
    }
    for (const Structured& term : spec->structured) joined.join_groups(term.outer);
  }
  return joined.ids();
}

std::size_t Problem::cluster_count() const { return group_count(clusters()); }

std::string Problem::label(std::size_t row) const { return label_of(data(), row); }

}  // namespace hedgerow::model
