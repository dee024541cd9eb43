// TR: how a trial ran by its dates and numbers of people. Never an error. Sources: mol2023 (TRACT), wilkinson2024
// (INSPECT-SR).
//
//   speed of recruitment   people / (months * sites), its logarithm against the other studies (detail/peers.hpp)
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit/check.hpp"
#include "audit/detail/days.hpp"
#include "audit/detail/peers.hpp"
#include "base/text.hpp"

namespace hedgerow::audit {

namespace {

using detail::Day;

std::optional<Day> day(const Sheet& sheet, std::size_t row, const char* quantity) {
  return detail::day_of(sheet.text(row, quantity));
}

template <typename Look>
void for_each_study(const Subject& subject, Look&& look) {
  for (const Sheet* sheet : subject.of(SheetKind::studies))
    for (std::size_t row = 0; row < sheet->rows(); ++row) look(*sheet, row);
}

/// Registration became usual with the demand of journals; earlier trials are not asked for it.
bool asked_to_register(const Sheet& sheet, std::size_t row) {
  constexpr double kSince = 2010 * 12.0;
  const auto started = day(sheet, row, "started"), published = detail::day_of(trim(sheet.text(row, "year")));
  if (started) return started->first >= kSince;
  return published && published->first >= kSince;
}

void run_unregistered(const Subject& subject, Sink& sink) {
  for (const Sheet* sheet : subject.of(SheetKind::studies)) {
    if (!sheet->has("registry")) continue;
    std::vector<Place> places;
    for (std::size_t row = 0; row < sheet->rows(); ++row) {
      if (!asked_to_register(*sheet, row)) continue;
      sink.looked();
      if (trim(sheet->text(row, "registry")).empty()) places.push_back(sheet->place(row, "registry"));
    }
    if (places.empty()) continue;
    sink.add(fmt::format("table {}", sheet->table().source()),
             fmt::format("{} begun since 2010 without a registration.",
                         places.size() == 1 ? "One study" : fmt::format("{} studies", places.size())),
             places);
  }
}

void run_registration(const Subject& subject, Sink& sink) {
  run_unregistered(subject, sink);
  for_each_study(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto registered = day(sheet, row, "registered"), started = day(sheet, row, "started");
    if (!registered || !started || !asked_to_register(sheet, row)) return;
    sink.looked();
    const double late = detail::months_between(*started, *registered);
    if (late < 1) return;
    sink.add(sheet.subject(row), fmt::format("Registered {} months after the first people entered.", std::floor(late)),
             {sheet.place(row, "registered"), sheet.place(row, "started")})
        .causes = {"a register that lags behind", "outcomes that were known when they were registered"};
  });
}

void run_planned_size(const Subject& subject, Sink& sink) {
  for_each_study(subject, [&](const Sheet& sheet, std::size_t row) {
    const auto planned = sheet.number(row, "planned_n"), n = sheet.number(row, "n");
    if (!planned || !n || !(planned->value > 0)) return;
    sink.looked();
    const double off = n->value / planned->value - 1;
    if (std::fabs(off) <= sink.limit()) return;
    sink.add(sheet.subject(row),
             fmt::format("{} people were planned, {} entered ({}{} %).", planned->text, n->text, off > 0 ? "+" : "",
                         format_fixed(100 * off, 0)),
             {sheet.place(row, "n"), sheet.place(row, "planned_n")})
        .causes = {"stopped early: say by which rule", "slow recruitment", "another plan than the registered one"};
  });
}

/// Studies whose speed of recruitment is told.
struct Speeds {
  std::vector<std::size_t> rows;
  std::vector<double> logs;
};

Speeds speeds_of(const Sheet& sheet) {
  Speeds out;
  for (std::size_t row = 0; row < sheet.rows(); ++row) {
    const auto n = sheet.number(row, "n"), months = sheet.number(row, "recruitment_months"),
               sites = sheet.number(row, "sites");
    const double time = months ? months->value * (sites ? sites->value : 1) : 0;
    if (!n || !(n->value > 0) || !(time > 0)) continue;
    out.rows.push_back(row);
    out.logs.push_back(std::log(n->value / time));
  }
  return out;
}

void run_speed(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 10;
  constexpr double kFloor = 0.3;
  for (const Sheet* sheet : subject.of(SheetKind::studies)) {
    const Speeds speeds = speeds_of(*sheet);
    if (speeds.rows.empty()) continue;
    if (speeds.rows.size() < kFewest) {
      sink.could_not("fewer than ten studies with people and months of recruitment");
      continue;
    }
    const detail::PeerGroup group(speeds.logs, {}, kFloor);
    for (std::size_t i = 0; i < speeds.rows.size(); ++i) {
      const auto peers = group.of(i);
      if (!peers) continue;
      sink.looked();
      if (detail::distance(speeds.logs[i], *peers, 0) <= sink.limit()) continue;
      const std::size_t row = speeds.rows[i];
      sink.add(sheet->subject(row),
               fmt::format("{} people a month and site, where the other studies have {}.",
                           format_significant(std::exp(speeds.logs[i]), 2),
                           format_significant(std::exp(peers->median), 2)),
               {sheet->place(row, "n"), sheet->place(row, "recruitment_months")})
          .causes = {"sites that are not told", "a common condition among rare ones"};
    }
  }
}

void run_time_line(const Subject& subject, Sink& sink) {
  static constexpr std::pair<const char*, const char*> kOrder[] = {
      {"started", "last_follow_up"}, {"last_follow_up", "submitted"}, {"started", "submitted"}};
  for_each_study(subject, [&](const Sheet& sheet, std::size_t row) {
    for (const auto& [before, behind] : kOrder) {
      const auto first = day(sheet, row, before), second = day(sheet, row, behind);
      if (!first || !second) continue;
      sink.looked();
      if (!detail::after(*first, *second)) continue;
      sink.add(sheet.subject(row), fmt::format("{} {} comes after {} {}.", before, first->text, behind, second->text),
               {sheet.place(row, behind), sheet.place(row, before)})
          .causes = {"a day that is mistyped"};
      return;
    }
  });
}

const Check kChecks[] = {
    {"TR-02", "Registration", Severity::note, "A trial without a registration, or registered after it had begun.",
     "begun (or published) since 2010 and an empty registry; registered at least a month after the start",
     "registers that lag behind", "Compare the registered outcomes with the reported ones.", "mol2023",
     run_registration},
    {"TR-03", "Planned number of people", Severity::note, "A trial much smaller or larger than planned.",
     "n off planned_n by more than 15 %", "rules for stopping", "Ask why it ended.", "mol2023", run_planned_size, 0.15},
    {"TR-08", "Speed of recruitment", Severity::note, "A trial that recruited much faster than the others.",
     "log of people per month and site more than 3 robust SDs above the other studies, ten studies or more",
     "sites that are not told", "Ask how people were found.", "wilkinson2024", run_speed, 3},
    {"TR-10", "Days out of order", Severity::warning,
     "A trial submitted before its last visit, or ended before it began.",
     "started <= last_follow_up <= submitted, for certain by the digits that are told", "mistyped days",
     "Look at the report.", "mol2023", run_time_line},
};

}  // namespace

std::span<const Check> trial_course_checks() { return kChecks; }

}  // namespace hedgerow::audit
