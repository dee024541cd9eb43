#include "audit/detail/words.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace hedgerow::audit::detail {

namespace {

bool of_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
}

/// "_" and "-" are as good as a blank between words.
std::string spaced(const std::string& text) {
  std::string out = " ";
  for (const char c : text) {
    const char next = of_word(c) ? c : ' ';
    if (next != ' ' || out.back() != ' ') out += next;
  }
  if (out.back() != ' ') out += ' ';
  return to_lower(out);
}

}  // namespace

std::string one_word(const std::string& text) {
  static const std::map<std::string, std::string> same = {{"men", "male"},
                                                          {"m", "male"},
                                                          {"women", "female"},
                                                          {"f", "female"},
                                                          {"w", "female"},
                                                          {"both", "mixed"},
                                                          {"rct", "randomised"},
                                                          {"randomized", "randomised"},
                                                          {"no-rct", "not randomised"},
                                                          {"non-rct", "not randomised"},
                                                          {"nrct", "not randomised"},
                                                          {"non-randomised", "not randomised"},
                                                          {"non-randomized", "not randomised"},
                                                          {"not randomized", "not randomised"}};
  std::string lower = to_lower(trim(text));
  if (lower.rfind("the ", 0) == 0) lower.erase(0, 4);
  const auto found = same.find(lower);
  return found == same.end() ? lower : found->second;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string& word : split(spaced(text), ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

bool names(const std::string& text, const std::string& phrase) {
  const std::string wanted = spaced(phrase);
  return wanted.size() > 2 && spaced(text).find(wanted) != std::string::npos;
}

std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> out;
  std::string digits;
  for (const char c : text + " ") {
    if ((c >= '0' && c <= '9') || (c == '.' && !digits.empty())) {
      digits += c;
    } else if (!digits.empty()) {
      if (const auto value = parse_number(digits)) out.push_back(*value);
      digits.clear();
    }
  }
  return out;
}

bool untreated(const std::string& group) {
  return holds_any(to_lower(group), {"control", "placebo", "usual care", "waitlist", "waiting list"});
}

bool holds_any(const std::string& text, const std::vector<const char*>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const char* part) { return text.find(part) != std::string::npos; });
}

}  // namespace hedgerow::audit::detail
