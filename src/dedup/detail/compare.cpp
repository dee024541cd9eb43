#include "dedup/detail/compare.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "dedup/detail/text_similarity.hpp"

namespace hedgerow::dedup::detail {
namespace {

/// What one title has that the other one lacks.
struct Alignment {
  double similarity = 0, contained = 0, substituted = 0, inserted = 0, words = 0;
  bool number_conflict = false;
};

double weight(const Word& word) { return word.stop ? 0.1 : 1.0; }

bool alike(std::string_view a, std::string_view b) {
  if (a.size() < 5 || b.size() < 5) return false;
  return within_one_edit(a, b);
}

/// The words of each title that the other one lacks; then near spellings are paired off.
struct Left {
  std::vector<const Word*> a, b;
};

Left unmatched(const TitleForm& a, const TitleForm& b) {
  std::vector<bool> used(b.words.size(), false);
  Left left;
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    std::size_t found = b.words.size();
    for (std::size_t step = 0; step < b.words.size() && found == b.words.size(); ++step) {
      const std::size_t j = (i + step) % b.words.size();
      if (!used[j] && b.words[j].hash == a.words[i].hash) found = j;
    }
    if (found == b.words.size())
      left.a.push_back(&a.words[i]);
    else
      used[found] = true;
  }
  for (std::size_t j = 0; j < b.words.size(); ++j)
    if (!used[j]) left.b.push_back(&b.words[j]);
  return left;
}

void pair_off_spellings(const TitleForm& a, const TitleForm& b, Left& left) {
  for (std::size_t i = 0; i < left.a.size();) {
    const auto same = std::find_if(left.b.begin(), left.b.end(), [&](const Word* word) {
      return !left.a[i]->number && !word->number && alike(a.text(*left.a[i]), b.text(*word));
    });
    if (same == left.b.end()) {
      ++i;
    } else {
      left.b.erase(same);
      left.a.erase(left.a.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

std::string joined(const TitleForm& form, const std::vector<const Word*>& words) {
  std::string text;
  for (const Word* word : words) text += form.text(*word);
  return text;
}

bool has_number(const std::vector<const Word*>& words) {
  return std::any_of(words.begin(), words.end(), [](const Word* word) { return word->number; });
}

double total(const std::vector<const Word*>& words) {
  double sum = 0;
  for (const Word* word : words) sum += weight(*word);
  return sum;
}

double total(const TitleForm& form) {
  double sum = 0;
  for (const Word& word : form.words) sum += weight(word);
  return sum;
}

Alignment align(const TitleForm& a, const TitleForm& b) {
  Alignment result;
  const double words_a = total(a), words_b = total(b);
  result.words = std::min(words_a, words_b);
  if (a.plain == b.plain) {
    result.similarity = result.contained = 1;
    return result;
  }
  result.similarity = edit_similarity(a.plain, b.plain);
  Left left = unmatched(a, b);
  pair_off_spellings(a, b, left);
  if (joined(a, left.a) == joined(b, left.b)) left = {};
  const double only_a = total(left.a), only_b = total(left.b);
  result.substituted = std::min(only_a, only_b);
  result.inserted = std::max(only_a, only_b) - result.substituted;
  result.contained = 1 - std::min(only_a / std::max(words_a, 0.1), only_b / std::max(words_b, 0.1));
  result.number_conflict = !left.a.empty() && !left.b.empty() && has_number(left.a) && has_number(left.b);
  return result;
}

void compare_titles(const Prepared& a, const Prepared& b, Comparison& result) {
  result.title_missing = a.titles.empty() || b.titles.empty();
  Alignment best;
  bool first = true;
  for (const TitleForm& one : a.titles)
    for (const TitleForm& other : b.titles) {
      const Alignment now = align(one, other);
      const double gain = now.similarity + now.contained - best.similarity - best.contained;
      if (first || gain > 0) best = now;
      first = false;
    }
  result.title = best.similarity;
  result.contained = best.contained;
  result.substituted = best.substituted;
  result.inserted = best.inserted;
  result.number_conflict = best.number_conflict;
  result.words = best.words;
  result.notice_differs = a.notice != b.notice;
}

bool has_word(const std::vector<std::uint64_t>& sorted, std::uint64_t word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

double share_known(const Prepared& of, const Prepared& in) {
  std::size_t known = 0;
  for (const Author& author : of.authors)
    if (has_word(in.author_words, author.family)) ++known;
  return static_cast<double>(known) / static_cast<double>(of.authors.size());
}

Agreement compare_first_authors(const Author& a, const Author& b) {
  if (a.family == b.family) return Agreement::equal;
  const auto in = [](const std::vector<std::uint64_t>& words, std::uint64_t word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (in(a.words, b.family) || in(b.words, a.family)) return Agreement::near;
  if (a.name.size() >= 4 && b.name.size() >= 4 && within_one_edit(a.name, b.name)) return Agreement::near;
  return Agreement::differs;
}

void compare_authors(const Prepared& a, const Prepared& b, Comparison& result) {
  if (a.authors.empty() || b.authors.empty()) return;
  result.first_author = compare_first_authors(a.authors[0], b.authors[0]);
  const bool a_shorter = a.authors.size() <= b.authors.size();
  const double of_a = share_known(a, b), of_b = share_known(b, a);
  result.authors = a_shorter ? of_a : of_b;
  result.all_authors = a_shorter ? of_b : of_a;
}

Agreement compare_text(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return Agreement::missing;
  return a == b ? Agreement::equal : Agreement::differs;
}

/// Words that many journals have: their agreement says little.
bool is_common(std::string_view word) {
  static constexpr std::array<std::string_view, 16> common = {
      "journal", "j",  "international", "int", "american", "am",  "european", "eur",
      "british", "br", "medicine",      "med", "research", "res", "clinical", "clin"};
  return std::find(common.begin(), common.end(), word) != common.end();
}

double journal_weight(const std::vector<std::string>& words) {
  double sum = 0;
  for (const std::string& word : words) sum += is_common(word) ? 0.3 : 1.0;
  return sum;
}

bool are_initials(const std::string& letters, const std::vector<std::string>& words) {
  if (letters.size() < 3 || words.size() < 3) return false;
  if (letters.size() != words.size()) return false;
  for (std::size_t i = 0; i < letters.size(); ++i)
    if (letters[i] != words[i][0]) return false;
  return true;
}

/// A page that differs in its letters alone ("s123" and "123"), or begins where the other one is the number of the
/// article, is near.
Agreement compare_pages(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return Agreement::missing;
  if (a == b) return Agreement::equal;
  const auto digits = [](const std::string& page) {
    std::string only;
    for (const char c : page)
      if (c >= '0' && c <= '9') only += c;
    return only;
  };
  return digits(a) == digits(b) ? Agreement::near : Agreement::differs;
}

Agreement compare_journals(const Prepared& a, const Prepared& b) {
  for (const std::uint64_t issn : a.issn)
    if (std::find(b.issn.begin(), b.issn.end(), issn) != b.issn.end()) return Agreement::equal;
  if (a.journals.empty() || b.journals.empty()) return Agreement::missing;
  double best = 0;
  for (const std::vector<std::string>& one : a.journals)
    for (const std::vector<std::string>& other : b.journals) best = std::max(best, journal_similarity(one, other));
  if (best >= 0.9) return Agreement::equal;
  return best >= 0.55 ? Agreement::near : Agreement::differs;
}

double compare_sketches(const Prepared& a, const Prepared& b) {
  if (a.abstract_sketch.empty() || b.abstract_sketch.empty()) return -1;
  std::size_t same = 0;
  for (std::size_t i = 0; i < kSketch; ++i)
    if (a.abstract_sketch[i] == b.abstract_sketch[i]) ++same;
  return static_cast<double>(same) / static_cast<double>(kSketch);
}

}  // namespace

double journal_similarity(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a == b) return 1;
  if ((a.size() == 1 && are_initials(a[0], b)) || (b.size() == 1 && are_initials(b[0], a))) return 1;
  // Each word takes the first free one that it abbreviates or that abbreviates it; order is kept.
  double matched = 0;
  std::size_t next = 0;
  for (const std::string& word : a) {
    for (std::size_t j = next; j < b.size(); ++j) {
      if (word != b[j] && !abbreviates(word, b[j]) && !abbreviates(b[j], word)) continue;
      matched += is_common(word) && is_common(b[j]) ? 0.6 : is_common(word) || is_common(b[j]) ? 1.3 : 2.0;
      next = j + 1;
      break;
    }
  }
  return matched / (journal_weight(a) + journal_weight(b));
}

bool worth_comparing(const Prepared& a, const Prepared& b) {
  if (a.titles.empty() || b.titles.empty()) return true;
  if (!a.doi.empty() && a.doi == b.doi) return true;
  if (!a.pmid.empty() && a.pmid == b.pmid) return true;
  if (!a.registry.empty() && a.registry == b.registry) return true;
  if (a.titles.size() > 1 || b.titles.size() > 1) return true;
  const TitleForm& one = a.titles[0];
  const TitleForm& other = b.titles[0];
  if (!a.first_page.empty() && a.first_page == b.first_page && !a.volume.empty() && a.volume == b.volume) return true;
  std::size_t same = 0, content = 0, content_other = 0;
  for (const Word& word : other.words) content_other += word.stop ? 0 : 1;
  for (const Word& word : one.words) {
    if (word.stop) continue;
    ++content;
    for (const Word& there : other.words)
      if (there.hash == word.hash) {
        ++same;
        break;
      }
  }
  return 2 * same >= std::min(content, content_other) || content < 3 || content_other < 3;
}

Comparison compare(const Prepared& a, const Prepared& b) {
  Comparison result;
  compare_titles(a, b, result);
  compare_authors(a, b, result);
  if (a.year != 0 && b.year != 0) result.year_gap = std::abs(a.year - b.year);
  result.journal = compare_journals(a, b);
  result.volume = compare_text(a.volume, b.volume);
  result.issue = compare_text(a.issue, b.issue);
  result.first_page = compare_pages(a.first_page, b.first_page);
  result.last_page = compare_pages(a.last_page, b.last_page);
  if (result.first_page == Agreement::differs && a.article_number != b.article_number)
    result.first_page = Agreement::missing;
  // The number of a Cochrane review stays the same in each of its updates.
  if (result.first_page == Agreement::equal && result.year_gap >= 1 && a.first_page.starts_with("cd0"))
    result.first_page = result.last_page = Agreement::missing;
  result.doi = compare_text(a.doi, b.doi);
  result.pmid = compare_text(a.pmid, b.pmid);
  result.abstract = compare_sketches(a, b);
  result.meeting_differs = a.meeting != b.meeting;
  result.both_meeting = a.meeting && b.meeting;
  result.registration_differs = a.registration != b.registration;
  result.registry = compare_text(a.registry, b.registry);
  return result;
}

}  // namespace hedgerow::dedup::detail
