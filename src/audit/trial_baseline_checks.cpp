// TR: tables of groups before treatment, by simulation of the randomisation that they report.
//
// Baseline differences. For each variable j of a study with means m1, m2, SDs and sizes of two groups
//
//   d_j = |m1 - m2| / sqrt(sd1^2 / n1 + sd2^2 / n2),   u_j = 2 Phi(d_j) - 1,   T = sum Phi^-1(u_j)
//
// T is compared with its distribution when both groups come from one population and every mean is rounded to the digits
// that are printed. Recomputing p-values from rounded means without that is wrong by far: with means in whole numbers
// 99 of 100 true randomisations would be flagged. Variables of one person go together, so the same is asked with a
// correlation of 0.3 between the differences, and both must be below 1 in 10,000. Sources: carlisle2017, bolland2019,
// proschan2020.
//
// Similar SDs. The spread of ln sd over the groups of a study against SDs of normal samples from one population,
// rounded alike (Wilson and Hilferty's chi-squared). Source: simonsohn2013.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "audit/check.hpp"
#include "audit/detail/arm_view.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "stats/distributions.hpp"

namespace hedgerow::audit {

namespace {

using detail::Arm;

constexpr std::size_t kSimulations = 40000;
constexpr double kRare = 1e-4, kCorrelation = 0.3;

/// A group's mean, SD and size before treatment.
struct Baseline {
  Reported mean, sd;
  double n = 0;
  Place place;
};

bool before_treatment(const std::string& time) {
  const std::string word = to_lower(time);
  return word == "baseline" || word == "pre" || word == "before" || word == "0";
}

std::optional<Baseline> baseline_of(const Arm& arm) {
  const bool entered = before_treatment(arm.text("time"));
  const char *mean_name = entered ? "mean" : "mean_pre", *sd_name = entered ? "sd" : "sd_pre";
  const auto mean = arm.number(mean_name), sd = arm.number(sd_name);
  const auto n = detail::people(arm, 1);
  if (!mean || !sd || !n || !(sd->value > 0)) return std::nullopt;
  return Baseline{*mean, *sd, static_cast<double>(*n), arm.place(mean_name)};
}

using Variables = std::map<std::string, std::vector<Baseline>>;  ///< variable -> groups, the same group once

bool same(const Baseline& a, const Baseline& b) {
  return a.mean.text == b.mean.text && a.sd.text == b.sd.text && a.n == b.n;
}

std::map<std::string, Variables> studies_of(const Subject& subject) {
  std::map<std::string, Variables> out;
  for (const Arm& arm : detail::arms_of(subject)) {
    const auto baseline = baseline_of(arm);
    if (!baseline) continue;
    std::vector<Baseline>& groups = out[arm.text("study")][arm.text("outcome")];
    if (std::none_of(groups.begin(), groups.end(), [&](const Baseline& other) { return same(other, *baseline); }))
      groups.push_back(*baseline);
  }
  return out;
}

double standard_error(const Baseline& group) { return group.sd.value / std::sqrt(group.n); }

/// Phi^-1(2 Phi(d) - 1), held within what doubles tell apart.
double score(double d) {
  const double u = 1 - 2 * stats::normal_upper(d);
  return stats::normal_quantile(std::clamp(u, 1e-6, 1 - 1e-6));
}

/// Two groups of one variable.
struct Pair {
  const Baseline *one, *other;

  double error() const { return std::hypot(standard_error(*one), standard_error(*other)); }
  double observed() const { return score(std::fabs(one->mean.value - other->mean.value) / error()); }
  /// The score of two groups of one population; z1, z2 standard normal, `shift` where the population lies between two
  /// printable means.
  double simulated(double z1, double z2, double shift) const {
    const double unit = 2 * std::min(one->mean.half_unit(), other->mean.half_unit());
    const auto rounded = [&](double x) { return unit * std::round(x / unit); };
    const double m1 = rounded(shift * unit + standard_error(*one) * z1);
    const double m2 = rounded(shift * unit + standard_error(*other) * z2);
    return score(std::fabs(m1 - m2) / error());
  }
};

/// How often a simulated randomisation is at least as alike, or as unlike.
struct Rarity {
  double alike = 1, unlike = 1;
};

Rarity rarity(const std::vector<Pair>& pairs, double correlation) {
  double observed = 0;
  for (const Pair& pair : pairs) observed += pair.observed();
  RandomStream random(1, 0);
  const double common = std::sqrt(correlation), own = std::sqrt(1 - correlation);
  std::size_t alike = 0, unlike = 0, done = 0;
  // Once both tails have been seen more often than the limit allows, nothing can be found any more.
  constexpr double kEnough = 5 + kRare * kSimulations;
  while (done < kSimulations && (static_cast<double>(alike) < kEnough || static_cast<double>(unlike) < kEnough)) {
    const double f1 = random.normal(), f2 = random.normal();
    double sum = 0;
    for (const Pair& pair : pairs)
      sum += pair.simulated(common * f1 + own * random.normal(), common * f2 + own * random.normal(), random.uniform());
    alike += sum <= observed;
    unlike += sum >= observed;
    ++done;
  }
  const auto share = [&](std::size_t times) { return static_cast<double>(times) / static_cast<double>(done); };
  return {share(alike), share(unlike)};
}

void run_baseline(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 8;
  for (const auto& [study, variables] : studies_of(subject)) {
    std::vector<Pair> pairs;
    std::vector<Place> places;
    for (const auto& [variable, groups] : variables) {
      if (groups.size() < 2) continue;
      pairs.push_back({&groups[0], &groups[1]});
      places.push_back(groups[0].place);
    }
    if (pairs.size() < kFewest) continue;
    sink.looked();
    const Rarity independent = rarity(pairs, 0);
    const bool alike = independent.alike < kRare, unlike = independent.unlike < kRare;
    if (!alike && !unlike) continue;
    const Rarity correlated = rarity(pairs, kCorrelation);
    if ((alike ? correlated.alike : correlated.unlike) >= kRare) continue;
    sink.add(fmt::format("study \"{}\"", study),
             fmt::format("The groups are more {} before treatment in {} variables than in {} of {} simulated "
                         "randomisations.",
                         alike ? "alike" : "unlike", pairs.size(), kSimulations - 1, kSimulations),
             places)
        .causes = {"groups that were matched or stratified", "standard errors in place of SDs",
                   alike ? "variables that are copies of one another" : "allocation that was not random"};
  }
}

double spread_of_logs(const std::vector<double>& sds) {
  double mean = 0, out = 0;
  for (const double sd : sds) mean += std::log(sd) / static_cast<double>(sds.size());
  for (const double sd : sds) out += (std::log(sd) - mean) * (std::log(sd) - mean);
  return out;
}

/// How often SDs of samples from one population, rounded as these are, are at least as much alike.
double alikeness(const std::vector<Baseline>& groups) {
  std::vector<double> sds;
  double squares = 0, people = 0, unit = HUGE_VAL;
  for (const Baseline& group : groups) {
    sds.push_back(group.sd.value);
    squares += (group.n - 1) * group.sd.value * group.sd.value;
    people += group.n - 1;
    unit = std::min(unit, 2 * group.sd.half_unit());
  }
  const double observed = spread_of_logs(sds) * (1 + 1e-12), pooled = std::sqrt(squares / people);
  RandomStream random(2, 0);
  std::size_t alike = 0, done = 0;
  for (; done < kSimulations && static_cast<double>(alike) < 5 + kRare * kSimulations; ++done) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const double a = 2 / (9 * (groups[i].n - 1)), cube = 1 - a + std::sqrt(a) * random.normal();
      const double sd = pooled * std::pow(std::max(cube, 1e-3), 1.5);
      sds[i] = std::max(unit, unit * std::round(sd / unit));
    }
    alike += spread_of_logs(sds) <= observed;
  }
  return static_cast<double>(alike) / static_cast<double>(done);
}

void run_similar_spreads(const Subject& subject, Sink& sink) {
  constexpr std::size_t kFewest = 4;
  for (const auto& [study, variables] : studies_of(subject))
    for (const auto& [variable, groups] : variables) {
      if (groups.size() < kFewest ||
          std::any_of(groups.begin(), groups.end(), [](const Baseline& g) { return g.n < 3; }))
        continue;
      sink.looked();
      if (alikeness(groups) >= kRare) continue;
      sink.add(fmt::format("study \"{}\", outcome \"{}\"", study, variable),
               fmt::format("The SDs of {} groups before treatment are more alike than in {} of {} simulated samples.",
                           groups.size(), kSimulations - 1, kSimulations),
               {groups.front().place})
          .causes = {"one pooled SD printed for every group", "groups that were matched"};
    }
}

/// Digits of a number that carry information: "0.50" has two.
std::size_t significant_digits(const std::string& text) {
  const std::size_t first = text.find_first_of("123456789");
  if (first == std::string::npos) return 0;
  return static_cast<std::size_t>(std::count_if(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(),
                                                [](unsigned char c) { return std::isdigit(c) != 0; }));
}

void run_repeated(const Subject& subject, Sink& sink) {
  constexpr std::size_t kDigits = 3;
  struct Cells {
    std::set<std::string> outcomes;
    std::vector<Place> places;
  };
  std::map<std::pair<std::string, std::string>, Cells> seen;  // study; mean / SD
  for (const Arm& arm : detail::arms_of(subject))
    for (const detail::Time& time : detail::times()) {
      const auto mean = arm.number(time.mean), sd = arm.number(time.sd);
      if (!mean || !sd) continue;
      sink.looked();
      if (significant_digits(mean->text) < kDigits || significant_digits(sd->text) < kDigits) continue;
      Cells& cells = seen[{arm.text("study"), mean->text + " / " + sd->text}];
      if (cells.outcomes.insert(arm.text("outcome")).second) cells.places.push_back(arm.place(time.mean));
    }
  for (const auto& [key, cells] : seen)
    if (cells.outcomes.size() > 1)
      sink.add(fmt::format("study \"{}\"", key.first),
               fmt::format("Mean and SD {} stand for {} different outcomes.", key.second, cells.outcomes.size()),
               cells.places)
          .causes = {"a cell copied to another row", "one outcome under two names"};
}

const Check kChecks[] = {
    {"TR-04", "Groups before treatment", Severity::note,
     "Groups that are more alike, or more unlike, before treatment than randomisation makes them.",
     "sum of normal scores of the differences in at least 8 variables against 40,000 simulated randomisations with the "
     "printed rounding, below 1 in 10,000 without correlation and with one of 0.3",
     "stratified or matched groups, stronger correlations", "Ask how people were allocated.", "carlisle2017",
     run_baseline},
    {"TR-05", "Similar SDs", Severity::note, "SDs of several groups that are more alike than samples are.",
     "sum of squares of ln sd about their mean against 40,000 simulated samples, below 1 in 10,000, at least 4 groups",
     "one pooled SD printed for every group", "Ask for the SD of each group.", "simonsohn2013", run_similar_spreads},
    {"TR-06", "Repeated cells", Severity::note, "The same mean and SD for different outcomes of one study.",
     "equal texts of at least three digits each", "one outcome under two names", "Look at the report.", "wilkinson2024",
     run_repeated},
};

}  // namespace

std::span<const Check> trial_baseline_checks() { return kChecks; }

}  // namespace hedgerow::audit
