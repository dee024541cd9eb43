// The steps to_long and effect, and the list of steps that make another table.
//
// to_long has the forms of metafor's function of this name, told apart by the measure: two groups (2x2 cells, rates,
// means) have two rows per study, matched tables two times, one group one row; `vlong` one row per cell.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "data/table_edit.hpp"
#include "effect/detail/prepare_kind.hpp"
#include "effect/detail/prepare_tables.hpp"

namespace hedgerow::effect::detail {
namespace {

using Names = std::vector<std::string_view>;

/// One form of a long table: a row holds `columns`, filled from the arguments of each block.
struct LongForm {
  Names measures;
  std::string_view group;  ///< column that numbers the blocks; empty: one block
  Names columns;
  std::vector<Names> blocks;  ///< per block: the arguments behind the columns
  Names cells;                ///< cells to which `add` is added; two columns of them may be made very long
};

const std::vector<LongForm>& forms() {
  static const std::vector<LongForm> all{
      {{"RR", "OR", "RD", "AS", "PETO", "PHI", "ZPHI", "YUQ", "YUY", "RTET", "ZTET", "PBIT", "OR2D", "OR2DN", "OR2DL",
        "DOR", "VE"},
       "group",
       {"out1", "out2"},
       {{"ai", "bi"}, {"ci", "di"}},
       {"ai", "bi", "ci", "di"}},
      {{"MPRD", "MPRR", "MPOR", "MPORC", "MPPETO", "MPORM"},
       "time",
       {"out1", "out2"},
       {{"ai+bi", "ci+di"}, {"ai+ci", "bi+di"}},
       {"ai", "bi", "ci", "di"}},
      {{"IRR", "IRD", "IRSD"}, "group", {"events", "ptime"}, {{"x1i", "t1i"}, {"x2i", "t2i"}}, {"x1i", "x2i"}},
      {{"MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "RPB", "ZPB", "RBIS", "ZBIS", "D2OR", "D2ORN", "D2ORL", "CVR",
        "VR"},
       "group",
       {"mean", "sd", "n"},
       {{"m1i", "sd1i", "n1i"}, {"m2i", "sd2i", "n2i"}},
       {}},
      {{"COR", "UCOR", "ZCOR"}, "", {"r", "n"}, {{"ri", "ni"}}, {}},
      {{"PR", "PLN", "PLO", "PRZ", "PAS", "PFT"}, "", {"out1", "out2"}, {{"xi", "mi"}}, {"xi", "mi"}},
      {{"IR", "IRLN", "IRS", "IRFT"}, "", {"events", "ptime"}, {{"xi", "ti"}}, {"xi"}},
      {{"MN", "MNLN", "SMN", "SDLN", "CVLN"}, "", {"mean", "sd", "n"}, {{"mi", "sdi", "ni"}}, {}},
      {{"SMCR"}, "", {"mean1", "mean2", "sd1", "n", "r"}, {{"m1i", "m2i", "sd1i", "ni", "ri"}}, {}},
      {{"MC", "SMCC", "SMCRH", "SMCRP", "SMCRPH", "ROMC", "CVRC", "VRC"},
       "",
       {"mean1", "mean2", "sd1", "sd2", "n", "r"},
       {{"m1i", "m2i", "sd1i", "sd2i", "ni", "ri"}},
       {}},
      {{"ARAW", "AHW", "ABT"}, "", {"alpha", "m", "n"}, {{"ai", "mi", "ni"}}, {}},
  };
  return all;
}

Expected<const LongForm*> form_of(const std::string& measure) {
  for (const LongForm& form : forms())
    if (std::find(form.measures.begin(), form.measures.end(), measure) != form.measures.end()) return &form;
  return make_error(ErrorCode::usage, measure.empty()
                                          ? std::string("to_long needs a measure, which says what the numbers are")
                                          : fmt::format("to_long has no form for the measure '{}'", measure));
}

std::vector<Argument> long_arguments() {
  return {{"ai"},
          {"bi", Kind::count},
          {"ci", Kind::count},
          {"di", Kind::count},
          {"n1i", Kind::count},
          {"n2i", Kind::count},
          {"x1i", Kind::count},
          {"x2i", Kind::count},
          {"t1i", Kind::time},
          {"t2i", Kind::time},
          {"m1i"},
          {"m2i"},
          {"sd1i", Kind::sd},
          {"sd2i", Kind::sd},
          {"xi", Kind::count},
          {"mi"},
          {"ri", Kind::correlation},
          {"ti", Kind::time},
          {"sdi", Kind::sd},
          {"ni", Kind::count}};
}

std::string option(const PrepareStep& step, const std::string& name, const std::string& fallback) {
  const auto at = step.options.find(name);
  return at == step.options.end() ? fallback : at->second;
}

bool is_true(const PrepareStep& step, const std::string& name) {
  return to_lower(option(step, name, "false")) == "true";
}

/// The numbers of one study by argument; bi, di and mi follow from the totals.
class Study {
 public:
  Study(const Inputs& inputs, std::size_t row) : inputs_(inputs), row_(row) {}

  double at(std::string_view name) const {
    const auto changed = changed_.find(name);
    if (changed != changed_.end()) return changed->second;
    const double value = inputs_.at(row_, name);
    if (!is_missing(value)) return value;
    if (name == "bi") return inputs_.at(row_, "n1i") - inputs_.at(row_, "ai");
    if (name == "di") return inputs_.at(row_, "n2i") - inputs_.at(row_, "ci");
    if (name == "mi" && inputs_.bound("xi")) return inputs_.at(row_, "ni") - inputs_.at(row_, "xi");
    return kMissing;
  }
  /// "ai" or "ai+bi".
  double value(std::string_view expression) const {
    const std::size_t plus = expression.find('+');
    if (plus == std::string_view::npos) return at(expression);
    return at(expression.substr(0, plus)) + at(expression.substr(plus + 1));
  }
  void set(std::string_view name, double value) { changed_[name] = value; }

 private:
  const Inputs& inputs_;
  std::size_t row_;
  std::map<std::string_view, double> changed_;
};

bool any_zero(const Study& study, const Names& cells) {
  return std::any_of(cells.begin(), cells.end(), [&](auto name) { return study.at(name) == 0; });
}

/// No events in either group, or only events.
bool double_zero(const Study& study, const LongForm& form) {
  if (form.cells.size() == 4)
    return (study.at("ai") == 0 && study.at("ci") == 0) || (study.at("bi") == 0 && study.at("di") == 0);
  return form.cells.size() == 2 && form.group == "group" && study.at("x1i") == 0 && study.at("x2i") == 0;
}

Checked adjust(std::vector<Study>& studies, const LongForm& form, const PrepareStep& step) {
  const auto add = parse_number(option(step, "add", "0.5"));
  const std::string to = option(step, "to", "none");
  if (!add) return make_error(ErrorCode::usage, "to_long: add is a number");
  if (to != "none" && to != "all" && to != "only0" && to != "if0all")
    return make_error(ErrorCode::usage, fmt::format("to_long: to is none, all, only0 or if0all, found '{}'", to));
  const bool any = std::any_of(studies.begin(), studies.end(), [&](const Study& s) { return any_zero(s, form.cells); });
  for (Study& study : studies) {
    if (is_true(step, "drop00") && double_zero(study, form)) {
      for (const auto name : form.cells) study.set(name, kMissing);
      continue;
    }
    const bool now = to == "all" || (to == "only0" && any_zero(study, form.cells)) || (to == "if0all" && any);
    if (!now) continue;
    for (const auto name : form.cells) study.set(name, study.at(name) + *add);
  }
  return {};
}

/// A long table while it grows: the study behind each row, group and outcome numbers, values.
struct LongRows {
  std::vector<std::size_t> study, group, outcome;
  std::vector<stats::Vector> values;  ///< per column
};

bool complete(const Study& study, const LongForm& form) {
  for (const Names& block : form.blocks)
    for (const auto name : block)
      if (is_missing(study.value(name))) return false;
  return true;
}

LongRows long_rows(const std::vector<Study>& studies, const LongForm& form, bool vlong) {
  LongRows out;
  out.values.resize(vlong ? 1 : form.columns.size());
  for (std::size_t i = 0; i < studies.size(); ++i) {
    if (!complete(studies[i], form)) continue;
    for (std::size_t g = 0; g < form.blocks.size(); ++g)
      for (std::size_t j = 0; j < form.columns.size(); ++j) {
        out.values[vlong ? 0 : j].push_back(studies[i].value(form.blocks[g][j]));
        if (j > 0 && !vlong) continue;
        out.study.push_back(i);
        out.group.push_back(g + 1);
        out.outcome.push_back(j + 1);
      }
  }
  return out;
}

std::vector<std::string> number_cells(const std::vector<std::size_t>& values) {
  std::vector<std::string> out;
  for (const std::size_t value : values) out.push_back(std::to_string(value));
  return out;
}

std::vector<data::EditedColumn> long_columns(const LongRows& rows, const LongForm& form, bool vlong,
                                             const std::vector<std::string>& labels) {
  std::vector<data::EditedColumn> out{{"study", {}}};
  for (const std::size_t i : rows.study) out[0].cells.push_back(labels.empty() ? std::to_string(i + 1) : labels[i]);
  if (!form.group.empty()) out.push_back({std::string(form.group), number_cells(rows.group)});
  if (vlong) out.push_back({"outcome", number_cells(rows.outcome)});
  for (std::size_t j = 0; j < rows.values.size(); ++j) {
    data::EditedColumn column{vlong ? "freq" : std::string(form.columns[j]), {}};
    for (const double value : rows.values[j]) column.cells.push_back(format_shortest(value));
    out.push_back(std::move(column));
  }
  return out;
}

/// New columns after those of the table, repeated; a label column that the table has stays the table's.
Expected<std::vector<data::EditedColumn>> appended(const data::Table& table, const std::vector<std::size_t>& rows,
                                                   std::vector<data::EditedColumn> columns) {
  std::vector<data::EditedColumn> out;
  for (std::size_t j = 0; j < table.cols(); ++j) {
    const std::vector<std::string> cells = data::plain_cells(table, j);
    data::EditedColumn column{table.names()[j], {}};
    for (const std::size_t i : rows) column.cells.push_back(cells[i]);
    out.push_back(std::move(column));
  }
  for (data::EditedColumn& column : columns) {
    if (table.find(column.name) && column.name == "study") continue;
    if (table.find(column.name))
      return make_error(ErrorCode::usage,
                        fmt::format("to_long: the table has a column '{}' already; name another, as in -> {} = {}_long",
                                    column.name, column.name, column.name));
    out.push_back(std::move(column));
  }
  return out;
}

Expected<Options> effect_options(const PrepareStep& step) {
  Options out;
  for (const auto& [name, value] : step.options) {
    if (name == "vtype") out.vtype = value;
    if (name == "to") out.to = value;
    if (name == "drop00") out.drop00 = to_lower(value) == "true";
    if (name == "correct") out.correct = to_lower(value) == "true";
    if (name != "add" && name != "r") continue;
    const auto number = parse_number(value);
    if (!number) return make_error(ErrorCode::usage, fmt::format("effect: {} is a number, found '{}'", name, value));
    (name == "add" ? out.add : out.r) = *number;
  }
  return out;
}

}  // namespace

Expected<Prepared> long_table(const data::Table& table, const PrepareStep& step) {
  HR_TRY(const LongForm* form, form_of(option(step, "measure", "")));
  const std::vector<Argument> known = long_arguments();
  HR_TRY(const Inputs inputs, Inputs::bind(table, step.columns, known, "to_long"));
  std::vector<std::string> labels;
  if (const std::string slab = option(step, "slab", ""); !slab.empty()) {
    HR_TRY(labels, table.texts(slab));
  }
  std::vector<Study> studies;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    studies.emplace_back(inputs, i);
    for (const auto name : form->cells)
      if (studies.back().at(name) < 0)
        return inputs.bad(i, name, "events exceed the size of their group, or a count is negative");
  }
  HR_CHECK(adjust(studies, *form, step));
  const bool vlong = is_true(step, "vlong") && form->cells.size() == form->blocks.size() * form->columns.size();
  const LongRows rows = long_rows(studies, *form, vlong);
  std::vector<data::EditedColumn> columns = long_columns(rows, *form, vlong, labels);
  for (data::EditedColumn& column : columns)
    if (const auto named = step.into.find(column.name); named != step.into.end()) column.name = named->second;
  if (step.append) {
    HR_TRY(columns, appended(table, rows.study, std::move(columns)));
  }
  std::vector<std::size_t> lines;
  for (const std::size_t i : rows.study) lines.push_back(table.line(i));
  Prepared out;
  HR_TRY(out.table, data::from_columns(table.source(), columns, lines));
  // The second group, or time, is what the first is compared with.
  const auto named = step.into.find(std::string(form->group));
  const std::string group = named == step.into.end() ? std::string(form->group) : named->second;
  if (form->blocks.size() == 2 && out.table.find(group)) {
    HR_TRY(out.table, out.table.with_levels(group, {"2", "1"}));
  }
  if (const std::size_t used = rows.study.size() / (form->blocks.size() * (vlong ? form->columns.size() : 1));
      used < table.rows())
    out.warnings.push_back(fmt::format("to_long: {} rows with missing numbers were left out", table.rows() - used));
  return out;
}

Expected<Prepared> effect_table(const data::Table& table, const PrepareStep& step) {
  HR_TRY(const Options options, effect_options(step));
  HR_TRY(Effects effects, compute(option(step, "measure", ""), table, step.columns, options));
  Prepared out;
  std::vector<data::EditedColumn> columns;
  for (const auto& [output, values] : {std::pair("yi", &effects.yi), std::pair("vi", &effects.vi)}) {
    const auto named = step.into.find(output);
    data::EditedColumn column{named == step.into.end() ? output : named->second, {}};
    const auto at = table.find(column.name);
    const std::vector<std::string> old = at ? data::plain_cells(table, *at) : std::vector<std::string>(table.rows());
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const bool keep = is_missing((*values)[i]) || (!step.overwrite && !data::is_missing_text(old[i]));
      column.cells.push_back(keep ? old[i] : format_shortest((*values)[i]));
    }
    columns.push_back(std::move(column));
  }
  HR_TRY(out.table, data::with_columns(table, columns));
  for (std::size_t i = 0; i < effects.records.size(); ++i)
    out.recovered.push_back(
        {0, i, fmt::format("{}:{}", table.source(), table.line(i)), std::move(effects.records[i]), false});
  out.warnings = std::move(effects.warnings);
  return out;
}

PrepareFamily table_steps() {
  return {{"aggregate",
           "effects of one cluster as one row",
           {{"cluster"}, {"yi"}, {"vi"}, {"V"}, {"time"}, {"obs"}},
           {{"cluster", "yi", "vi"}},
           {"struct", "rho", "phi", "weighted", "addk", "na_rm", "na_rm_columns", "fun", "v_file"},
           {"yi", "vi", "ki"},
           nullptr,
           aggregate_table},
          {"to_long",
           "one row for each group of a study",
           long_arguments(),
           {},
           {"measure", "vlong", "add", "to", "drop00", "slab"},
           {},
           nullptr,
           long_table},
          {"effect",
           "yi and vi of a measure, for steps that work on effects",
           {},
           {},
           {"measure", "vtype", "correct", "add", "to", "drop00", "r"},
           {"yi", "vi"},
           nullptr,
           effect_table}};
}

}  // namespace hedgerow::effect::detail
