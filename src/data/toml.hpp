// TOML as a light tree with places, and a reader that turns it into structs and knows what was not read.
//
// toml++ stays in toml.cpp: its header costs seconds of compile time. Keys keep the order of the file, which
// toml++ itself does not (labels of subgroups are shown in the order in which the user wrote them).
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::data {

struct TomlNode;
struct TomlEntry;
using TomlArray = std::vector<TomlNode>;
/// In the order of the file. Behind a pointer, because an entry is not complete before a node is.
using TomlTable = std::shared_ptr<const std::vector<TomlEntry>>;

struct TomlNode {
  std::variant<std::string, double, bool, std::shared_ptr<const TomlArray>, TomlTable> value;
  int line = 0;
  int column = 0;
};

struct TomlEntry {
  std::string name;
  TomlNode node;
};

/// Parses a file's text. Errors carry line and column. Dates are read as texts.
Expected<TomlNode> parse_toml(std::string_view bytes, const std::string& source);

/// The first error of a reading; later ones are dropped, because they are often its consequences. A misspelt key is
/// found last and is often the cause of the others ([[subst]] leaves analyses without their subset), so it goes first.
struct TomlErrors {
  std::optional<Error> first;
  bool is_unknown_key = false;
  void add(Error error, bool unknown_key = false) {
    if (first && (is_unknown_key || !unknown_key)) return;
    first = std::move(error);
    is_unknown_key = unknown_key;
  }
};

/// Reads one table. Getters leave their default and record an error when the key is required and absent or has another
/// type; finish() records an error for the first key that no getter asked for, with the nearest known key.
class TomlReader {
 public:
  TomlReader(const TomlNode& node, std::string source, std::string path, TomlErrors& errors);

  bool has(const std::string& key) const;
  std::string text(const std::string& key, const std::string& fallback = "");
  std::string required_text(const std::string& key);
  double number(const std::string& key, double fallback);
  std::optional<double> optional_number(const std::string& key);
  int integer(const std::string& key, int fallback);
  bool boolean(const std::string& key, bool fallback);
  /// A text or an array of texts.
  std::vector<std::string> texts(const std::string& key);
  /// A number or an array of numbers; empty if absent.
  std::vector<double> numbers(const std::string& key);
  /// A table of texts (numbers are taken as written), in the order of the file.
  std::vector<std::pair<std::string, std::string>> pairs(const std::string& key);
  /// A table, if it is there.
  std::optional<TomlReader> table(const std::string& key);
  /// An array of tables; empty if absent.
  std::vector<TomlReader> tables(const std::string& key);
  /// One of some words. Errors list them.
  std::string word(const std::string& key, const std::vector<std::string>& allowed, const std::string& fallback);
  /// Keys of this table in the order of the file.
  std::vector<std::string> keys() const;

  void finish();
  /// Records an error at a key (or at the table, for an empty key).
  void fail(const std::string& key, const std::string& message);
  /// "review.toml:12:3".
  std::string where(const std::string& key = "") const;

 private:
  const TomlNode* find(const std::string& key);
  std::string named(const std::string& key) const;

  const TomlNode* node_;
  std::string source_;
  std::string path_;  ///< "analysis[2].bias[1]", empty for the root
  TomlErrors* errors_;
  std::set<std::string> known_;
};

}  // namespace hedgerow::data
