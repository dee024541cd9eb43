#include "workflow/plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/day.hpp"
#include "base/text.hpp"
#include "data/toml.hpp"

namespace hedgerow::workflow {
namespace {

constexpr std::array<std::pair<const char*, Origin>, 6> kOrigins = {{{"database", Origin::database},
                                                                     {"registry", Origin::registry},
                                                                     {"website", Origin::website},
                                                                     {"organisation", Origin::organisation},
                                                                     {"citations", Origin::citations},
                                                                     {"previous", Origin::previous}}};

std::vector<std::string> origin_words() {
  std::vector<std::string> words;
  for (const auto& entry : kOrigins) words.emplace_back(entry.first);
  return words;
}

void read_search(data::TomlReader& table, PlannedImport& import) {
  import.platform = table.text("platform");
  import.searched = table.text("searched");
  import.strategy = table.text("strategy");
  if (!import.searched.empty() && !is_day(import.searched))
    table.fail("searched", fmt::format("is a day such as \"2026-01-31\"; found \"{}\"", import.searched));
}

void read_screening(data::TomlReader& root, Plan& plan) {
  auto table = root.table("screening");
  if (!table) return;
  plan.decisions = table->text("file");
  const int votes = table->integer("votes_needed", 2);
  if (votes < 1) table->fail("votes_needed", fmt::format("at least one person decides; found {}", votes));
  plan.abstract.votes_needed = plan.fulltext.votes_needed = static_cast<std::size_t>(std::max(votes, 1));
  plan.abstract.reasons = table->texts("abstract_reasons");
  plan.fulltext.reasons = table->texts("fulltext_reasons");
  plan.referee_may_vote = table->boolean("referee_may_vote", false);
  plan.known = table->texts("known_studies");
  table->finish();
}

}  // namespace

const char* name(Origin origin) {
  for (const auto& [word, value] : kOrigins)
    if (value == origin) return word;
  HR_ASSERT(false);
}

Expected<Origin> origin_named(const std::string& word) {
  for (const auto& [known, value] : kOrigins)
    if (word == known) return value;
  const std::vector<std::string> words = origin_words();
  return make_error(ErrorCode::usage, fmt::format("'{}' is not an origin of records; there are {}{}", word,
                                                  join(words, ", "), did_you_mean(word, words)));
}

Expected<Plan> read_plan(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  Plan plan;
  for (data::TomlReader& table : root.tables("records")) {
    PlannedImport import{table.required_text("file"), table.text("database")};
    const std::string origin = table.word("origin", origin_words(), "database");
    if (auto known = origin_named(origin)) import.origin = *known;
    read_search(table, import);
    table.finish();
    plan.imports.push_back(std::move(import));
  }
  read_screening(root, plan);
  if (errors.first) return *errors.first;
  return plan;
}

}  // namespace hedgerow::workflow
