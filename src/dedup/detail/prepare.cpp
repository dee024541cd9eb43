#include "dedup/detail/prepare.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "dedup/detail/text_similarity.hpp"

namespace hedgerow::dedup::detail {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 128; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

/// Calls `use` with each run of letters and digits. An apostrophe inside of a word belongs to it and is left out later.
template <class Use>
void each_word(std::string_view text, Use use) {
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && !is_word(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && is_word(text[at])) ++at;
    if (at > begin) use(text.substr(begin, at - begin));
  }
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 32> kStopWords = {
    "a",     "an",  "and", "as",     "at",  "by",   "during", "for",  "from",   "in",    "into",
    "is",    "its", "of",  "on",     "or",  "s",    "than",   "that", "the",    "their", "to",
    "using", "via", "vs",  "versus", "was", "were", "who",    "with", "within", "are"};
constexpr std::array<std::string_view, 12> kRoman = {"ii", "iii", "iv",  "vi", "vii", "viii",
                                                     "ix", "xi",  "xii", "i",  "v",   "x"};

bool is_number_word(std::string_view word) {
  if (std::any_of(word.begin(), word.end(), is_digit)) return true;
  return (word.size() == 1 && word != "a" && word != "s") || is_one_of(word, kRoman);
}

/// The sketch of an abstract: runs of three words, of each class of hashes the smallest.
std::vector<std::uint32_t> sketch(std::string_view abstract) {
  constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> smallest(kSketch, none);
  std::uint64_t before = 0, last = 0, word = 0;
  std::size_t words = 0, letters = 0;
  const auto end_word = [&] {
    if (letters == 0) return;
    word ^= word >> 31;
    if (++words >= 3) {
      std::uint64_t run = (before * 0x9E3779B97F4A7C15ULL + last) * 0xC2B2AE3D27D4EB4FULL + word;
      run = (run ^ (run >> 30)) * 0xBF58476D1CE4E5B9ULL;
      const auto value = static_cast<std::uint32_t>(run >> 32);
      std::uint32_t& least = smallest[value % kSketch];
      least = std::min(least, value);
    }
    before = last;
    last = word;
    word = letters = 0;
  };
  for (const char c : abstract) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((lower >= 'a' && lower <= 'z') || is_digit(lower)) {
      word = (word ^ static_cast<unsigned char>(lower)) * 1099511628211ULL;
      ++letters;
    } else {
      end_word();
    }
  }
  end_word();
  if (words < 20) smallest.clear();
  return smallest;
}

void add_title(Prepared& prepared, std::string_view folded) {
  TitleForm form = title_form(folded);
  if (form.plain.empty()) return;
  for (const TitleForm& there : prepared.titles)
    if (there.plain == form.plain) return;
  prepared.titles.push_back(std::move(form));
}

void prepare_titles(const records::Record& record, Prepared& prepared) {
  std::string other;
  add_title(prepared, without_notes(fold_for_search(record.title), prepared.notice, other));
  if (!other.empty()) add_title(prepared, other);
  if (!record.original_title.empty()) {
    bool ignored = false;
    std::string unused;
    add_title(prepared, without_notes(fold_for_search(record.original_title), ignored, unused));
  }
}

void prepare_authors(const records::Record& record, Prepared& prepared) {
  for (const std::string& name : record.authors) {
    if (name.starts_with('{')) continue;
    Author author = read_author(fold_for_search(name));
    if (author.name.empty()) continue;
    prepared.author_words.insert(prepared.author_words.end(), author.words.begin(), author.words.end());
    prepared.authors.push_back(std::move(author));
  }
  std::sort(prepared.author_words.begin(), prepared.author_words.end());
}

/// Words of a journal, volume, issue or page that a supplement with the abstracts of a meeting has.
bool looks_like_meeting(std::string_view journal, std::string_view volume, std::string_view issue) {
  for (const std::string_view sign : {"conference", "meeting", "congress", "symposium", "annual scientific"})
    if (journal.find(sign) != std::string_view::npos) return true;
  for (const std::string_view field : {volume, issue})
    if (field.find("meeting") != std::string_view::npos || field.find("conf") != std::string_view::npos) return true;
  return false;
}

bool is_register(std::string_view journal) {
  for (const std::string_view sign : {"clinicaltrials", "clinical trials registry", "trial register", "who.int/trial",
                                      "trialsearch", "clinical trial registry", "isrctn"})
    if (journal.find(sign) != std::string_view::npos) return true;
  return false;
}

void prepare_place(const records::Record& record, Prepared& prepared) {
  const std::string journal = fold_for_search(record.journal);
  for (std::vector<std::string> words :
       {journal_words(journal), journal_words(fold_for_search(record.journal_abbreviation))})
    if (!words.empty()) prepared.journals.push_back(std::move(words));
  for (const std::string& issn : record.issn) prepared.issn.push_back(hash_text(issn));
  const std::string volume = fold_for_search(record.volume);
  const std::string issue = fold_for_search(record.issue);
  std::string inner;
  prepared.volume = read_volume(volume, inner);
  prepared.issue = read_volume(issue.empty() ? inner : issue, inner);
  read_pages(fold_for_search(record.pages), prepared.first_page, prepared.last_page);
  if (prepared.first_page.empty() && !record.article_number.empty()) {
    read_pages(fold_for_search(record.article_number), prepared.first_page, prepared.last_page);
    prepared.article_number = !prepared.first_page.empty();
  }
  const std::string& page = prepared.first_page;
  const bool supplement = volume.find("sup") != std::string::npos || issue.find("sup") != std::string::npos ||
                          (page.size() > 1 && page[0] == 's' && is_digit(page[1]));
  prepared.meeting = supplement || looks_like_meeting(journal, volume, issue);
  prepared.registration = is_register(journal);
}

}  // namespace

TitleForm title_form(std::string_view folded) {
  TitleForm form;
  each_word(folded, [&form](std::string_view text) {
    if (form.plain.size() + text.size() > 600) return;
    Word word;
    word.hash = static_cast<std::uint32_t>(hash_text(text));
    word.begin = static_cast<std::uint16_t>(form.plain.size());
    word.size = static_cast<std::uint16_t>(text.size());
    word.stop = is_one_of(text, kStopWords);
    word.number = is_number_word(text);
    form.words.push_back(word);
    form.plain += text;
  });
  return form;
}

Author read_author(std::string_view author) {
  static constexpr std::array<std::string_view, 30> particles = {
      "de",  "del", "der", "den", "van", "von", "la", "le", "el", "al", "di", "da",  "du",    "dos", "das",
      "ten", "ter", "bin", "ibn", "st",  "jr",  "sr", "zu", "af", "lo", "ii", "iii", "della", "do",  "vom"};
  Author result;
  const std::size_t comma = author.find(',');
  const auto take = [&result](std::string_view part, bool family) {
    each_word(part, [&](std::string_view text) {
      if (text.size() < 2) return;
      std::string word(text);
      // "Kroeller" and "Kröller" are the same name; folding has taken the dots already.
      for (std::size_t at = 0; at + 1 < word.size(); ++at)
        if (word[at + 1] == 'e' && (word[at] == 'a' || word[at] == 'o' || word[at] == 'u')) word.erase(at + 1, 1);
      result.words.push_back(hash_text(word));
      if (family && !is_one_of(text, particles) && word.size() > result.name.size()) result.name = word;
    });
  };
  take(author.substr(0, comma), true);
  if (comma != std::string_view::npos) take(author.substr(comma + 1), result.name.empty());
  if (result.name.empty() && !result.words.empty()) {
    each_word(author, [&result](std::string_view text) {
      if (text.size() > result.name.size()) result.name = text;
    });
  }
  result.family = hash_text(result.name);
  return result;
}

Prepared prepare(const records::Record& record) {
  Prepared prepared;
  prepare_titles(record, prepared);
  prepare_authors(record, prepared);
  prepare_place(record, prepared);
  prepared.year = record.year.value_or(0);
  prepared.doi = record.doi;
  prepared.pmid = record.pmid;
  if (prepared.registration)
    prepared.registry = read_registry(fold_for_search(record.accession + " " + record.url + " " + record.title));
  prepared.abstract_sketch = sketch(record.abstract);
  return prepared;
}

}  // namespace hedgerow::dedup::detail
