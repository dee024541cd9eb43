// Instruments that tables name: the ends of their scale, the step of a person's score, which end is better.
//
// Shipped entries are those of share/dictionary; files of a review add to them or replace them
// (docs/formats/dictionary.md). A name is found as it stands, ignoring case and signs, in a cell as a whole, in its
// parentheses or before them: never as a part of another name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::audit {

enum class Better { unknown, higher, lower };

struct DictionaryEntry {
  std::string id, name;
  std::vector<std::string> aliases;
  std::optional<double> min, max;  ///< ends of the scale of one person's score; both or none
  int items = 0;                   ///< 0: not told
  std::optional<double> step;      ///< of one person's score
  Better better = Better::unknown;
  std::string unit;                                    ///< of measures of the body
  std::map<std::string, double> units;                 ///< other unit -> factor into `unit`
  std::optional<std::pair<double, double>> plausible;  ///< of means of groups
  std::string source;                                  ///< key of docs/references.bib, or "own"
};

class Dictionary {
 public:
  /// The shipped entries.
  static const Dictionary& builtin();
  /// Adds the entries of a file; one whose id or name is there replaces it. Errors: the file's, with line.
  Checked add(std::string_view bytes, const std::string& source);

  /// The entry that a cell names; null if there is none.
  const DictionaryEntry* find(std::string_view cell) const;
  const std::vector<DictionaryEntry>& entries() const { return entries_; }

 private:
  void put(DictionaryEntry entry);

  std::vector<DictionaryEntry> entries_;
  std::map<std::string, std::size_t, std::less<>> places_;  ///< by folded name
};

}  // namespace hedgerow::audit
