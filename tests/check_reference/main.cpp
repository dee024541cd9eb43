// check-reference DIR [--family F] [--json] [--verbose]: a reference corpus through the engine that users call.
//
// Exit codes: 0 no case failed (unsupported ones may exist), 1 a case failed, 2 the corpus can't be read.
#include <CLI/CLI.hpp>
#include <iostream>

#include "report.hpp"

int main(int argc, char** argv) {
  using namespace hedgerow;
  CLI::App app{
      "Compares the engine with every case of a reference corpus.\n"
      "Prints a line per family: family passed/total unsupported worst_relative_error, then the failures."};
  std::string folder, family;
  bool json = false, verbose = false;
  app.add_option("DIR", folder, "folder of the corpus, as tests/reference")->required();
  app.add_option("--family", family, "one family alone");
  app.add_flag("--json", json, "everything as JSON");
  app.add_flag("--verbose", verbose, "also list what is unsupported or not applicable, and why");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const auto corpus = check::read_corpus(folder, family.empty() ? std::nullopt : std::optional(family));
  if (!corpus) {
    std::cerr << describe(corpus.error()) << "\n";
    return exit_code(corpus.error().code);
  }
  std::vector<check::FamilyResult> results;
  bool failed = false;
  for (const check::Family& one : *corpus) {
    check::FamilyResult result{one.name, {}};
    for (const auto& test_case : one.cases) result.cases.push_back(check::check_case(folder, test_case));
    failed = failed || result.count(check::Outcome::failed) > 0;
    results.push_back(std::move(result));
  }
  std::cout << (json ? check::json_report(results) : check::text_report(results, verbose));
  return failed ? 1 : 0;
}
