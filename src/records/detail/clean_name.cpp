// One author's name as "Family, Given".
//
// A comma says where the family name ends. Without one the order has to be known or guessed: capitals at the end
// ("van der Berg JK") are initials, "Ludwig van Beethoven" has its family name last, from its first particle on.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "records/detail/clean.hpp"

namespace hedgerow::records::detail {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : split(text, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string join_words(const std::vector<std::string>& words, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t at = begin; at < end; ++at) {
    if (at > begin) text += ' ';
    text += words[at];
  }
  return text;
}

/// "J", "J.A.", "JA", "J-P", "Ø": at most four capitals, or single letters with full stops.
bool is_initials(std::string_view word) {
  std::size_t letters = 0;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const auto c = static_cast<unsigned char>(word[at]);
    if (is_upper(word[at]))
      ++letters;
    else if (c >= 0xC0)
      ++letters;
    else if (c < 0x80 && word[at] != '.' && word[at] != '-')
      return false;
  }
  return letters >= 1 && letters <= 4;
}

bool is_suffix(std::string_view word) {
  const std::string lower = to_lower(word);
  constexpr std::array<std::string_view, 9> kSuffixes = {"jr", "jr.", "sr", "sr.", "ii", "iii", "2nd", "3rd", "4th"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), lower) != kSuffixes.end();
}

bool is_particle(std::string_view word) {
  constexpr std::array<std::string_view, 22> kParticles = {"van", "von", "de",  "der", "den", "del", "della", "di",
                                                           "da",  "dos", "das", "do",  "du",  "la",  "le",    "ten",
                                                           "ter", "zu",  "zur", "el",  "al",  "bin"};
  return std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end();
}

/// Words that people's names do not have.
bool is_group_word(std::string_view word) {
  constexpr std::array<std::string_view, 40> kWords = {
      "group",      "consortium", "organization",  "organisation",  "society",       "association", "committee",
      "network",    "team",       "investigators", "collaboration", "collaborators", "university",  "institute",
      "department", "ministry",   "foundation",    "council",       "center",        "centre",      "study",
      "trial",      "trialists",  "initiative",    "agency",        "bureau",        "office",      "commission",
      "academy",    "college",    "federation",    "program",       "programme",     "project",     "hospital",
      "alliance",   "board",      "panel",         "taskforce",     "working"};
  std::string lower = to_lower(word);
  while (!lower.empty() && (lower.back() == ',' || lower.back() == '.')) lower.pop_back();
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

bool names_group(const std::vector<std::string>& words) {
  return words.size() >= 2 && std::any_of(words.begin(), words.end(), is_group_word);
}

bool has_lower_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return is_lower(c); });
}

/// "GARCIA-LOPEZ" as "Garcia-Lopez", if no letter of it is small.
std::string unshout(std::string_view text, std::size_t least) {
  const auto letters = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_upper));
  if (letters < least || has_lower_letter(text) || text.find('.') != std::string_view::npos) return std::string(text);
  std::string calm(text);
  bool inside = false;
  for (char& c : calm) {
    if (inside && is_upper(c)) c = static_cast<char>(c + 32);
    inside = is_upper(c) || is_lower(c) || is_wide(c);
  }
  return calm;
}

std::string group(std::string_view name) { return "{" + std::string(name) + "}"; }

std::string with_comma(std::string_view text, std::size_t comma) {
  const std::string_view family = trim(text.substr(0, comma));
  std::string_view given = trim(text.substr(comma + 1));
  while (!given.empty() && given.back() == ',') given = trim(given.substr(0, given.size() - 1));
  if (family.empty()) return std::string(given);
  const std::vector<std::string> words = words_of(family);
  // A comma at the end is how EndNote marks the name of a group.
  if (given.empty()) return words.size() > 1 ? group(family) : std::string(family);
  if (names_group(words)) return group(text);
  const bool loud = !has_lower_letter(family);
  return unshout(family, 2) + ", " + (loud ? unshout(given, 4) : std::string(given));
}

std::string family_first(const std::vector<std::string>& words, const std::string& text) {
  std::size_t end = words.size();
  std::string suffix;
  if (end > 2 && is_suffix(words[end - 1])) suffix = " " + words[--end];
  std::size_t begin = end;
  while (begin > 1 && is_initials(words[begin - 1])) --begin;
  if (begin == end && end == 2) begin = 1;
  if (begin == end) return text;
  return unshout(join_words(words, 0, begin), 4) + ", " + join_words(words, begin, end) + suffix;
}

std::string given_first(const std::vector<std::string>& words) {
  std::size_t end = words.size();
  std::string suffix;
  if (end > 2 && is_suffix(words[end - 1])) suffix = ", " + words[--end];
  std::size_t begin = end - 1;
  for (std::size_t at = 1; at + 1 < end; ++at)
    if (is_particle(words[at])) {
      begin = at;
      break;
    }
  return join_words(words, begin, end) + ", " + join_words(words, 0, begin) + suffix;
}

}  // namespace

bool is_no_author(std::string_view raw) {
  std::string name = to_lower(trim(raw));
  while (!name.empty() && (name.back() == ',' || name.back() == '.' || name.back() == ' ')) name.pop_back();
  constexpr std::array<std::string_view, 9> kNobody = {
      "",     "anonymous", "[anonymous]", "anon", "na", "n/a", "[no author name available]", "[no authors listed]",
      "et al"};
  return std::find(kNobody.begin(), kNobody.end(), name) != kNobody.end();
}

std::string clean_author(std::string_view raw, NameOrder order) {
  const std::string text = clean_text(raw);
  if (text.empty() || text.front() == '{') return text;
  if (const std::size_t comma = text.find(','); comma != std::string::npos) return with_comma(text, comma);
  const std::vector<std::string> words = words_of(text);
  if (words.size() < 2) return text;
  const bool initials_last = is_initials(words.back()) ||
                             (words.size() > 2 && is_suffix(words.back()) && is_initials(words[words.size() - 2]));
  if (order == NameOrder::unknown) {
    if (names_group(words) || words.size() > 5) return group(text);
    order = initials_last && !is_initials(words.front()) ? NameOrder::family_first : NameOrder::given_first;
  }
  if (order == NameOrder::family_first) {
    if (!initials_last && names_group(words)) return group(text);
    return family_first(words, text);
  }
  if (names_group(words)) return group(text);
  // "van den Hoven" alone is a family name.
  return is_particle(words.front()) ? text : given_first(words);
}

}  // namespace hedgerow::records::detail
