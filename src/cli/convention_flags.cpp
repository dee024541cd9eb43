#include "cli/convention_flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

using engine::Convention;

bool given(const ConventionFlags& flags, const char* name) {
  const CLI::Option* option = flags.app ? flags.app->get_option_no_throw(name) : nullptr;
  return option && option->count() > 0;
}

Expected<const engine::Program*> program_of(const std::string& name, const char* flag) {
  auto program = engine::find_program(name);
  if (!program) return make_error(ErrorCode::usage, program.error().message, flag);
  return program;
}

// "estimate=-0.49,ci_lb=-0.85" -> pairs.
Expected<std::vector<std::pair<std::string, std::string>>> printed_numbers(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& part : split(text, ',')) {
    const std::size_t at = part.find('=');
    if (at == std::string::npos)
      return make_error(ErrorCode::usage,
                        fmt::format("expected name=number, as in estimate=-0.49,ci_lb=-0.85; found '{}'", part),
                        "--published");
    out.emplace_back(std::string(trim(part.substr(0, at))), std::string(trim(part.substr(at + 1))));
  }
  return out;
}

// Held conventions as the question spells them. A kind of prediction interval is no part of the job.
std::vector<std::string> held_names(const ConventionFlags& flags) {
  std::vector<std::string> out;
  for (const Convention convention : held_conventions(flags)) {
    std::string name(engine::convention_text(convention).name);
    if (convention == Convention::prediction) name += "=" + flags.app->get_option("--predtype")->as<std::string>();
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace

void add_convention_flags(CLI::App& app, ConventionFlags& flags, bool questions) {
  flags.app = &app;
  const std::string group = "Other programs";
  const std::string names = join(engine::program_names(), ", ");
  app.add_option("--as", flags.as, "Defaults of this program where no flag says otherwise: " + names)->group(group);
  app.add_option("--i2", flags.i2, "I2 and H2 from tau2 (default) or from Q: tau2, Q")->group(group);
  if (!questions) return;
  app.add_flag("--explain-differences", flags.explain,
               "Why another program gives other numbers from the same data, one convention at a time")
      ->group(group);
  app.add_option("--from", flags.from, "Differences from this program (default: that of --as, or metafor)")
      ->group(group);
  app.add_option("--to-program", flags.to,
                 "Differences to this program (default: each of the others); with --explain-differences also --to")
      ->group(group);
  app.add_option("--published", flags.published,
                 "Which conventions give these printed numbers: 'estimate=-0.49,ci_lb=-0.85' (transf=exp for ratios)")
      ->group(group);
  app.add_flag("--markdown", flags.markdown, "The explanation alone, as Markdown")->group(group);
}

void take_program_from_to(ConventionFlags& flags, std::string& to) {
  const std::vector<std::string> names = engine::program_names();
  if (std::find(names.begin(), names.end(), to) == names.end() || !flags.to.empty()) return;
  if (flags.explain || !flags.from.empty()) flags.to = std::exchange(to, "");
}

std::vector<Convention> held_conventions(const ConventionFlags& flags) {
  const std::pair<Convention, std::vector<const char*>> deciding[] = {{Convention::j, {"--j", "--no-correct"}},
                                                                      {Convention::smd_variance, {"--vtype"}},
                                                                      {Convention::rom_correction, {"--no-correct"}},
                                                                      {Convention::double_zeros, {"--drop00"}},
                                                                      {Convention::continuity, {"--continuity"}},
                                                                      {Convention::q_centre, {"--q-centre"}},
                                                                      {Convention::pooling, {"--model"}},
                                                                      {Convention::tau2, {"--method", "--tau2"}},
                                                                      {Convention::test, {"--test", "--dfs"}},
                                                                      {Convention::i2, {"--i2"}},
                                                                      {Convention::prediction, {"--predtype"}}};
  std::vector<Convention> out;
  for (const auto& [convention, names] : deciding)
    if (std::any_of(names.begin(), names.end(), [&](const char* name) { return given(flags, name); }))
      out.push_back(convention);
  return out;
}

Checked apply_conventions(const ConventionFlags& flags, engine::Job& job) {
  if (!flags.i2.empty()) job.inference.i2 = flags.i2;
  if (flags.as.empty()) return {};
  HR_TRY(const engine::Program* program, program_of(flags.as, "--as"));
  engine::apply(*program, held_conventions(flags), job);
  return {};
}

Checked apply_predictions(const ConventionFlags& flags, std::vector<engine::Question>& questions) {
  if (flags.as.empty()) return {};
  HR_TRY(const engine::Program* program, program_of(flags.as, "--as"));
  const auto own = engine::prediction_question(program->setting(Convention::prediction).value);
  for (engine::Question& question : questions) {
    auto* ask = std::get_if<engine::AskPredict>(&question.ask);
    if (!ask || !ask->predtype.empty()) continue;
    if (!own)
      return make_error(ErrorCode::usage,
                        fmt::format("{} has no prediction interval; say which one with --predtype", program->title),
                        "--predict");
    ask->predtype = own->predtype;
  }
  return {};
}

Expected<std::vector<engine::Question>> program_bias_questions(const ConventionFlags& flags) {
  HR_TRY(const engine::Program* program, program_of(flags.as, "--as"));
  std::vector<engine::Question> out;
  if (const auto ask = engine::regression_question(program->setting(Convention::egger).value))
    out.push_back({"regression_test", *ask});
  if (const auto ask = engine::trim_fill_question(program->setting(Convention::trim_fill).value))
    out.push_back({"trim_and_fill", *ask});
  if (out.empty())
    return make_error(ErrorCode::usage,
                      fmt::format("{} has no regression test and no trim and fill; leave --as away, or take another "
                                  "program",
                                  program->title),
                      "--as");
  return out;
}

Expected<std::vector<engine::Question>> convention_questions(const ConventionFlags& flags) {
  std::vector<engine::Question> out;
  const bool explain = flags.explain || !flags.from.empty() || !flags.to.empty();
  const std::string from = !flags.from.empty() ? flags.from : !flags.as.empty() ? flags.as : "metafor";
  HR_CHECK(program_of(from, "--from"));
  std::vector<std::string> targets{flags.to};
  if (flags.to.empty()) targets = {"metafor", "meta", "revman", "cma", "stata"};
  if (!flags.to.empty()) HR_CHECK(program_of(flags.to, "--to-program"));
  for (const std::string& to : targets)
    if (explain && to != from)
      out.push_back({"differences_" + to, engine::AskDifferences{from, to, held_names(flags)}});
  if (!flags.published.empty()) {
    HR_TRY(auto numbers, printed_numbers(flags.published));
    out.push_back({"published", engine::AskPublished{std::move(numbers)}});
  }
  return out;
}

}  // namespace hedgerow::cli
