// DE: spreads of a study's people that only a standard error explains, by those of the other studies.
//
// For each characteristic LR = ln t((x + ln sqrt(m) - median) / s) - ln t((x - median) / s), x = ln spread, as for the
// outcomes of a table (detail/peers.hpp); the characteristics of a study are added up. m is the number of people, or of
// one of two equal groups. Studies that describe one sample are no peers of each other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "audit/detail/peers.hpp"
#include "audit/detail/sample_groups.hpp"
#include "audit/detail/samples.hpp"
#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

/// Sum of LR from which a study is named: e^5 = 148 times as likely.
constexpr double kClearSum = 5;
/// No characteristic may speak against it by more than this.
constexpr double kAgainst = -0.5;
constexpr double kFloor = 0.15;
/// A set of samples is one study among peers below this chance.
constexpr double kOneSample = 1e-4;

struct Spread {
  std::size_t row = 0;
  Reported sd;
  double n = 0;
};

std::vector<std::string> sample_names(const Sheet& studies) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < studies.rows(); ++row) out.push_back(fmt::format("row {}", row));
  for (const SampleSet& set : sample_sets(studies, kOneSample))
    for (const std::size_t row : set.rows) out[row] = fmt::format("row {}", set.rows.front());
  for (const auto& rows : declared_samples(studies))
    for (const std::size_t row : rows) out[row] = fmt::format("row {}", rows.front());
  return out;
}

/// What one characteristic says about a study: LR for m = n and for m = n / 2.
struct Says {
  std::string name;
  Reported sd;
  double median = 0;
  double whole = 0, half = 0;
};

void look_at(const Sheet& studies, const std::string& name, const std::vector<std::string>& samples,
             std::map<std::size_t, std::vector<Says>>& out, Sink& sink) {
  std::vector<Spread> spreads;
  std::vector<double> values;
  std::vector<std::string> of;
  for (std::size_t row = 0; row < studies.rows(); ++row) {
    const auto sd = studies.number(row, name + "_sd"), n = studies.number(row, "n");
    if (!sd || !n || sd->range.lo <= 0 || n->value < 4) continue;
    spreads.push_back({row, *sd, n->value});
    values.push_back(std::log(sd->value));
    of.push_back(samples[row]);
  }
  const PeerGroup group(values, of, kFloor);
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    const auto peers = group.of(i);
    if (!peers) {
      sink.could_not("fewer than five samples with spreads of one characteristic");
      return;
    }
    sink.looked();
    const double n = spreads[i].n, sampling = 1 / std::sqrt(2 * (n - 1));
    out[spreads[i].row].push_back({name, spreads[i].sd, std::exp(peers->median),
                                   log_ratio(values[i], 0.5 * std::log(n), *peers, sampling),
                                   log_ratio(values[i], 0.5 * std::log(n / 2), *peers, sampling)});
  }
}

void report(const Sheet& studies, std::size_t row, const std::vector<Says>& says, bool whole, double sum, Sink& sink) {
  const double n = studies.number(row, "n")->value, m = whole ? n : n / 2;
  std::vector<Place> places;
  std::vector<std::string> lines, names;
  for (const Says& one : says) {
    places.push_back(studies.place(row, one.name + "_sd"));
    names.push_back(fmt::format("{} {}", studies.column(one.name + "_sd"), one.sd.text));
    lines.push_back(fmt::format("{}: {} * sqrt({}) = {}, median of the other samples {}", one.name, one.sd.text,
                                format_shortest(m), format_significant(one.sd.value * std::sqrt(m), 3),
                                format_significant(one.median, 3)));
  }
  Finding& finding =
      sink.add(studies.subject(row),
               fmt::format("The spreads of \"{}\" ({}) are far below those of the other samples; as standard errors of "
                           "{} people they would fit.",
                           studies.text(row, "study"), join(names, ", "), format_shortest(m)),
               std::move(places));
  finding.arithmetic = std::move(lines);
  finding.arithmetic.push_back(fmt::format("standard errors are {} times as likely as standard deviations",
                                           format_significant(std::exp(sum), 2)));
  finding.causes = {"standard errors printed after the plus-minus sign", "people chosen to be alike"};
}

void run_sample_spread(const Subject& subject, Sink& sink) {
  for (const Sheet* studies : subject.of(SheetKind::studies)) {
    if (!studies->has("n")) continue;
    const auto samples = sample_names(*studies);
    std::map<std::size_t, std::vector<Says>> says;
    for (const char* name : {"age", "height", "mass", "bmi"})
      if (studies->has(fmt::format("{}_sd", name))) look_at(*studies, name, samples, says, sink);
    for (const auto& [row, all] : says) {
      if (all.size() < 2) continue;
      double whole = 0, half = 0, least_whole = 0, least_half = 0;
      for (const Says& one : all) {
        whole += one.whole;
        half += one.half;
        least_whole = std::min(least_whole, one.whole);
        least_half = std::min(least_half, one.half);
      }
      const bool as_whole = least_whole >= kAgainst && whole > kClearSum;
      const bool as_half = least_half >= kAgainst && half > kClearSum;
      if (!as_whole && !as_half) continue;
      const bool better_whole = as_whole && (!as_half || whole >= half);
      report(*studies, row, all, better_whole, better_whole ? whole : half, sink);
    }
  }
}

const Check kChecks[] = {
    {"DE-18", "Standard errors as the spreads of a sample", Severity::warning,
     "A study whose people have spreads of age, height or mass that only fit the other studies as standard errors.",
     "LR = ln t((ln s + ln sqrt(m) - median) / s_tot) - ln t((ln s - median) / s_tot) summed over at least two "
     "characteristics > 5, none below -0.5; m = n or n / 2",
     "people chosen within narrow limits", "Check what stands after the plus-minus sign in the report.", "kadlec2023",
     run_sample_spread},
};

}  // namespace

std::span<const Check> sample_spread_checks() { return kChecks; }

}  // namespace hedgerow::audit::detail
