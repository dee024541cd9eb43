// TR: what makes readers ask about a trial. Never an error, and never a word on intent. Source: mol2023 (TRACT),
// wilkinson2024 (INSPECT-SR).
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "audit/check.hpp"
#include "audit/detail/arm_view.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

void run_retracted(const Subject& subject, Sink& sink) {
  if (!subject.log) return;
  sink.looked();
  for (const std::int64_t record : subject.log->retracted)
    sink.add(fmt::format("record {}", record), fmt::format("Record {} is marked as retracted and is included.", record),
             {subject.log->place})
        .causes = {"a retraction after the decision", "a notice of a correction read as a retraction"};
}

/// Randomised and lost people of a study over its groups.
struct Flow {
  double randomised = 0, lost = 0;
  bool known = true;
  Place place;
};

void run_nobody_lost(const Subject& subject, Sink& sink) {
  std::map<std::string, Flow> flows;
  for (const detail::Arm& arm : detail::arms_of(subject)) {
    const auto randomised = arm.number("randomised"), lost = arm.number("lost");
    if (!randomised && !lost) continue;
    Flow& flow = flows[arm.text("study")];
    flow.known = flow.known && randomised && lost;
    flow.randomised += randomised ? randomised->value : 0;
    flow.lost += lost ? lost->value : 0;
    flow.place = arm.place("lost");
  }
  for (const auto& [study, flow] : flows) {
    if (!flow.known) continue;
    sink.looked();
    if (flow.randomised < sink.limit() || flow.lost > 0) continue;
    sink.add(fmt::format("study \"{}\"", study), fmt::format("Nobody of {} people was lost.", flow.randomised),
             {flow.place});
  }
}

void run_equal_groups(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::rows))
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      const auto n1 = sheet->number(row, "randomised1") ? sheet->number(row, "randomised1") : sheet->number(row, "n1i");
      const auto n2 = sheet->number(row, "randomised2") ? sheet->number(row, "randomised2") : sheet->number(row, "n2i");
      const std::string design = to_lower(sheet->text(row, "design"));
      if (!n1 || !n2 || design.find("simple random") == std::string::npos) continue;
      sink.looked();
      if (n1->value + n2->value < sink.limit() || std::fabs(n1->value - n2->value) > 1) continue;
      sink.add(sheet->subject(row),
               fmt::format("Groups of {} and {} people are unlikely by simple randomisation.", n1->text, n2->text),
               {sheet->place(row, "n1i"), sheet->place(row, "design")})
          .causes = {"randomisation in blocks that was not reported"};
    }
}

const Check kChecks[] = {
    {"TR-01", "Retracted and included", Severity::warning, "An included document that its export marks as retracted.",
     "mark of retraction in the record", "corrections", "Look at the notice; show the result without it.",
     "wilkinson2024", run_retracted},
    {"TR-07", "Nobody was lost", Severity::note, "A large trial that lost nobody.", "100 people or more, 0 lost",
     "inpatients, short trials", "Look at the flow of people.", "mol2023", run_nobody_lost, 100},
    {"TR-09", "Equal groups by simple randomisation", Severity::note,
     "Groups of equal size where the design says simple randomisation.", "|n1 - n2| <= 1 and 60 people or more",
     "blocks that were not reported", "Ask how people were allocated.", "mol2023", run_equal_groups, 60},
};

}  // namespace

std::span<const Check> trial_checks() { return kChecks; }

}  // namespace hedgerow::audit
