#include "effect/prepare.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "data/expression.hpp"
#include "data/table_edit.hpp"
#include "effect/detail/prepare_kind.hpp"

namespace hedgerow::effect {
namespace {

using detail::PrepareKind;
using detail::StepRow;

std::vector<std::string> texts(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

Checked check_names(const PrepareKind& kind, const PrepareStep& step) {
  const std::vector<std::string> options = texts(kind.options), outputs = texts(kind.outputs);
  for (const auto& [name, value] : step.options)
    if (std::find(options.begin(), options.end(), name) == options.end())
      return make_error(ErrorCode::usage,
                        fmt::format("{} has no option '{}'{}{}", kind.name, name, did_you_mean(name, options),
                                    options.empty() ? "; it has none" : "; it knows " + join(options, ", ")));
  for (const auto& [name, column] : step.into)
    if (!outputs.empty() && std::find(outputs.begin(), outputs.end(), name) == outputs.end())
      return make_error(ErrorCode::usage, fmt::format("{} does not give '{}'{}; it gives {}", kind.name, name,
                                                      did_you_mean(name, outputs), join(outputs, ", ")));
  return {};
}

Checked check_ways(const PrepareKind& kind, const PrepareStep& step) {
  if (kind.ways.empty()) return {};
  std::vector<std::string> lists;
  for (const auto& way : kind.ways) {
    if (std::all_of(way.begin(), way.end(), [&](auto name) { return step.columns.count(std::string(name)) > 0; }))
      return {};
    lists.push_back(join(texts(way), ", "));
  }
  return make_error(ErrorCode::usage, fmt::format("{} needs {}", kind.name, join(lists, "; or ")));
}

Expected<std::vector<bool>> chosen_rows(const data::Table& table, const PrepareStep& step) {
  std::vector<bool> out(table.rows(), step.rows.empty());
  if (step.rows.empty()) return out;
  HR_TRY(const std::vector<std::size_t> rows, data::evaluate_condition(step.rows, table));
  for (const std::size_t row : rows) out[row] = true;
  return out;
}

/// The columns that a step writes, as they are before it.
struct Target {
  std::string output;
  data::EditedColumn column;
  bool used = false;  ///< a row gave this output, whether or not there was a number
};

std::vector<Target> targets(const PrepareKind& kind, const data::Table& table, const PrepareStep& step) {
  std::vector<Target> out;
  for (const std::string_view output : kind.outputs) {
    const auto named = step.into.find(std::string(output));
    // What fills up an argument goes to the argument's own column.
    const auto bound = step.columns.find(std::string(output));
    const bool is_column = bound != step.columns.end() && table.find(bound->second);
    const std::string name = named != step.into.end() ? named->second : is_column ? bound->second : std::string(output);
    const auto at = step.append ? table.find(name) : std::nullopt;
    out.push_back({std::string(output),
                   {name, at ? data::plain_cells(table, *at) : std::vector<std::string>(table.rows())},
                   false});
  }
  return out;
}

/// Writes what a row gave into cells that are missing (or all, if the step overwrites).
bool write_outputs(StepRow& row, const PrepareStep& step, std::vector<Target>& columns) {
  bool any = false;
  for (const Quantity& given : row.outputs) {
    const auto target =
        std::find_if(columns.begin(), columns.end(), [&](const Target& t) { return t.output == given.name; });
    HR_ASSERT(target != columns.end());
    target->used = true;
    std::string& cell = target->column.cells[row.index()];
    if (is_missing(given.value) || (!step.overwrite && !data::is_missing_text(cell))) continue;
    cell = format_shortest(given.value);
    row.steps.push_back({target->column.name, given.value});
    any = true;
  }
  return any;
}

Recovered recovered(const StepRow& row, const detail::Inputs& inputs) {
  Recovered out{0, row.index(), row.where(), {row.method, {}, row.steps, row.notes}, row.imputed};
  for (const Quantity& input : inputs.quantities(row.index()))
    if (!is_missing(input.value)) out.record.inputs.push_back(input);
  return out;
}

Expected<data::Table> edited(const data::Table& table, const PrepareStep& step, const std::vector<Target>& columns) {
  std::vector<data::EditedColumn> all;
  for (const Target& target : columns)
    if (target.used || step.into.count(target.output) > 0) all.push_back(target.column);
  if (all.empty())
    for (const Target& target : columns) all.push_back(target.column);
  if (step.append) return data::with_columns(table, all);
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < table.rows(); ++i) lines.push_back(table.line(i));
  return data::from_columns(table.source(), all, lines);
}

Expected<Prepared> run_rows(const PrepareKind& kind, const data::Table& table, const PrepareStep& step) {
  HR_TRY(const detail::Inputs inputs, detail::Inputs::bind(table, step.columns, kind.arguments, kind.name));
  HR_TRY(const std::vector<bool> chosen, chosen_rows(table, step));
  std::vector<Target> columns = targets(kind, table, step);
  std::map<std::string, double> shared;
  Prepared out;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!chosen[i]) continue;
    StepRow row(table, inputs, step, chosen, shared, i);
    HR_CHECK(kind.row(row));
    const bool wrote = write_outputs(row, step, columns);
    out.warnings.insert(out.warnings.end(), row.warnings.begin(), row.warnings.end());
    if (wrote || !row.notes.empty()) out.recovered.push_back(recovered(row, inputs));
  }
  HR_TRY(out.table, edited(table, step, columns));
  return out;
}

Expected<Prepared> run_step(const data::Table& table, const PrepareStep& step) {
  HR_TRY(const PrepareKind* kind, detail::find_prepare_kind(step.method));
  HR_CHECK(check_names(*kind, step));
  HR_CHECK(check_ways(*kind, step));
  if (!kind->table) return run_rows(*kind, table, step);
  HR_TRY(const std::vector<bool> chosen, chosen_rows(table, step));
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) rows.push_back(i);
  return kind->table(rows.size() == table.rows() ? table : table.select(rows), step);
}

/// A step that makes another table leaves the traces of earlier steps where their lines are.
void carry(std::vector<Recovered>& earlier, const data::Table& before, const data::Table& after) {
  if (before.rows() == after.rows()) return;
  std::map<std::size_t, std::size_t> row_of_line;
  for (std::size_t i = after.rows(); i-- > 0;) row_of_line[after.line(i)] = i;
  for (Recovered& one : earlier) {
    const auto at = row_of_line.find(before.line(one.row));
    one.row = at == row_of_line.end() ? 0 : at->second;
  }
}

}  // namespace

Expected<Prepared> prepare(const data::Table& table, std::span<const PrepareStep> steps) {
  Prepared out{table, {}, {}};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    HR_TRY(Prepared made, run_step(out.table, steps[i]));
    carry(out.recovered, out.table, made.table);
    out.table = std::move(made.table);
    for (Recovered& one : made.recovered) {
      one.step = i;
      out.recovered.push_back(std::move(one));
    }
    out.warnings.insert(out.warnings.end(), made.warnings.begin(), made.warnings.end());
  }
  return out;
}

std::vector<PrepareMethod> prepare_methods() {
  std::vector<PrepareMethod> out;
  for (const PrepareKind& kind : detail::prepare_registry()) {
    PrepareMethod method{std::string(kind.name), std::string(kind.text), {}, texts(kind.options), texts(kind.outputs)};
    for (const detail::Argument& argument : kind.arguments) method.arguments.emplace_back(argument.name);
    out.push_back(std::move(method));
  }
  return out;
}

}  // namespace hedgerow::effect
