#include "workflow/names.hpp"

#include <cstddef>

namespace hedgerow::workflow {

const char* name(Stage stage) { return stage == Stage::abstract ? "abstract" : "fulltext"; }

const char* name(Vote vote) { return vote == Vote::include ? "include" : vote == Vote::exclude ? "exclude" : "maybe"; }

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::unseen:
      return "unseen";
    case Outcome::pending:
      return "pending";
    case Outcome::partial:
      return "partial";
    case Outcome::conflict:
      return "conflict";
    case Outcome::included:
      return "included";
    case Outcome::excluded:
      return "excluded";
  }
  return "";
}

namespace {

template <class Value, std::size_t n>
std::optional<Value> value_named(const Value (&values)[n], std::string_view text) {
  for (const Value value : values)
    if (text == name(value)) return value;
  return std::nullopt;
}

}  // namespace

std::optional<Stage> stage_named(std::string_view text) {
  return value_named({Stage::abstract, Stage::fulltext}, text);
}

std::optional<Vote> vote_named(std::string_view text) {
  return value_named({Vote::include, Vote::exclude, Vote::maybe}, text);
}

std::optional<Outcome> outcome_named(std::string_view text) {
  return value_named(
      {Outcome::unseen, Outcome::pending, Outcome::partial, Outcome::conflict, Outcome::included, Outcome::excluded},
      text);
}

}  // namespace hedgerow::workflow
