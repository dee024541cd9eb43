// Differences between programs and printed numbers, as text and as Markdown.
#include <fmt/core.h>

#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "cli/print.hpp"

namespace hedgerow::cli {
namespace {

using engine::Block;

const std::vector<std::string> kColumns{"estimate", "se",    "ci_lb", "ci_ub",   "tau2", "I2",
                                        "H2",       "pi_lb", "pi_ub", "egger_p", "k0",   "filled"};

std::string number_text(const std::string& name, double value) {
  if (is_missing(value)) return "-";
  if (name == "k" || name == "k0") return format_fixed(value, 0);
  if (name == "I2" || name == "H2") return format_fixed(value, 2);
  if ((name == "pval" || name == "egger_p") && value < 0.0001) return format_significant(value, 3);
  return format_fixed(value, 4);
}

// Enough digits to see that the two differ.
std::string moved_text(const Block& moved) {
  const std::string name = moved.text("name");
  const double before = moved.number("before"), after = moved.number("after");
  std::string a = number_text(name, before), b = number_text(name, after);
  for (int digits = 5; a == b && digits <= 15; ++digits) {
    a = format_significant(before, digits);
    b = format_significant(after, digits);
  }
  return fmt::format("{} {} -> {}", name, a, b);
}

std::string moved_list(const Block& step) {
  std::vector<std::string> parts;
  for (const Block& moved : step.blocks("moved")) parts.push_back(moved_text(moved));
  return join(parts, "; ");
}

bool has_effect(const Block& step) { return !step.blocks("moved").empty(); }

std::string source_text(const Block& step, const char* field) {
  const std::string source = step.text(field);
  return source.empty() ? "" : " [" + source + "]";
}

std::vector<std::string> number_row(const std::string& title, const Block& numbers) {
  std::vector<std::string> row{title};
  for (const std::string& name : kColumns) row.push_back(number_text(name, numbers.number(name)));
  return row;
}

std::vector<std::string> header() {
  std::vector<std::string> out{"program"};
  out.insert(out.end(), kColumns.begin(), kColumns.end());
  return out;
}

std::string without_effect(const Block& block) {
  std::vector<std::string> titles;
  for (const Block& step : block.blocks("steps"))
    if (!has_effect(step))
      titles.push_back(fmt::format("{} ({} -> {})", step.text("title"), step.text("from"), step.text("to")));
  return join(titles, "; ");
}

std::string markdown_row(const std::vector<std::string>& cells) { return "| " + join(cells, " | ") + " |\n"; }

std::string markdown_differences(const Block& block) {
  const std::string from = block.text("from_title"), to = block.text("to_title");
  std::string out = fmt::format("## Why {} and {} differ\n\n", from, to);
  out += markdown_row(header()) + markdown_row(std::vector<std::string>(kColumns.size() + 1, "---"));
  out += markdown_row(number_row(from, *block.child("start")));
  out += markdown_row(number_row(to, *block.child("end"))) + "\n";
  int count = 0;
  for (const Block& step : block.blocks("steps")) {
    if (!has_effect(step)) continue;
    out += fmt::format("{}. **{}**\n   - {}: {}{}\n   - {}: {}{}\n   - {}\n", ++count, step.text("title"), from,
                       step.text("from_words"), source_text(step, "from_source"), to, step.text("to_words"),
                       source_text(step, "to_source"), moved_list(step));
  }
  if (count == 0) out += "No convention changes a number of these data.\n";
  const std::string same = without_effect(block);
  if (!same.empty()) out += "\nNo effect on these data: " + same + ".\n";
  for (const std::string& note : block.texts("notes")) out += "\n" + note + "\n";
  return out;
}

std::string settings_text(const Block& match) {
  std::vector<std::string> parts{match.text("method") == "EE" ? "common effect" : "random effects"};
  const Block* settings = match.child("settings");
  for (const engine::Field& field : settings->fields) parts.push_back(field.first + " " + settings->text(field.first));
  const std::vector<std::string> programs = match.texts("programs");
  return join(parts, ", ") + (programs.empty() ? "" : "  <- " + join(programs, ", "));
}

// The numbers that were asked for, as they come out.
std::string asked_numbers(const Block& block, const Block& match) {
  const bool exponential = block.child("printed")->find("transf") != nullptr;
  std::vector<std::string> parts;
  for (const engine::Field& field : block.child("printed")->fields) {
    if (field.first == "transf") continue;
    const double value = match.child("numbers")->number(field.first);
    parts.push_back(field.first + " " + number_text(field.first, value));
  }
  return join(parts, ", ") + (exponential ? " (log scale)" : "");
}

constexpr std::size_t kShown = 20;  ///< matches that are listed

}  // namespace

std::string differences_text(const Block& block, bool markdown) {
  if (markdown) return markdown_differences(block);
  const std::string from = block.text("from_title"), to = block.text("to_title");
  std::string out =
      text_table(header(), {number_row(from, *block.child("start")), number_row(to, *block.child("end"))});
  int count = 0;
  for (const Block& step : block.blocks("steps")) {
    if (!has_effect(step)) continue;
    out += fmt::format("\n{}. {}\n   {}: {}{}\n   {}: {}{}\n   {}\n", ++count, step.text("title"), from,
                       step.text("from_words"), source_text(step, "from_source"), to, step.text("to_words"),
                       source_text(step, "to_source"), moved_list(step));
  }
  if (count == 0) out += "\nNo convention changes a number of these data.\n";
  const std::string same = without_effect(block);
  if (!same.empty()) out += "\nNo effect on these data: " + same + ".\n";
  for (const std::string& note : block.texts("notes")) out += "\n" + note + "\n";
  return out;
}

std::string published_text(const Block& block, bool markdown) {
  const std::vector<Block>& matches = block.blocks("matches");
  const char* bullet = markdown ? "- " : "";
  std::string out = markdown ? "## Conventions that give the printed numbers\n\n" : "";
  for (std::size_t i = 0; i < std::min(matches.size(), kShown); ++i) out += bullet + settings_text(matches[i]) + "\n";
  if (matches.size() > kShown) out += fmt::format("and {} more (--json lists all)\n", matches.size() - kShown);
  if (!matches.empty()) return out;
  out += fmt::format("None of {} combinations gives all printed numbers.\n", block.number("tried"));
  if (const Block* nearest = block.child("nearest"))
    out += fmt::format("Nearest: {}\n  {} (fails in {})\n", settings_text(*nearest), asked_numbers(block, *nearest),
                       block.text("nearest_fails_in"));
  return out;
}

std::string print_explanations(const engine::Result& result) {
  std::string out;
  for (const engine::Answer& answer : result.answers) {
    if (answer.ask != "differences" && answer.ask != "published") continue;
    if (!out.empty()) out += "\n";
    if (answer.error)
      out += fmt::format("{}: no answer: {}\n", answer.name, describe(*answer.error));
    else
      out += answer.ask == "differences" ? differences_text(answer.block, true) : published_text(answer.block, true);
  }
  return out;
}

}  // namespace hedgerow::cli
