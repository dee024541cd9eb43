#include "cli/grade_decide.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"
#include "cli/review_flags.hpp"
#include "engine/review_spec.hpp"
#include "workflow/grade_log.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::cli {
namespace {

struct DecideFlags {
  ReviewFlags review;
  std::string outcome, domain, reason;
  std::optional<int> step;
  bool withdraw = false;
};

Expected<review::GradeOutcome> outcome_of(const DecideFlags& flags) {
  const std::string path = flags.review.folder + "/" + engine::kReviewFile;
  HR_TRY(const std::string bytes, read_file(path));
  HR_TRY(const engine::ReviewSpec spec, engine::parse_review(bytes, path));
  std::vector<std::string> ids;
  for (const review::GradeOutcome& outcome : spec.grade.outcomes) {
    if (outcome.id == flags.outcome) return outcome;
    ids.push_back(outcome.id);
  }
  return make_error(ErrorCode::usage,
                    fmt::format("no [[grade.outcome]] has the id '{}'{}; there are: {}", flags.outcome,
                                did_you_mean(flags.outcome, ids), ids.empty() ? "none" : join(ids, ", ")),
                    "--outcome");
}

Expected<review::GradeDomain> domain_of(const DecideFlags& flags) {
  if (const auto domain = review::grade_domain_named(flags.domain)) return *domain;
  std::vector<std::string> names;
  for (const review::GradeDomain domain : review::grade_domains()) names.push_back(review::grade_domain_name(domain));
  return make_error(ErrorCode::usage,
                    fmt::format("'{}' is no domain of GRADE{}; there are: {}", flags.domain,
                                did_you_mean(flags.domain, names), join(names, ", ")),
                    "--domain");
}

/// The certainty with the log's steps and the new one; an Error where the rules refuse it.
Expected<review::GradeCertainty> certainty_with(review::GradeOutcome outcome,
                                                const std::vector<store::Event>& standing) {
  HR_TRY(const auto steps, workflow::logged_steps(standing));
  review::apply_steps(steps, outcome);
  return review::grade_certainty(outcome.judgement);
}

Checked decide(const DecideFlags& flags) {
  if (flags.withdraw == flags.step.has_value())
    return make_error(ErrorCode::usage, "give --step, or --withdraw to take the logged step back", "--step");
  HR_TRY(const std::string author, author_of(flags.review));
  HR_TRY(const review::GradeOutcome outcome, outcome_of(flags));
  HR_TRY(const review::GradeDomain domain, domain_of(flags));
  HR_TRY(store::Store store, store::Store::open(flags.review.folder + "/hedgerow.db"));
  HR_TRY(const std::vector<store::Event> events, store.events());
  std::vector<store::Event> standing = workflow::standing_events(events);
  const store::Event event = workflow::grade_event(flags.outcome, domain, flags.step, flags.reason, author);
  standing.push_back(event);
  auto certainty = certainty_with(outcome, standing);
  if (!certainty) return make_error(ErrorCode::usage, certainty.error().message, "grade decide");
  HR_CHECK(store.append(std::vector<store::Event>{event}));
  const nlohmann::ordered_json out{{"schema", "hedgerow.grade-decide/1"},
                                   {"outcome", flags.outcome},
                                   {"level", certainty->level},
                                   {"certainty", review::grade_word(certainty->level)}};
  return emit("", flags.review.json ? out.dump() + "\n"
                                    : fmt::format("{}: {} {}\n", outcome.name, review::grade_symbol(certainty->level),
                                                  review::grade_word(certainty->level)));
}

}  // namespace

void add_grade_decide_command(CLI::App& grade, Action& action) {
  CLI::App& command = *grade.add_subcommand(
      "decide", "A judgement into the store; it wins over review.toml, and hedgerow undo takes it back");
  const auto flags = std::make_shared<DecideFlags>();
  add_review_flags(command, flags->review, true);
  command.add_option("--outcome", flags->outcome, "Id of a [[grade.outcome]]")->required();
  command.add_option("--domain", flags->domain, "risk_of_bias, inconsistency, indirectness, imprecision, ...")
      ->required();
  command.add_option("--step", flags->step, "-2 to 0 where the domain rates down, 0 to 2 where it rates up");
  command.add_option("--reason", flags->reason, "The footnote; needed unless the step is 0");
  command.add_flag("--withdraw", flags->withdraw, "Take the logged step back: what review.toml says holds again");
  command.callback([&action, flags] {
    action = [flags] {
      const Checked done = decide(*flags);
      return done ? 0 : report(done.error());
    };
  });
}

}  // namespace hedgerow::cli
