// What the audit says: one finding per contradiction, with its place, its arithmetic and, if there is only one, its
// repair.
//
// Words: "inconsistent", "cannot be obtained from", "unusual". A finding never speaks of intent.
#pragma once

#include <string>
#include <vector>

namespace hedgerow::audit {

/// info: done well or not checkable; note: wants a reader's judgement; warning: probably a mistake or an unsound
/// method; error: impossible or self-contradictory, never resting on an assumption about distributions.
enum class Severity { info, note, warning, error };
std::string name(Severity severity);

/// A cell of a table, or a key of a settings file.
struct Place {
  std::string file;
  std::size_t line = 0;  ///< 0: the whole file
  std::string column;    ///< name of the column or key; may be empty
  std::string text;      ///< what stands there
};

struct Finding {
  std::string check;  ///< "AR-04"
  Severity severity = Severity::warning;
  std::string subject;                  ///< "study \"Lee 2020\", outcome \"VO2max\"": how suppressions name it
  std::vector<Place> places;            ///< the cell that is wrong first, then those that say so
  std::string message;                  ///< one sentence with the numbers
  std::vector<std::string> arithmetic;  ///< the formula with numbers filled in, a line each
  std::vector<std::string> causes;      ///< likely ones first
  std::string repair;                   ///< empty unless exactly one repair removes the contradiction
  std::string effect;      ///< what the repair does to the pooled result; empty if it does nothing or is not known
  bool decides = false;    ///< whether a conclusion (significance, a level of certainty) depends on it
  std::string suppressed;  ///< reason of the suppression that covers it; empty: none
};

}  // namespace hedgerow::audit
