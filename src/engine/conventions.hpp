// Conventions: what programs for meta-analysis do when nobody says what they should do, as data.
//
// Ten numbers out of ten can differ between two programs although both are right, because each has its own defaults:
// which correction of d, which variance, which estimator of tau2, which I2, which prediction interval, which Egger
// test, which model that trims. A Convention is one such choice, a Choice one way to make it, and a Program a choice
// for each convention. `--as NAME` applies a program's choices to a Job; engine/differences.hpp goes from one program
// to another, one choice at a time.
//
// Left out on purpose: whether a program pools by a common or a random effect. That is a question about the data, not
// a habit of a program, and every program here does both.
//
// The table is in conventions_table.cpp. Where a setting could not be checked in a program's source, manual or printed
// output it says so (Setting::checked); docs/compatibility.md repeats it for readers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "engine/job.hpp"

namespace hedgerow::engine {

/// In the order in which explanations change them: from the effects of single studies to the tests of the whole.
enum class Convention {
  j,               ///< Hedges' correction of d
  smd_variance,    ///< sampling variance of SMD
  rom_correction,  ///< bias correction of the log ratio of means
  double_zeros,    ///< tables without events in both groups
  continuity,      ///< what is added to tables with an empty cell
  pooling,         ///< common effect of 2x2 tables
  tau2,            ///< estimator of the between-study variance
  q_centre,        ///< what Q is taken about before tau2 by DL
  test,            ///< test and interval of the mean
  i2,              ///< definition of I2 and H2
  prediction,      ///< prediction interval
  egger,           ///< regression test for funnel plot asymmetry
  trim_fill        ///< which model trims
};
inline constexpr std::size_t kConventionCount = 13;

/// One way to make a choice. "none" stands for: the program does not offer it.
struct Choice {
  std::string_view value;  ///< as a Job spells it where a Job has it
  std::string_view words;  ///< formula in words
  std::string_view source;
};

struct ConventionText {
  Convention id;
  std::string_view name;   ///< "tau2", as flags and JSON spell it
  std::string_view title;  ///< "estimator of tau2"
  std::vector<Choice> choices;
};

/// What a program does by default.
struct Setting {
  std::string_view value;
  bool checked = true;  ///< in the program's source, manual or printed output
};

struct Program {
  std::string_view name;          ///< "meta"
  std::string_view title;         ///< "meta 8 (R)"
  std::vector<Setting> settings;  ///< one per Convention, in their order
  std::string_view note;          ///< what the settings rest on

  const Setting& setting(Convention convention) const { return settings[static_cast<std::size_t>(convention)]; }
};

/// All conventions, in the order of the enumeration.
const std::vector<ConventionText>& conventions();
const ConventionText& convention_text(Convention convention);
/// By name; an Error with the nearest.
Expected<Convention> parse_convention(const std::string& name);
/// The choice with this value; choices that only users make (a test, an estimator) have words too.
const Choice& choice(Convention convention, std::string_view value);

/// All programs and versions: metafor first.
const std::vector<Program>& programs();
std::vector<std::string> program_names();
/// By name; an Error with the nearest.
Expected<const Program*> find_program(const std::string& name);

/// Whether the choice can matter for this job: J for a standardised mean difference computed from data, and so on.
bool concerns(Convention convention, const Job& job);
/// Writes the choice into effects, model or inference of the job, if it concerns it. Prediction interval, regression
/// test and trimming are choices of questions (below) and leave the job alone.
void apply(Convention convention, std::string_view value, Job& job);
/// All choices of a program but those that are held.
void apply(const Program& program, const std::vector<Convention>& held, Job& job);

/// Tables pooled by Mantel and Haenszel as meta and RevMan do: 0.5 added to the cells of studies with a zero, tables
/// without events in both groups left out of OR and RR, Greenland and Robins' variance of RD, whose differences are
/// those of the cells as given.
CountRequest pooled_tables(const std::string& measure);

/// The questions that follow a program's habits; nothing where it does not offer them.
std::optional<AskPredict> prediction_question(std::string_view value);
std::optional<AskRegressionTest> regression_question(std::string_view value);
std::optional<AskTrimFill> trim_fill_question(std::string_view value);

}  // namespace hedgerow::engine
