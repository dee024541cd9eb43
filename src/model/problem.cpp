#include "model/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/text.hpp"
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
  return row < data.slab.size() ? data.slab[row] : std::to_string(row + 1);
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

Checked check_values(const Data& data) {
  for (std::size_t i = 0; i < data.k(); ++i) {
    if (!std::isfinite(data.yi[i]))
      return make_error(
          ErrorCode::input,
          fmt::format("yi of {} is {}: an estimate must be a finite number", label_of(data, i), data.yi[i]), "yi");
    if (!(data.vi[i] >= 0) || !std::isfinite(data.vi[i]))
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

/// Group ids of a level are dense, and each group lies in one group of the level above.
Checked check_level(const Data& data, const Multilevel& spec, std::size_t level) {
  const auto& groups = spec.groups[level];
  const std::string& name = spec.s_names[level];
  if (groups.size() != data.k()) return wrong_length("grouping variable " + name, groups.size(), data.k());
  constexpr auto unseen = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> parent(groups.size(), unseen);
  std::size_t seen = 0;
  std::uint32_t largest = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::uint32_t group = groups[i];
    if (group >= groups.size())
      return make_error(ErrorCode::input, fmt::format("group {} of {}: ids must run from 0 without gaps", group, name),
                        name);
    largest = std::max(largest, group);
    const std::uint32_t above = level == 0 ? 0 : spec.groups[level - 1][i];
    if (parent[group] == unseen) {
      parent[group] = above;
      ++seen;
    } else if (parent[group] != above) {
      return make_error(ErrorCode::input,
                        fmt::format("{} is not nested in {}: the group of {} appears in two outer groups", name,
                                    spec.s_names[level - 1], label_of(data, i)),
                        name);
    }
  }
  if (seen != largest + std::size_t{1})
    return make_error(ErrorCode::input,
                      fmt::format("ids of {} have gaps: {} groups, largest id {}", name, seen, largest), name);
  return {};
}

Checked check_multilevel(const Data& data, const Multilevel& spec) {
  if (spec.groups.empty())
    return make_error(ErrorCode::usage, "a multilevel model needs at least one grouping variable", "random");
  if (spec.s_names.size() != spec.groups.size())
    return wrong_length("the list of grouping variables", spec.s_names.size(), spec.groups.size());
  if (!spec.sigma2.empty() && spec.sigma2.size() != spec.groups.size())
    return wrong_length("sigma2", spec.sigma2.size(), spec.groups.size());
  for (const auto& fixed : spec.sigma2)
    if (fixed && !(*fixed >= 0 && std::isfinite(*fixed)))
      return make_error(ErrorCode::usage,
                        fmt::format("sigma2 is fixed at {}: it must be a finite number, 0 or more", *fixed), "sigma2");
  for (std::size_t level = 0; level < spec.groups.size(); ++level) HR_CHECK(check_level(data, spec, level));
  return {};
}

Checked check_spec(const Data& data, const Spec& spec) {
  if (const auto* univariate = std::get_if<Univariate>(&spec)) return check_univariate(data, *univariate);
  return check_multilevel(data, std::get<Multilevel>(spec));
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

/// Dense ids in order of appearance among the chosen rows.
std::vector<std::uint32_t> renumber(const std::vector<std::uint32_t>& groups, std::span<const std::size_t> rows) {
  std::vector<std::uint32_t> out;
  out.reserve(rows.size());
  std::unordered_map<std::uint32_t, std::uint32_t> ids;
  ids.reserve(rows.size());
  for (const std::size_t row : rows)
    out.push_back(ids.try_emplace(groups[row], static_cast<std::uint32_t>(ids.size())).first->second);
  return out;
}

Spec subset_spec(const Spec& spec, std::span<const std::size_t> rows) {
  Spec out = spec;
  if (auto* univariate = std::get_if<Univariate>(&out)) {
    univariate->weights = pick(univariate->weights, rows);
  } else {
    for (auto& groups : std::get<Multilevel>(out).groups) groups = renumber(groups, rows);
  }
  return out;
}

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
  HR_CHECK(check_values(data));
  HR_CHECK(check_spec(data, spec));
  HR_CHECK(check_rank(data));
  return Problem(std::make_shared<const Data>(std::move(data)), std::make_shared<const Spec>(std::move(spec)));
}

Expected<Problem> Problem::subset(std::span<const std::size_t> rows) const {
  const Data& all = data();
  for (const std::size_t row : rows) HR_ASSERT(row < all.k());
  Data out;
  out.yi = pick(all.yi, rows);
  out.vi = pick(all.vi, rows);
  out.x = pick_rows(all.x, rows);
  out.names = all.names;
  out.term = all.term;
  out.term_labels = all.term_labels;
  out.intercept = all.intercept;
  for (const std::size_t row : rows) {
    out.slab.push_back(label(row));
    out.row.push_back(all.row.empty() ? static_cast<std::uint32_t>(row) : all.row[row]);
  }
  out.ni = pick(all.ni, rows);
  out.n1i = pick(all.n1i, rows);
  out.n2i = pick(all.n2i, rows);
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

std::vector<std::uint32_t> Problem::clusters() const {
  if (const auto* multilevel = std::get_if<Multilevel>(&spec())) return multilevel->groups.front();
  std::vector<std::uint32_t> out(data().k());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint32_t>(i);
  return out;
}

std::size_t Problem::cluster_count() const {
  const auto* multilevel = std::get_if<Multilevel>(&spec());
  if (multilevel == nullptr) return data().k();
  std::uint32_t largest = 0;
  for (const std::uint32_t group : multilevel->groups.front()) largest = std::max(largest, group);
  return largest + std::size_t{1};
}

std::string Problem::label(std::size_t row) const { return label_of(data(), row); }

}  // namespace hedgerow::model
