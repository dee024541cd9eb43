// Flags about other programs: --as, --explain-differences, --published.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "engine/conventions.hpp"
#include "engine/job.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct ConventionFlags {
  std::string as;  ///< program whose defaults stand in for flags that are not given
  std::string i2;  ///< tau2 or Q
  bool explain = false, markdown = false;
  std::string from, to, published;
  const CLI::App* app = nullptr;  ///< tells which flags were given: they win over the program's defaults
};

/// --as and --i2; with `questions` also --explain-differences, --from, --to, --published, --markdown.
void add_convention_flags(CLI::App& app, ConventionFlags& flags, bool questions);

/// "--explain-differences --to meta": --to, which says where constants are added to cells, names a program there.
void take_program_from_to(ConventionFlags& flags, std::string& to);

/// The conventions that flags on the command line decide.
std::vector<engine::Convention> held_conventions(const ConventionFlags& flags);
/// The program's defaults in the job, but for what flags decide. Error: unknown program.
Checked apply_conventions(const ConventionFlags& flags, engine::Job& job);
/// The program's prediction interval in questions that do not say which. Error: it has none.
Checked apply_predictions(const ConventionFlags& flags, std::vector<engine::Question>& questions);
/// The program's own regression test and trim and fill. Error: it has neither.
Expected<std::vector<engine::Question>> program_bias_questions(const ConventionFlags& flags);
/// Differences from one program to another (or to each of the others), and the search for printed numbers.
Expected<std::vector<engine::Question>> convention_questions(const ConventionFlags& flags);

}  // namespace hedgerow::cli
