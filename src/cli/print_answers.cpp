#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"
#include "cli/print_post.hpp"
#include "cli/print_tests.hpp"

namespace hedgerow::cli {
namespace {

using engine::Block;
using engine::Value;

std::string cell(double value) {
  if (is_missing(value)) return "NA";
  constexpr double kLarge = 1e15;
  if (std::fabs(value) >= kLarge) return format_significant(value, 6);
  return value == std::trunc(value) ? format_fixed(value, 0) : format_fixed(value, 4);
}

std::string p_cell(double p) { return p < 0.0001 ? format_significant(p, 3) : cell(p); }

bool is_p(const std::string& name) { return name == "pval" || name.ends_with("p") || name.starts_with("p_"); }

std::string number_cell(const std::string& name, double value) { return is_p(name) ? p_cell(value) : cell(value); }

// The column of results on another scale: "odds ratio [CI]".
std::string display_header(const Block& display, const char* what) {
  return fmt::format("{} [{}]", display.text("name"), what);
}

std::string list_of_blocks(const std::vector<Block>& blocks) {
  if (blocks.empty()) return "";
  std::vector<std::string> names, header;
  for (const engine::Field& field : blocks.front().fields) {
    const Block* display = field.first == "display" ? blocks.front().child("display") : nullptr;
    names.push_back(field.first);
    header.push_back(display ? display_header(*display, "CI") : field.first);
  }
  std::vector<std::vector<std::string>> rows;
  for (const Block& block : blocks) {
    std::vector<std::string> row;
    for (const std::string& name : names) {
      const Value* value = block.find(name);
      const auto* text = value ? std::get_if<std::string>(value) : nullptr;
      if (const Block* display = name == "display" ? block.child(name) : nullptr)
        row.push_back(interval_text(display->number("estimate"), display->number("ci_lb"), display->number("ci_ub")));
      else
        row.push_back(text ? *text : number_cell(name, block.number(name)));
    }
    rows.push_back(std::move(row));
  }
  return text_table(header, rows);
}

// Lists of one length stand side by side as columns; the first list says which length that is.
class Columns {
 public:
  bool add(const std::string& name, std::vector<std::string> cells) {
    if (!cells_.empty() && cells.size() != cells_.front().size()) return false;
    header_.push_back(name);
    cells_.push_back(std::move(cells));
    return true;
  }
  std::string text() const {
    if (cells_.empty()) return "";
    std::vector<std::vector<std::string>> rows(cells_.front().size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (const auto& column : cells_) rows[i].push_back(column[i]);
    return text_table(header_, rows);
  }

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> cells_;
};

std::vector<std::string> cells_of(const std::string& name, const stats::Vector& values) {
  std::vector<std::string> out;
  for (double value : values) out.push_back(number_cell(name, value));
  return out;
}

// What one field adds: a line, a column, or a table of its own below.
struct FieldPrinter {
  const std::string& name;
  std::string& lines;
  Columns& columns;
  std::string& tables;

  void operator()(double v) { lines += fmt::format("{}: {}\n", name, number_cell(name, v)); }
  void operator()(bool v) { lines += fmt::format("{}: {}\n", name, v ? "yes" : "no"); }
  void operator()(const std::string& v) { lines += fmt::format("{}: {}\n", name, v); }
  // What the model does not define at all makes no column of NAs.
  void operator()(const stats::Vector& v) {
    if (v.size() < 2 || !std::all_of(v.begin(), v.end(), is_missing)) list(cells_of(name, v));
  }
  void operator()(const std::vector<std::string>& v) { list(v); }
  void operator()(const std::vector<bool>& v) {
    if (std::find(v.begin(), v.end(), true) == v.end()) return;
    std::vector<std::string> cells;
    for (bool one : v) cells.emplace_back(one ? "yes" : "");
    list(cells);
  }
  void operator()(const stats::Matrix& v) {
    for (std::size_t j = 0; j < v.cols(); ++j) {
      std::vector<std::string> cells;
      for (std::size_t i = 0; i < v.rows(); ++i) cells.push_back(number_cell(name, v(i, j)));
      columns.add(fmt::format("{}.{}", name, j + 1), std::move(cells));
    }
  }
  void operator()(const std::vector<Block>& v) {
    if (!v.empty()) tables += fmt::format("\n{}:\n{}", name, list_of_blocks(v));
  }
  void operator()(const engine::Nested& v) {
    if (name == "display")
      shown(v.content.front());
    else
      (*this)(v.content);
  }

 private:
  void shown(const Block& display) {
    const stats::Vector estimate = display.vector("estimate"), pi_lb = display.vector("pi_lb");
    std::vector<std::string> ci, pi;
    for (std::size_t i = 0; i < estimate.size(); ++i) {
      ci.push_back(interval_text(estimate[i], display.vector("ci_lb")[i], display.vector("ci_ub")[i]));
      if (!pi_lb.empty()) pi.push_back(range_text(pi_lb[i], display.vector("pi_ub")[i]));
    }
    columns.add(display_header(display, "CI"), ci);
    if (!pi.empty()) columns.add(display_header(display, "PI"), pi);
  }
  void list(const std::vector<std::string>& cells) {
    if (!columns.add(name, cells)) lines += fmt::format("{}: {}\n", name, cells.empty() ? "none" : join(cells, ", "));
  }
};

// Why rows of a table have no numbers.
std::string reasons_text(const Block& block) {
  const std::vector<std::string> errors = block.texts("errors");
  const std::vector<std::string> labels = block.texts(block.find("label")  ? "label"
                                                      : block.find("rule") ? "rule"
                                                                           : "slab");
  std::string out;
  for (std::size_t i = 0; i < errors.size(); ++i)
    if (!errors[i].empty())
      out += fmt::format("No fit ({}): {}\n", i < labels.size() ? labels[i] : fmt::format("{}", i + 1), errors[i]);
  return out;
}

std::string fields_text(const Block& block) {
  std::string lines, tables;
  Columns columns;
  for (const engine::Field& field : block.fields) {
    if (field.first != "errors") std::visit(FieldPrinter{field.first, lines, columns, tables}, field.second);
  }
  return lines + columns.text() + reasons_text(block) + tables;
}

/// Case diagnostics as one table; residuals by row are in the JSON. Units over a limit carry a mark.
std::string influence_text(const Block& block) {
  Block table;
  for (const engine::Field& field : block.fields)
    if (!std::holds_alternative<engine::Nested>(field.second) && field.first != "coef_names" &&
        field.first != "is_infl" && field.first != "dfbs")
      table.fields.push_back(field);
  const std::vector<std::string> names = block.texts("coef_names");
  const Value* values = block.find("dfbs");
  const auto* dfbs = values ? std::get_if<stats::Matrix>(values) : nullptr;
  for (std::size_t c = 0; dfbs && c < dfbs->cols(); ++c) {
    stats::Vector column;
    for (std::size_t j = 0; j < dfbs->rows(); ++j) column.push_back((*dfbs)(j, c));
    table.add("dfbs." + names[c], column);
  }
  std::vector<std::string> marks;
  const Value* flags = block.find("is_infl");
  if (const auto* infl = flags ? std::get_if<std::vector<bool>>(flags) : nullptr)
    for (const bool flag : *infl) marks.emplace_back(flag ? "*" : "");
  table.add("inf", marks);
  const Block& limits = *block.child("limits");
  std::vector<std::string> rules;
  for (const auto& [measure, limit] :
       {std::pair{"cook_d", "cook_d"}, {"hat", "hat"}, {"|dfbs|", "dfbs"}, {"|dffits|", "dffits"}})
    if (const double at = limits.number(limit); !is_missing(at))
      rules.push_back(fmt::format("{} > {}", measure, cell(at)));
  return fmt::format("{}\n* {}\n", fields_text(table), join(rules, " or "));
}

/// Column j of a field that is a vector (one coefficient) or a matrix.
stats::Vector column_of(const Block& block, const char* field, std::size_t j) {
  const Value* value = block.find(field);
  const auto* matrix = value ? std::get_if<stats::Matrix>(value) : nullptr;
  if (!matrix) return block.vector(field);
  stats::Vector out;
  for (std::size_t i = 0; i < matrix->rows(); ++i) out.push_back((*matrix)(i, j));
  return out;
}

/// Whether the values of the grid change a conclusion about one coefficient.
std::string grid_conclusion(const Block& one, double level) {
  const auto at = [](const std::vector<std::string>& values) {
    return values.empty() ? std::string("at no value") : "at " + join(values, ", ");
  };
  return fmt::format("{}: estimate from {} to {}; largest p {}; p crosses {} {}; sign changes {}\n", one.text("name"),
                     cell(one.number("min")), cell(one.number("max")), p_cell(one.number("pval_max")),
                     format_significant(1 - level, 3), at(one.texts("changes_significance")),
                     at(one.texts("changes_sign")));
}

/// A grid of an assumed correlation as one table, then what changes, then why values have no fit.
std::string grid_text(const Block& block) {
  Block table;
  const stats::Vector values = block.vector("value");
  table.add("value", values);
  const std::vector<std::string> names = block.texts("coef_names"), components = block.texts("component_names");
  const double used = block.number("used");
  for (std::size_t j = 0; j < names.size(); ++j) {
    const std::string suffix = names.size() == 1 ? "" : "." + names[j];
    for (const char* field : {"estimate", "se", "pval", "ci_lb", "ci_ub"}) {
      std::vector<std::string> cells = cells_of(field, column_of(block, field, j));
      table.add(field + suffix, std::move(cells));
    }
  }
  for (std::size_t c = 0; c < components.size(); ++c) table.add(components[c], column_of(block, "components", c));
  table.add("loglik", block.vector("loglik"));
  const std::vector<std::string> errors = block.texts("errors");
  std::vector<std::string> marks;
  std::string notes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    marks.emplace_back(!errors[i].empty() ? "no fit" : values[i] == used ? "main" : "");
    if (!errors[i].empty()) notes += fmt::format("{} = {}: {}\n", block.text("parameter"), values[i], errors[i]);
  }
  table.add("", marks);
  std::string out = fields_text(table) + "\n";
  if (!is_missing(used)) out += fmt::format("Main analysis: {} = {}\n", block.text("parameter"), used);
  for (const Block& one : block.blocks("conclusions")) out += grid_conclusion(one, block.number("level"));
  return out + notes;
}

// Names of the effects of a random term: its group, and its level where there is one.
std::vector<std::string> effect_names(const Block& component) {
  std::vector<std::string> out = component.texts(component.find("slab") ? "slab" : "group");
  const std::vector<std::string> level =
      component.find("level") ? component.texts("level") : std::vector<std::string>{};
  for (std::size_t i = 0; i < out.size() && i < level.size(); ++i) out[i] += " | " + level[i];
  return out;
}

std::string matrix_text(const std::vector<std::string>& names, const stats::Matrix& matrix) {
  std::vector<std::string> header{""};
  header.insert(header.end(), names.begin(), names.end());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    rows.push_back({names[i]});
    for (const double value : matrix.row(i)) rows.back().push_back(format_significant(value, 4));
  }
  return text_table(header, rows);
}

bool of_random_effects(const Block& block) {
  const auto* components =
      block.find("components") ? std::get_if<std::vector<Block>>(block.find("components")) : nullptr;
  return components && !components->empty() &&
         (components->front().find("group") || components->front().find("vcov") || components->front().find("slab"));
}

// One table per random term: the predicted effects, or the covariance of their errors.
std::string components_text(const Block& block) {
  std::string out;
  for (const Block& component : block.blocks("components")) {
    out += component.text("name") + "\n";
    const std::vector<std::string> names = effect_names(component);
    if (const Value* matrix = component.find("vcov")) {
      out += matrix_text(names, std::get<stats::Matrix>(*matrix)) + "\n";
      continue;
    }
    Block table;
    table.add("effect", names);
    for (const char* field : {"intrcpt", "se", "pi_lb", "pi_ub"}) table.add(field, component.vector(field));
    out += fields_text(table) + "\n";
  }
  return out;
}

std::string answer_text(const Block& block) {
  if (of_random_effects(block)) return components_text(block);
  if (block.child("limits")) return influence_text(block);
  if (block.find("subsets_included")) return gosh_text(block);
  if (block.find("names") && block.find("matrix")) return named_matrix_text(block);
  return block.find("conclusions") ? grid_text(block) : fields_text(block);
}

}  // namespace

std::string print_answers(const engine::Result& result) {
  std::string out;
  for (const engine::Answer& answer : result.answers) {
    out += fmt::format("\n{}: ", answer.name);
    if (answer.error)
      out += fmt::format("no answer: {}\n", describe(*answer.error));
    else if (answer.ask == "differences")
      out += answer.block.method + "\n\n" + differences_text(answer.block, false);
    else if (answer.ask == "published")
      out += answer.block.method + "\n\n" + published_text(answer.block, false);
    else if (answer.ask == "contrasts")
      out += answer.block.method + "\n\n" + contrasts_text(answer.block);
    else if (answer.ask == "block")
      out += answer.block.method + "\n\n" + omnibus_text(answer.block, *result.fit);
    else if (answer.ask == "compare")
      out += answer.block.method + "\n\n" + compare_text(answer.block);
    else
      out += answer.block.method + "\n\n" + answer_text(answer.block);
  }
  return out;
}

}  // namespace hedgerow::cli
