// Titles without notes, pages, volumes and names of journals: the text rules of `prepare`.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "dedup/detail/prepare.hpp"

namespace hedgerow::dedup::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Words that begin or end a title that is about another document.
constexpr std::array<std::string_view, 10> kNoticeStarts = {
    "erratum",  "corrigendum",           "correction", "corrections", "retraction",
    "addendum", "expression of concern", "comment on", "reply to",    "response to"};
constexpr std::array<std::string_view, 8> kNoticeEnds = {"correction",   "erratum", "corrigendum",       "reply",
                                                         "author reply", "comment", "editorial comment", "retraction"};

/// Whether the start of the title is one of the notices with a mark or a word of its own behind it.
bool starts_as_notice(std::string_view title) {
  for (const std::string_view start : kNoticeStarts) {
    if (!title.starts_with(start)) continue;
    const std::string_view rest = title.substr(start.size());
    if (has(start, " ")) return true;
    if (rest.empty() || rest[0] == ':' || rest[0] == '.' || rest.starts_with(" to ") || rest.starts_with(" for ") ||
        rest.starts_with(" -") || (start == "erratum" && rest.starts_with(" ")))
      return true;
  }
  return false;
}

bool ends_as_notice(std::string_view title) {
  for (const std::string_view end : kNoticeEnds) {
    if (title.size() < end.size() + 12 || !title.ends_with(end)) continue;
    const std::string_view before = title.substr(0, title.size() - end.size());
    const char mark = trim(before).back();
    if (mark == ':' || mark == '.' || mark == '-' || mark == '"' || end == "editorial comment" || end == "author reply")
      return true;
  }
  return false;
}

/// A parenthesis at the end that cites the document which the notice is about: "(vol 360, pg 542, 2009)", "(new england
/// journal of medicine (2009) 360 (542-544))".
bool cites(std::string_view inside) {
  const auto digits = std::count_if(inside.begin(), inside.end(), is_digit);
  if (digits < 5) return false;
  return inside.starts_with("vol ") || has(inside, " pg ") || (has(inside, "(") && digits >= 8);
}

/// Notes in brackets that tell of the record, not of the document.
bool is_note(std::string_view inside) {
  static constexpr std::array<std::string_view, 34> signs = {
      "erratum",   "appears in", "review",   " refs",       "comment",     "see comment", "published",
      "corrected", "correction", "retract",  "english",     "chinese",     "french",      "german",
      "spanish",   "italian",    "japanese", "russian",     "polish",      "portuguese",  "dutch",
      "turkish",   "czech",      "danish",   "swedish",     "norwegian",   "hungarian",   "korean",
      "hebrew",    "abstract",   "letter",   "summary for", "republished", "editorial"};
  return std::any_of(signs.begin(), signs.end(), [&](std::string_view sign) { return has(inside, sign); }) ||
         std::count(inside.begin(), inside.end(), ' ') < 3;
}

/// Start of the bracket that the last character closes, npos if none does.
std::size_t opening(std::string_view text, char open, char close) {
  int depth = 0;
  for (std::size_t at = text.size(); at-- > 0;) {
    if (text[at] == close) ++depth;
    if (text[at] == open && --depth == 0) return at;
  }
  return std::string_view::npos;
}

std::string_view without_final_marks(std::string_view text) {
  text = trim(text);
  while (!text.empty() && (text.back() == '.' || text.back() == ':' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

/// Takes the bracket or citation off the end; false if there is none.
bool take_note(std::string_view& title, bool& notice, std::string& other) {
  title = without_final_marks(title);
  if (title.ends_with(']')) {
    const std::size_t begin = opening(title, '[', ']');
    if (begin == std::string_view::npos || begin < 4) return false;
    const std::string_view inside = title.substr(begin + 1, title.size() - begin - 2);
    if (!is_note(inside)) other = inside;
    title = title.substr(0, begin);
    return true;
  }
  // A note that the export cut off: "... .[erratum appears in brain"
  if (const std::size_t begin = title.rfind('['); begin != std::string_view::npos && begin > 12 &&
                                                  title.find(']', begin) == std::string_view::npos &&
                                                  is_note(title.substr(begin + 1))) {
    title = title.substr(0, begin);
    return true;
  }
  if (title.ends_with(')')) {
    const std::size_t begin = opening(title, '(', ')');
    if (begin == std::string_view::npos || begin < 12 || !cites(title.substr(begin + 1, title.size() - begin - 2)))
      return false;
    notice = true;
    title = title.substr(0, begin);
    return true;
  }
  return false;
}

std::string month_number(std::string_view word) {
  static constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
  for (std::size_t m = 0; m < months.size(); ++m)
    if (word == months[m]) return std::to_string(m + 1);
  return "";
}

/// The first word of a page: letters, digits, letters; without leading zeros. "" for "no pagination", "123 p".
std::string page_word(std::string_view text) {
  text = trim(text);
  for (const std::string_view lead : {"pp.", "pp ", "p.", "p "})
    if (text.starts_with(lead)) text = trim(text.substr(lead.size()));
  std::string word;
  for (const char c : text) {
    if (!is_digit(c) && !is_letter(c)) break;
    word += c;
  }
  if (!std::any_of(word.begin(), word.end(), is_digit)) return "";
  const std::size_t nonzero = word.find_first_not_of('0');
  return nonzero == std::string::npos ? "" : word.substr(nonzero);
}

}  // namespace

std::string without_notes(std::string_view folded, bool& notice, std::string& other) {
  std::string_view title = without_final_marks(folded);
  for (const std::string_view mark : {"retracted article:", "retracted:", "withdrawn:", "retracted article."})
    if (title.starts_with(mark)) title = trim(title.substr(mark.size()));
  if (title.starts_with('[')) {
    // "[Translated title]. [French]": the first bracket is the title itself.
    const std::size_t close = title.find(']');
    if (close != std::string_view::npos && close > 12) {
      std::string inner(title.substr(1, close - 1));
      std::string_view rest = without_final_marks(title.substr(close + 1));
      while (rest.starts_with('.') || rest.starts_with(' ')) rest.remove_prefix(1);
      if (rest.empty() || rest.starts_with('[') || rest.starts_with('(')) return without_notes(inner, notice, other);
    }
  }
  while (take_note(title, notice, other)) {
  }
  notice = notice || starts_as_notice(title) || ends_as_notice(title);
  std::string result(title);
  if (result.empty()) result = folded;
  return result;
}

void read_pages(std::string_view pages, std::string& first, std::string& last) {
  first.clear();
  last.clear();
  if (has(pages, " p") && pages.find_first_of("-,;") == std::string_view::npos && trim(pages).ends_with("p")) return;
  const std::size_t dash = pages.find('-');
  first = page_word(pages.substr(0, dash));
  if (dash == std::string_view::npos) return;
  const std::string_view tail = trim(pages.substr(dash + 1));
  const std::string month = month_number(tail.substr(0, 3));
  if (!month.empty() && tail.size() <= 3) {
    last = month;
    return;
  }
  if (const std::string front = month_number(trim(pages.substr(0, dash))); first.empty() && !front.empty())
    first = front;
  last = page_word(tail);
  // "s123-5": the end is short.
  if (!first.empty() && !last.empty() && last.size() < first.size() && is_digit(last[0]) && is_digit(first.back()))
    last = first.substr(0, first.size() - last.size()) + last;
}

std::string read_volume(std::string_view volume, std::string& issue) {
  std::string_view text = trim(volume);
  for (const std::string_view lead : {"volume", "vol.", "vol", "no.", "issue", "number"})
    if (text.starts_with(lead)) text = trim(text.substr(lead.size()));
  if (text.empty() || !is_digit(text[0])) return "";
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string number(text.substr(0, end));
  const std::string_view rest = trim(text.substr(end));
  if (rest.starts_with(')')) return "";
  if (rest.starts_with('(') && issue.empty()) {
    const std::string_view inner = rest.substr(1);
    std::size_t digits = 0;
    while (digits < inner.size() && is_digit(inner[digits])) ++digits;
    issue = inner.substr(0, digits);
  }
  const std::size_t nonzero = number.find_first_not_of('0');
  return nonzero == std::string::npos ? "" : number.substr(nonzero);
}

std::vector<std::string> journal_words(std::string_view journal) {
  static constexpr std::array<std::string_view, 18> skipped = {
      "the", "of", "and", "for", "in", "on", "a", "an", "de", "la", "et", "und", "der", "des", "fur", "to", "di", "e"};
  for (const std::string_view tail :
       {". conference", ".conference", " / ", " = ", " : the official", ": the official", "conference:"})
    if (const std::size_t at = journal.find(tail); at != std::string_view::npos && at > 3)
      journal = journal.substr(0, at);
  if (const std::size_t open = journal.find('('); open != std::string_view::npos && open > 3)
    journal = journal.substr(0, open);
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && std::find(skipped.begin(), skipped.end(), word) == skipped.end()) words.push_back(word);
    word.clear();
  };
  for (const char c : journal) {
    if (is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 128)
      word += c;
    else if (c != '\'')
      end_word();
  }
  end_word();
  if (words.size() > 16) words.resize(16);
  return words;
}

std::string read_registry(std::string_view folded) {
  static constexpr std::array<std::string_view, 12> kRegisters = {"nct",  "isrctn", "actrn", "drks", "chictr", "euctr",
                                                                  "jprn", "umin",   "ctri/", "irct", "pactr",  "ntr"};
  constexpr std::ptrdiff_t kDigits = 4;
  for (std::size_t at = 0; at < folded.size(); ++at) {
    if (at > 0 && is_letter(folded[at - 1])) continue;
    const std::string_view rest = folded.substr(at);
    if (std::none_of(kRegisters.begin(), kRegisters.end(), [&](auto name) { return rest.starts_with(name); })) continue;
    std::string number;
    std::size_t end = 0;  // behind the last digit: "nct01234567/results" is a place of the register
    for (const char c : rest) {
      if (c == '-' || c == '/') continue;
      if (!is_digit(c) && !is_letter(c)) break;
      number += c;
      if (is_digit(c)) end = number.size();
    }
    number.resize(end);
    if (std::count_if(number.begin(), number.end(), is_digit) >= kDigits) return number;
  }
  return "";
}

}  // namespace hedgerow::dedup::detail
