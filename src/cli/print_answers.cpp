#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

using engine::Block;
using engine::Value;

std::string cell(double value) {
  if (is_missing(value)) return "NA";
  return value == static_cast<double>(static_cast<long long>(value)) ? format_fixed(value, 0) : format_fixed(value, 4);
}

std::string p_cell(double p) { return p < 0.0001 ? format_significant(p, 3) : cell(p); }

bool is_p(const std::string& name) { return name == "pval" || name.ends_with("p") || name.starts_with("p_"); }

std::string number_cell(const std::string& name, double value) { return is_p(name) ? p_cell(value) : cell(value); }

std::string list_of_blocks(const std::vector<Block>& blocks) {
  if (blocks.empty()) return "";
  std::vector<std::string> header;
  for (const engine::Field& field : blocks.front().fields) header.push_back(field.first);
  std::vector<std::vector<std::string>> rows;
  for (const Block& block : blocks) {
    std::vector<std::string> row;
    for (const std::string& name : header) {
      const Value* value = block.find(name);
      const auto* text = value ? std::get_if<std::string>(value) : nullptr;
      row.push_back(text ? *text : number_cell(name, block.number(name)));
    }
    rows.push_back(std::move(row));
  }
  return text_table(header, rows);
}

// Vectors of one length stand side by side; single values stand in a line each.
std::string fields_text(const Block& block) {
  std::string singles, lists;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> columns;
  for (const engine::Field& field : block.fields) {
    if (const auto* vector = std::get_if<stats::Vector>(&field.second)) {
      header.push_back(field.first);
      columns.emplace_back();
      for (double v : *vector) columns.back().push_back(number_cell(field.first, v));
    } else if (const auto* texts = std::get_if<std::vector<std::string>>(&field.second)) {
      header.push_back(field.first);
      columns.push_back(*texts);
    } else if (const auto* number = std::get_if<double>(&field.second)) {
      singles += fmt::format("{}: {}\n", field.first, number_cell(field.first, *number));
    } else if (const auto* text = std::get_if<std::string>(&field.second)) {
      singles += fmt::format("{}: {}\n", field.first, *text);
    } else if (const auto* blocks = std::get_if<std::vector<Block>>(&field.second)) {
      if (!blocks->empty()) lists += fmt::format("\n{}:\n{}", field.first, list_of_blocks(*blocks));
    }
  }
  std::size_t length = 0;
  for (const auto& column : columns) length = std::max(length, column.size());
  std::vector<std::vector<std::string>> rows(length);
  for (std::size_t i = 0; i < length; ++i)
    for (const auto& column : columns) rows[i].push_back(i < column.size() ? column[i] : "");
  return singles + (columns.empty() ? "" : text_table(header, rows)) + lists;
}

}  // namespace

std::string print_answers(const engine::Result& result) {
  std::string out;
  for (const engine::Answer& answer : result.answers) {
    out += fmt::format("\n{}: ", answer.name);
    if (answer.error) out += fmt::format("no answer: {}\n", describe(*answer.error));
    else out += answer.block.method + "\n\n" + fields_text(answer.block);
  }
  return out;
}

std::string print_effects(const engine::Result& result) {
  const engine::EffectRows& rows = result.effects;
  std::vector<std::vector<std::string>> lines;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    const double vi = rows.effects.vi[i];
    lines.push_back({rows.label(i), cell(rows.effects.yi[i]), cell(vi), cell(std::sqrt(vi)),
                     rows.effects.records.empty() ? rows.method : rows.effects.records[i].method});
  }
  return text_table({"label", "yi", "vi", "sei", "method"}, lines);
}

}  // namespace hedgerow::cli
