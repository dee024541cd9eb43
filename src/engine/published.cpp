// Which conventions give printed numbers: a bounded search over the programs' choices.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/missing.hpp"
#include "base/text.hpp"
#include "engine/differences.hpp"
#include "engine/run.hpp"

namespace hedgerow::engine {
namespace {

/// A printed number: what rounds to it lies within half a unit of its last digit.
struct Printed {
  std::string name;
  double value = 0, half_unit = 0;
};

struct Wanted {
  std::vector<Printed> numbers;
  bool exponential = false;

  bool asks(std::initializer_list<const char*> names) const {
    return std::any_of(numbers.begin(), numbers.end(), [&](const Printed& printed) {
      return std::find(names.begin(), names.end(), printed.name) != names.end();
    });
  }
};

bool on_effect_scale(const std::string& name) {
  static const std::vector<std::string> names{"estimate", "ci_lb",  "ci_ub",     "pi_lb",
                                              "pi_ub",    "filled", "filled_lb", "filled_ub"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

Expected<Wanted> parse_wanted(const std::vector<std::pair<std::string, std::string>>& numbers) {
  Wanted out;
  const std::vector<std::string>& known = number_names();
  for (const auto& [name, text] : numbers) {
    if (name == "transf") {
      if (text != "exp") return make_error(ErrorCode::usage, fmt::format("transf is exp, found '{}'", text));
      out.exponential = true;
      continue;
    }
    if (std::find(known.begin(), known.end(), name) == known.end())
      return make_error(ErrorCode::usage, fmt::format("no number is called '{}'{}; there are {}", name,
                                                      did_you_mean(name, known), join(known, ", ")));
    const auto value = parse_number(text);
    if (!value)
      return make_error(ErrorCode::usage, fmt::format("{} is '{}'; expected a number as printed", name, text));
    const std::size_t dot = text.find('.');
    const double digits = dot == std::string::npos ? 0 : static_cast<double>(text.size() - dot - 1);
    out.numbers.push_back({name, *value, 0.5 * std::pow(10, -digits)});
  }
  if (out.numbers.empty())
    return make_error(ErrorCode::usage, "no printed number was given, as in estimate=-0.49,ci_lb=-0.85");
  return out;
}

/// How far the outcome is from the printed numbers, in half units of their last digits; above 1 does not match.
struct Distance {
  double worst = 0;
  std::string name;
};

// Numbers that the outcome does not give count as infinitely far.
Distance distance(const Wanted& wanted, const Numbers& numbers) {
  Distance out;
  for (const Printed& printed : wanted.numbers) {
    double value = number(numbers, printed.name);
    if (wanted.exponential && on_effect_scale(printed.name)) value = std::exp(value);
    // A value midway between two printed ones may go either way, so that the edge belongs to both.
    const double far =
        is_missing(value) ? HUGE_VAL : std::fabs(value - printed.value) / (printed.half_unit * (1 + 1e-9));
    if (far > out.worst) out = {far, printed.name};
  }
  return out;
}

Wanted only(const Wanted& wanted, bool of_fit) {
  static const std::vector<std::string> fit_numbers{"k", "tau2", "QE", "estimate", "se", "pval", "ci_lb", "ci_ub"};
  Wanted out{{}, wanted.exponential};
  for (const Printed& printed : wanted.numbers) {
    const bool is_fit = std::find(fit_numbers.begin(), fit_numbers.end(), printed.name) != fit_numbers.end();
    if (is_fit == of_fit) out.numbers.push_back(printed);
  }
  return out;
}

// Choices of programs, and those that users make often.
std::vector<std::string> choices_of(Convention convention) {
  if (convention == Convention::tau2) return {"REML", "DL", "PM", "ML", "HE", "SJ", "HS"};
  if (convention == Convention::test) return {"z", "t", "knha", "adhoc"};
  std::vector<std::string> out;
  for (const Choice& one : convention_text(convention).choices)
    if (one.value != "none") out.emplace_back(one.value);
  return out;
}

bool same_numbers(const stats::Vector& a, const stats::Vector& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::fabs(x - y) <= 1e-12 * std::fabs(x) || (is_missing(x) && is_missing(y));
  });
}

// Whether the choices about the effects of single studies give these data the same effects: without an empty cell,
// nothing depends on what is done to empty cells.
bool is_idle(const Job& job, Convention convention) {
  if (convention > Convention::continuity || !concerns(convention, job)) return false;
  std::optional<effect::Effects> first;
  for (const std::string& value : choices_of(convention)) {
    Job with = job;
    with.effects_only = true;
    apply(convention, value, with);
    const auto result = run(with);
    if (!result) return false;
    const effect::Effects& effects = result->effects.effects;
    if (!first)
      first = effects;
    else if (!same_numbers(first->yi, effects.yi) || !same_numbers(first->vi, effects.vi))
      return false;
  }
  return true;
}

// Each combination of the choices that concern the job, on top of `start`.
std::vector<Settings> product(const Job& job, const Settings& start, const std::vector<Convention>& which) {
  std::vector<Settings> out{start};
  for (const Convention convention : which) {
    std::vector<Settings> next;
    for (const Settings& settings : out) {
      if (!concerns(convention, with_settings(job, settings))) {
        next.push_back(settings);
        continue;
      }
      for (const std::string& value : choices_of(convention)) {
        next.push_back(settings);
        next.back()[convention] = value;
      }
    }
    out = std::move(next);
  }
  return out;
}

// The programs whose choices are these, in what concerns the job and was varied.
std::vector<std::string> programs_with(const Job& job, const Settings& settings,
                                       const std::vector<Convention>& varied) {
  std::vector<std::string> out;
  const Job as = with_settings(job, settings);
  for (const Program& program : programs()) {
    const bool same = std::all_of(varied.begin(), varied.end(), [&](Convention convention) {
      return !concerns(convention, as) || settings[convention] == program.setting(convention).value;
    });
    if (same) out.emplace_back(program.name);
  }
  return out;
}

std::vector<Convention> question_conventions(const Wanted& wanted) {
  std::vector<Convention> out;
  if (wanted.asks({"I2", "H2"})) out.push_back(Convention::i2);
  if (wanted.asks({"pi_lb", "pi_ub"})) out.push_back(Convention::prediction);
  if (wanted.asks({"egger", "egger_p"})) out.push_back(Convention::egger);
  if (wanted.asks({"k0", "filled", "filled_lb", "filled_ub"})) out.push_back(Convention::trim_fill);
  return out;
}

const std::vector<Convention> kFitConventions{
    Convention::j,          Convention::smd_variance, Convention::rom_correction, Convention::double_zeros,
    Convention::continuity, Convention::pooling,      Convention::tau2,           Convention::q_centre,
    Convention::test};

class Search {
 public:
  Search(const Wanted& wanted, PublishedSettings& out) : wanted_(wanted), out_(out) {}

  // The fits first; the questions only of the fits whose own numbers agree.
  void run(const Job& job) {
    const Wanted of_fit = only(wanted_, true);
    std::vector<Convention> of_fits = kFitConventions;
    std::erase_if(of_fits, [&](Convention convention) { return is_idle(job, convention); });
    std::vector<Convention> varied = of_fits;
    const std::vector<Convention> asked = question_conventions(wanted_);
    varied.insert(varied.end(), asked.begin(), asked.end());
    Settings none;
    for (const Convention convention : {Convention::prediction, Convention::egger, Convention::trim_fill})
      none[convention] = "none";
    for (const Settings& fit : product(job, none, of_fits)) {
      const auto plain = outcome(job, fit);
      ++out_.tried;
      if (!plain) continue;
      if (asked.empty() || distance(of_fit, plain->numbers).worst > 1) {
        take(job, fit, varied, of_fit, plain->numbers);
        continue;
      }
      for (const Settings& settings : product(job, fit, asked)) {
        const auto whole = outcome(job, settings);
        if (whole) take(job, settings, varied, wanted_, whole->numbers);
      }
    }
  }

 private:
  void take(const Job& job, const Settings& settings, const std::vector<Convention>& varied, const Wanted& wanted,
            const Numbers& numbers) {
    const Distance far = distance(wanted, numbers);
    const Match match{job.model.method, settings, programs_with(job, settings, varied), numbers};
    if (far.worst < nearest_) {
      nearest_ = far.worst;
      out_.nearest = match;
      out_.worst = far.name;
    }
    if (far.worst <= 1) out_.matches.push_back(match);
  }

  const Wanted& wanted_;
  PublishedSettings& out_;
  double nearest_ = HUGE_VAL;
};

}  // namespace

Expected<PublishedSettings> published(const Job& job, const std::vector<std::pair<std::string, std::string>>& numbers) {
  HR_TRY(const Wanted wanted, parse_wanted(numbers));
  HR_CHECK(check_comparable(job));
  PublishedSettings out;
  Search search(wanted, out);
  Job random = job, common = job;
  if (job.model.method == "EE" || job.model.method == "FE" || job.model.method == "CE") random.model.method = "REML";
  common.model.method = "EE";
  search.run(random);
  search.run(common);
  std::stable_sort(out.matches.begin(), out.matches.end(),
                   [](const Match& a, const Match& b) { return !a.programs.empty() && b.programs.empty(); });
  return out;
}

}  // namespace hedgerow::engine
