#include "cli/test_flags.hpp"

#include <CLI/CLI.hpp>

namespace hedgerow::cli {

void add_test_flags(CLI::App& app, TestFlags& flags) {
  const std::string group = "Tests and comparisons of models";
  app.add_option("--contrast", flags.combinations,
                 "Test of a combination of coefficients: 'typeB = 1, typeC = -1' or '0,1,-1'; repeated: tested "
                 "together too")
      ->group(group);
  app.add_option("--contrast-adjust", flags.adjust, "Their p-values: none, bonferroni, holm, bh")
      ->group(group)
      ->capture_default_str();
  app.add_option("--test-term", flags.terms, "Omnibus test of a term of --mods; may be repeated")->group(group);
  app.add_option("--compare", flags.compared,
                 "Likelihood-ratio test against these moderators ('~ 1': none); --method ML where they differ")
      ->group(group);
  app.add_option("--compare-random", flags.compared_random,
                 "Likelihood-ratio test against these random effects ('~ 1 | study'; none: one per row)")
      ->group(group);
  app.add_flag("--vif", flags.vif, "Variance inflation factors")->group(group);
}

std::vector<engine::Question> test_questions(const TestFlags& flags, const engine::Job& job) {
  std::vector<engine::Question> out;
  if (!flags.combinations.empty()) {
    engine::AskContrasts ask;
    ask.combinations = flags.combinations;
    if (flags.adjust != "none") ask.adjust = flags.adjust;
    out.push_back({"contrasts", ask});
  }
  for (const std::string& term : flags.terms) out.push_back({"term_" + term, engine::AskBlock{{}, term}});
  if (flags.vif) out.push_back({"vif", engine::AskVif{}});
  for (const std::string& mods : flags.compared) {
    engine::AskCompare ask{job.model};
    ask.other.mods = mods;
    out.push_back({"compared with " + mods, ask});
  }
  for (const std::string& random : flags.compared_random) {
    engine::AskCompare ask{job.model};
    ask.other.random.clear();
    ask.other.structure.clear();
    ask.other.sigma2.clear();
    ask.other.fix.clear();
    if (random != "none") ask.other.random.push_back(random);
    out.push_back({"compared with random " + random, ask});
  }
  return out;
}

}  // namespace hedgerow::cli
