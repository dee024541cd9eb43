#include "screening/labels.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <unordered_set>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace hedgerow::screening {
namespace {

constexpr std::array<std::string_view, 8> kColumns = {
    "label_included",           "included",       "label",   "final_label", "label_fulltext_screening",
    "label_abstract_screening", "final_included", "relevant"};

std::optional<int> label_of(std::string_view text) {
  const std::string word = to_lower(trim(text));
  for (const char* yes : {"1", "1.0", "yes", "true", "include", "included", "relevant"})
    if (word == yes) return 1;
  for (const char* no : {"0", "0.0", "no", "false", "exclude", "excluded", "irrelevant"})
    if (word == no) return 0;
  return std::nullopt;
}

const records::Tag* find_tag(const records::Record& record, std::string_view name) {
  for (const records::Tag& tag : record.tags)
    if (to_lower(trim(tag.name)) == name) return &tag;
  return nullptr;
}

std::string where(const records::Record& record, const std::string& column) {
  return fmt::format("{}:{}:{}", record.source.file, record.source.line, column);
}

Expected<std::string> column_of(std::span<const records::Record> records, const std::string& wanted) {
  std::set<std::string> names;
  for (const records::Record& record : records)
    for (const records::Tag& tag : record.tags) names.insert(to_lower(trim(tag.name)));
  if (!wanted.empty()) {
    const std::string name = to_lower(trim(wanted));
    if (names.contains(name)) return name;
    const std::vector<std::string> candidates(names.begin(), names.end());
    return make_error(ErrorCode::input,
                      fmt::format("no record has a column '{}'{}", wanted, did_you_mean(name, candidates)),
                      records.empty() ? "" : records.front().source.file);
  }
  for (const std::string_view name : kColumns)
    if (names.contains(std::string(name))) return std::string(name);
  return make_error(ErrorCode::input,
                    fmt::format("no column of labels: expected label_included, included or label, or name it by "
                                "--label; there are: {}",
                                join(std::vector<std::string>(names.begin(), names.end()), ", ")),
                    records.empty() ? "" : records.front().source.file);
}

}  // namespace

Expected<std::vector<int>> read_labels(std::span<const records::Record> records, const std::string& column) {
  HR_TRY(const std::string name, column_of(records, column));
  std::vector<int> labels;
  for (const records::Record& record : records) {
    const records::Tag* tag = find_tag(record, name);
    if (tag == nullptr || trim(tag->value).empty())
      return make_error(
          ErrorCode::input,
          fmt::format("record {} has no label; a simulation needs one for every record (1 or 0)", record.source.number),
          where(record, name));
    const auto label = label_of(tag->value);
    if (!label)
      return make_error(
          ErrorCode::input,
          fmt::format("'{}' is no label; expected 1 or 0, yes or no, included or excluded", trim(tag->value)),
          where(record, name));
    labels.push_back(*label);
  }
  return labels;
}

std::vector<std::size_t> without_repeats(std::span<const records::Record> records) {
  std::unordered_set<std::string> seen;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < records.size(); ++i)
    if (seen.insert(fold_for_search(records[i].title) + '\n' + fold_for_search(records[i].abstract)).second)
      kept.push_back(i);
  return kept;
}

}  // namespace hedgerow::screening
