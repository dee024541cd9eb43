// The command recover: a table after the steps that recover numbers.
#include "cli/recover.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/print.hpp"
#include "engine/prepare.hpp"

namespace hedgerow::cli {
namespace {

struct RecoverFlags {
  std::string file, method, rows, output;
  std::vector<std::string> steps, options, into;
  std::map<std::string, std::string> columns;
  bool overwrite = false, only_new = false, records = false, json = false;
};

Checked take_pairs(const std::vector<std::string>& texts, const char* flag, std::map<std::string, std::string>& out) {
  for (const std::string& text : texts) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size())
      return make_error(ErrorCode::usage, fmt::format("expected name=value, found '{}'", text), flag);
    out[std::string(trim(text.substr(0, at)))] = std::string(trim(text.substr(at + 1)));
  }
  return {};
}

Expected<engine::DataRequest> request_of(const RecoverFlags& flags) {
  engine::DataRequest out;
  out.file = flags.file;
  HR_TRY(out.prepare, prepare_steps(flags.steps));
  if (!flags.method.empty()) {
    effect::PrepareStep step{flags.method};
    for (const auto& [argument, column] : flags.columns)
      if (!column.empty()) step.columns[argument] = column;
    HR_CHECK(take_pairs(flags.options, "--option", step.options));
    HR_CHECK(take_pairs(flags.into, "--into", step.into));
    step.rows = flags.rows;
    step.overwrite = flags.overwrite;
    step.append = !flags.only_new;
    out.prepare.push_back(std::move(step));
  }
  if (out.prepare.empty())
    return make_error(ErrorCode::usage, "nothing to recover: give --method with its columns, or --prepare steps");
  return out;
}

std::string print_table(const data::Table& table) {
  std::vector<std::string> header{""};
  header.insert(header.end(), table.names().begin(), table.names().end());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    std::vector<std::string> row{std::to_string(i + 1)};
    for (std::size_t j = 0; j < table.cols(); ++j) {
      const std::string cell(table.cell(i, j));
      const auto number = parse_number(cell);
      row.push_back(table.missing(i, j) ? "NA" : number ? format_significant(*number, 7) : cell);
    }
    rows.push_back(std::move(row));
  }
  return text_table(header, rows);
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && std::string_view(text).substr(text.size() - end.size()) == end;
}

int recover(const RecoverFlags& flags) {
  const auto request = request_of(flags);
  if (!request) return report(request.error());
  const auto prepared = engine::prepare_table(*request);
  if (!prepared) return report(prepared.error());
  std::string text;
  if (flags.json)
    text = engine::to_json(*prepared);
  else if (ends_with(flags.output, ".csv"))
    text = engine::to_csv(*prepared->table);
  else
    text = print_table(*prepared->table) + (flags.records ? print_recovered(prepared->recovered) : "");
  const auto written = emit(flags.output, text);
  if (!written) return report(written.error());
  if (!flags.json)
    for (const std::string& warning : prepared->warnings) fmt::print(stderr, "Warning: {}\n", warning);
  return 0;
}

std::string methods_help() {
  std::string out = "\nSteps (arguments [options] -> outputs):\n";
  for (const effect::PrepareMethod& method : effect::prepare_methods())
    out += fmt::format("  {}({}{}) -> {}\n      {}\n", method.name, join(method.arguments, ", "),
                       method.options.empty() ? "" : " [" + join(method.options, ", ") + "]",
                       method.outputs.empty() ? "columns of the long form" : join(method.outputs, ", "), method.text);
  return out;
}

}  // namespace

Expected<std::vector<effect::PrepareStep>> prepare_steps(const std::vector<std::string>& texts) {
  std::vector<effect::PrepareStep> out;
  for (const std::string& text : texts) {
    HR_TRY(effect::PrepareStep step, effect::parse_prepare_step(text));
    out.push_back(std::move(step));
  }
  return out;
}

std::string print_recovered(const std::vector<effect::Recovered>& recovered) {
  std::string out = recovered.empty() ? "" : "\nRecovered numbers:\n";
  const auto list = [](const std::vector<effect::Quantity>& quantities) {
    std::vector<std::string> parts;
    for (const effect::Quantity& q : quantities) parts.push_back(q.name + " = " + format_significant(q.value, 6));
    return join(parts, ", ");
  };
  for (const effect::Recovered& one : recovered) {
    out += fmt::format("  {}: {}\n", one.where, one.record.method.empty() ? one.record.note : one.record.method);
    out += fmt::format("      from {}; {}\n", list(one.record.inputs), list(one.record.steps));
    if (!one.record.note.empty() && !one.record.method.empty()) out += fmt::format("      {}\n", one.record.note);
  }
  return out;
}

void add_recover_command(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand("recover", "Recover numbers that papers do not print: SDs, means, 2x2 cells");
  const auto flags = std::make_shared<RecoverFlags>();
  command.add_option("file", flags->file, "Table: CSV, TSV or XLSX (a sheet as book.xlsx#Sheet)")->required();
  command.add_option("--prepare", flags->steps, "A step as text, e.g. 'sd_from_se(se=se1, n=n1) -> sd1' (repeatable)");
  command.add_option("--method", flags->method, "One step by flags: its name, then its arguments as columns");
  command.add_option("--option", flags->options, "Option of --method as name=value (repeatable)");
  command.add_option("--into", flags->into, "Column for an output of --method as output=column (repeatable)");
  command.add_option("--rows", flags->rows, "Condition on the rows of --method");
  command.add_flag("--overwrite", flags->overwrite, "Also change numbers that are given");
  command.add_flag("--only-new", flags->only_new, "Keep the new columns alone");
  command.add_flag("--records", flags->records, "Print formula and inputs of every recovered number");
  command.add_flag("--json", flags->json, "Table and records as JSON");
  command.add_option("-o,--output", flags->output, "File to write; a name that ends in .csv makes a CSV table");
  std::vector<std::string> known;
  for (const effect::PrepareMethod& method : effect::prepare_methods())
    for (const std::string& argument : method.arguments) {
      if (std::find(known.begin(), known.end(), argument) != known.end()) continue;
      known.push_back(argument);
      const std::string name = argument.size() == 1 ? "-" + argument + ",--arg-" + argument : "--" + argument;
      command.add_option(name, flags->columns[argument], "Column (argument of --method)")->group("Arguments");
    }
  command.footer(
      "\nExamples:\n"
      "  hedgerow recover data.csv --method fivenum --min min --q1 q1 --median median --q3 q3 --max max -n n "
      "--records\n"
      "  hedgerow recover data.csv --prepare 'sd_from_ci(lb=lb1, ub=ub1, n=n1) -> sd1' -o complete.csv\n" +
      methods_help());
  command.callback([&action, flags] { action = [flags] { return recover(*flags); }; });
}

}  // namespace hedgerow::cli
