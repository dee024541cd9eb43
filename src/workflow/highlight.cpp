#include "workflow/highlight.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "data/toml.hpp"

namespace hedgerow::workflow {
namespace {

// Words that carry no criterion: small words, and those that nearly every abstract has.
constexpr std::string_view kSmallWords =
    " a about above after all also an and any are as at be been before being below between both but by can did do does "
    "each either for from had has have how if in into is it its least less like longer may more most no nor not of off "
    "on or other our over per same shorter should so some such than that the their them then there these they this "
    "those through to too under up upon use used using versus via was week weeks were what when where which while who "
    "whose will with within without year years month months study studies ";

bool is_word_byte(unsigned char c) { return std::isalnum(c) != 0 || c >= 128; }

// [begin, end) of the words of a text; a letter beyond ASCII is part of a word.
std::vector<std::pair<std::size_t, std::size_t>> words(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && !is_word_byte(static_cast<unsigned char>(text[at]))) ++at;
    const std::size_t begin = at;
    while (at < text.size() && is_word_byte(static_cast<unsigned char>(text[at]))) ++at;
    if (at > begin) found.emplace_back(begin, at);
  }
  return found;
}

// The word without its usual endings; at least four letters stay. British and American spelling meet in "is".
std::string stem(std::string_view word) {
  std::string out = fold_for_search(word);
  constexpr std::size_t kShortest = 4;
  for (const std::string_view ending :
       {"ations", "ation", "ments", "ment", "ings", "ing", "ives", "ive", "edly", "ically", "ical", "ics",
        "ic",     "ies",   "ally",  "al",   "ed",   "es",  "ly",   "ers", "er",   "s",      "y",    "e"})
    if (out.size() >= ending.size() + kShortest && out.ends_with(ending)) {
      out.resize(out.size() - ending.size());
      break;
    }
  if (out.ends_with("iz")) out.back() = 's';
  return out;
}

bool is_small(const std::string& folded) {
  return folded.size() < 3 || kSmallWords.find(" " + folded + " ") != std::string_view::npos;
}

}  // namespace

std::vector<Term> criteria_terms(const std::array<std::string, kCriteria>& criteria) {
  std::vector<Term> terms;
  for (std::size_t i = 0; i < kCriteria; ++i)
    for (const auto& [begin, end] : words(criteria[i])) {
      const std::string_view word = std::string_view(criteria[i]).substr(begin, end - begin);
      if (is_small(fold_for_search(word))) continue;
      Term term{stem(word), i};
      const bool known = std::any_of(terms.begin(), terms.end(), [&](const Term& t) { return t.stem == term.stem; });
      if (!known) terms.push_back(std::move(term));
    }
  return terms;
}

std::vector<Mark> marks(std::string_view text, const std::vector<Term>& terms) {
  std::vector<Mark> found;
  for (const auto& [begin, end] : words(text)) {
    const std::string key = stem(text.substr(begin, end - begin));
    const auto term = std::find_if(terms.begin(), terms.end(), [&](const Term& t) { return t.stem == key; });
    if (term != terms.end()) found.push_back({begin, end, term->criterion});
  }
  return found;
}

std::array<std::string, kCriteria> read_criteria(const std::string& review_file) {
  std::array<std::string, kCriteria> criteria;
  const auto bytes = read_file(review_file);
  if (!bytes) return criteria;
  const auto node = data::parse_toml(*bytes, review_file);
  if (!node) return criteria;
  data::TomlErrors errors;
  data::TomlReader root(*node, review_file, "", errors);
  if (auto picos = root.table("picos")) {
    constexpr const char* kParts[] = {"population", "intervention", "comparator", "outcomes", "studies"};
    for (std::size_t i = 0; i < std::size(kParts); ++i) criteria[i] = picos->text(kParts[i]);
  }
  return criteria;
}

}  // namespace hedgerow::workflow
