#include "workspace.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "r_expr.hpp"

namespace hedgerow::check {
namespace {

using TablePointer = std::shared_ptr<const data::Table>;

Error unsupported(const RExpr& statement) {
  return make_error(ErrorCode::not_supported, "R code before the call: " + to_text(statement));
}

/// The table behind a name, or null.
TablePointer table_of(const Workspace& workspace, const RExpr& e) {
  const auto at = e.kind == RExpr::Kind::name ? workspace.tables.find(e.text) : workspace.tables.end();
  return at == workspace.tables.end() ? nullptr : at->second;
}

/// First column of dat or dat[-1], dat[-2], ...: the columns from there on. Nothing for other selections.
struct Selected {
  TablePointer table;
  std::size_t without = 0;  ///< column that is left out, from 1; 0: none
};

Selected selected_columns(const Workspace& workspace, const RExpr& e) {
  if (!e.is_call("[") || e.args.size() != 2) return {table_of(workspace, e), 0};
  const RExpr& index = e.args[1];
  const bool negative = index.is_call("-") && index.args.size() == 1 && index.args[0].kind == RExpr::Kind::number;
  if (!negative) return {};
  return {table_of(workspace, e.args[0]), static_cast<std::size_t>(index.args[0].number)};
}

/// NAME <- as.matrix(dat) or as.matrix(dat[-1]).
Checked assign_matrix(Workspace& workspace, const RExpr& statement) {
  const RExpr& value = statement.args[1];
  if (!value.is_call("as.matrix") || value.args.size() != 1) return unsupported(statement);
  const Selected selected = selected_columns(workspace, value.args[0]);
  if (!selected.table) return unsupported(statement);
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < selected.table->cols(); ++j)
    if (j + 1 != selected.without) columns.push_back(j);
  data::NamedMatrix out;
  out.source = selected.table->source();
  out.values = stats::Matrix(selected.table->rows(), columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    HR_TRY(const stats::Vector values, selected.table->numbers_at(columns[j]));
    for (std::size_t i = 0; i < values.size(); ++i) out.values(i, j) = values[i];
  }
  workspace.matrices[statement.args[0].text] = std::move(out);
  return {};
}

/// rownames(NAME) <- dat$column: a symmetric matrix has the same names on both sides.
Checked assign_names(Workspace& workspace, const RExpr& statement) {
  const RExpr& target = statement.args[0];
  const RExpr& value = statement.args[1];
  if (target.args.size() != 1 || !value.is_call("$") || value.args.size() != 2) return unsupported(statement);
  const auto matrix = workspace.matrices.find(target.args[0].text);
  const TablePointer table = table_of(workspace, value.args[0]);
  if (matrix == workspace.matrices.end() || !table) return unsupported(statement);
  HR_TRY(matrix->second.names, table->texts(value.args[1].text));
  return {};
}

}  // namespace

Checked declare_factors(Workspace& workspace, const std::string& code) {
  const Expected<RExpr> statement = parse_r(code);
  const bool makes_long =
      statement && statement->is_call("<-") && statement->args.size() == 2 && statement->args[1].is_call("to.long");
  if (!makes_long) return {};
  for (const char* name : {"group", "time"}) {
    const auto known = std::find(workspace.factors.begin(), workspace.factors.end(), name);
    if (known == workspace.factors.end()) continue;
    workspace.factors.erase(known);
    for (auto& [key, table] : workspace.tables) {
      if (!table->find(name)) continue;
      HR_TRY(data::Table ordered, table->with_levels(name, {"2", "1"}));
      table = std::make_shared<const data::Table>(std::move(ordered));
    }
  }
  return {};
}

Checked run_code(Workspace& workspace, const std::string& code) {
  std::string lines = code;
  for (char& c : lines)
    if (c == '\n') c = ';';
  for (const std::string& line : split(lines, ';')) {
    const std::string text(trim(line));
    if (text.empty()) continue;
    const Expected<RExpr> statement = parse_r(text);
    if (!statement) return make_error(ErrorCode::not_supported, "R code before the call: " + text);
    if (!statement->is_call("<-") || statement->args.size() != 2) return unsupported(*statement);
    const RExpr& target = statement->args[0];
    if (target.kind == RExpr::Kind::name)
      HR_CHECK(assign_matrix(workspace, *statement));
    else if (target.is_call("rownames") || target.is_call("colnames"))
      HR_CHECK(assign_names(workspace, *statement));
    else
      return unsupported(*statement);
  }
  return {};
}

}  // namespace hedgerow::check
