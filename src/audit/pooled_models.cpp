// Printed pooled results against the models that print them. Where the data of a review are there, the engine searched
// (subject.hpp, PrintedModel); where a paper prints its effects, they are pooled again (pooled_refits.cpp).
#include <fmt/format.h>

#include "audit/detail/pooled_groups.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

constexpr std::size_t kShown = 6;

void run_searched(const Subject& subject, Sink& sink) {
  for (const PrintedModel& model : subject.printed_models) {
    sink.looked();
    if (model.by_declared) continue;
    if (model.tried == 0) {
      sink.could_not("models that cannot be compared with those of other programs");
      continue;
    }
    const bool any = !model.matches.empty();
    Finding& finding =
        sink.add(fmt::format("analysis \"{}\"", model.analysis),
                 any ? fmt::format("The printed result ({}) is not that of the declared model ({}), but of {}.",
                                   model.printed, model.declared, model.matches.front())
                     : fmt::format("None of {} usual models prints this result ({}).", model.tried, model.printed),
                 model.places);
    for (std::size_t i = 0; i < model.matches.size() && i < kShown; ++i)
      finding.arithmetic.push_back("prints it: " + model.matches[i]);
    if (model.matches.size() > kShown)
      finding.arithmetic.push_back(fmt::format("and {} more", model.matches.size() - kShown));
    if (!model.nearest.empty()) finding.arithmetic.push_back("nearest: " + model.nearest);
    finding.causes = any ? std::vector<std::string>{"another model than the text says", "another program's defaults"}
                         : std::vector<std::string>{"other data than those of the table", "digits mistyped"};
  }
}

void run_model(const Subject& subject, Sink& sink) {
  run_searched(subject, sink);
  run_refits(subject, sink);
}

const Check kChecks[] = {
    {"MA-02", "Which model printed this", Severity::warning,
     "A printed pooled result that the declared model, or any usual one, does not give.",
     "all estimators of tau2, tests, prediction intervals and conventions of the programs, three levels where studies "
     "have several rows, and Mantel-Haenszel and Peto where counts are told, are run on the data or on the printed "
     "effects within their rounding; those whose numbers round to the printed ones are listed; an error if none comes "
     "within three times of what rounding can do and k is that of the rows, a note where studies have several rows",
     "data that were changed after printing; other weights", "Name the model that was used.", "lopeznicolas2022",
     run_model},
};

}  // namespace

std::span<const Check> pooled_model_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
