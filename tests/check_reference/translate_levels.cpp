#include "translate_levels.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/expression.hpp"
#include "data/formula.hpp"
#include "r_expr.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::check {
namespace {

using stats::Matrix;

Matrix select(const Matrix& x, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& columns) {
  Matrix out(rows.size(), columns.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < columns.size(); ++j) out(i, j) = x(rows[i], columns[j]);
  return out;
}

/// The design of R: rows of the whole design, without columns that are combinations of earlier ones (zeros are).
Matrix design_in_r(const data::Design& whole, const std::vector<std::size_t>& rows) {
  std::vector<std::size_t> all;
  for (std::size_t j = 0; j < whole.x.cols(); ++j) all.push_back(j);
  const Matrix part = select(whole.x, rows, all);
  const std::vector<std::size_t> dropped = stats::dependent_columns(part);
  std::vector<std::size_t> kept;
  for (std::size_t j : all)
    if (std::find(dropped.begin(), dropped.end(), j) == dropped.end()) kept.push_back(j);
  return select(whole.x, rows, kept);
}

bool same(const Matrix& a, const Matrix& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.cols(); ++j)
      if (a(i, j) != b(i, j) && !(std::isnan(a(i, j)) && std::isnan(b(i, j)))) return false;
  return true;
}

/// Columns that carry another name than in the whole table have moved: their levels are not those that R names.
bool same_design(const data::Design& ours, const data::Design& whole, const std::vector<std::size_t>& rows) {
  return same(ours.x, design_in_r(whole, rows));
}

/// The last level of a column among the rows, in the order of factor().
std::optional<std::string> last_level(const data::Table& table, const std::string& column) {
  const auto at = table.find(column);
  if (!at) return {};
  std::string last;
  const bool numeric = table.is_numeric(*at);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const std::string text(table.cell(i, *at));
    if (table.missing(i, *at)) continue;
    if (last.empty() || (numeric ? std::stod(text) > std::stod(last) : text > last)) last = text;
  }
  return last.empty() ? std::nullopt : std::optional(last);
}

/// factor(x) with its last level as the reference, wherever it stands.
RExpr releveled(const RExpr& e, const data::Table& rows) {
  RExpr out = e;
  for (RExpr& arg : out.args) arg = releveled(arg, rows);
  if (!e.is_call("factor") || e.args.size() != 1 || e.args[0].kind != RExpr::Kind::name) return out;
  const auto level = last_level(rows, e.args[0].text);
  if (!level) return out;
  RExpr reference;
  reference.kind = RExpr::Kind::text;
  reference.text = *level;
  RExpr call;
  call.kind = RExpr::Kind::call;
  call.text = "relevel";
  call.args = {e, reference};
  call.names = {"", "ref"};
  return call;
}

}  // namespace

Checked keep_reference_levels(engine::Job& job) {
  if (job.data.subset.empty() || job.model.mods.empty() || !job.data.table) return {};
  const auto rows = data::evaluate_condition(job.data.subset, *job.data.table);
  const auto whole = data::design_matrix(job.model.mods, *job.data.table);
  if (!rows || !whole) return {};
  const data::Table part = job.data.table->select(*rows);
  const auto ours = data::design_matrix(job.model.mods, part);
  if (!ours || same_design(*ours, *whole, *rows)) return {};
  // A redundant moderator that both drop is no matter of levels.
  if (same(design_in_r(*ours,
                       [&] {
                         std::vector<std::size_t> all(ours->x.rows());
                         for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
                         return all;
                       }()),
           design_in_r(*whole, *rows)))
    return {};
  const auto parsed = parse_r(job.model.mods);
  if (parsed) {
    const std::string mods = to_text(releveled(*parsed, part));
    const auto again = data::design_matrix(mods, part);
    if (again && same_design(*again, *whole, *rows)) {
      job.model.mods = mods;
      return {};
    }
  }
  return make_error(ErrorCode::not_supported, "the reference level of a factor has no rows in the subset");
}

}  // namespace hedgerow::check
