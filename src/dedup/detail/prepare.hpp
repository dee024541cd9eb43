// A record as duplicates are looked for: its fields folded, cut into words and brought to one form, once per record.
//
// Nothing here depends on the other records, so the score of a pair is the same in every collection, and a later search
// finds the pairs of an earlier one with the same scores.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "records/record.hpp"

namespace hedgerow::dedup::detail {

/// A word of a title. Its letters lie in TitleForm::plain.
struct Word {
  std::uint32_t hash = 0;
  std::uint16_t begin = 0, size = 0;
  bool stop = false;    ///< "of", "the", ...: says little
  bool number = false;  ///< digits, a Roman numeral, a single letter: tells "part I" from "part II"
};

/// One wording of a title.
struct TitleForm {
  std::string plain;  ///< the words without blanks, at most 600 bytes
  std::vector<Word> words;
  std::string_view text(const Word& word) const { return std::string_view(plain).substr(word.begin, word.size); }
};

struct Author {
  std::uint64_t family = 0;            ///< hash of the family name without particles
  std::string name;                    ///< the family name, folded
  std::vector<std::uint64_t> words{};  ///< hashes of all words of two letters or more
};

inline constexpr std::size_t kSketch = 32;

struct Prepared {
  std::vector<TitleForm> titles;  ///< the title; then its translation or original, if the record has one
  bool notice = false;            ///< an erratum, a comment, a reply: not the document that it names
  std::vector<Author> authors;
  std::vector<std::uint64_t> author_words;         ///< of all authors, sorted
  int year = 0;                                    ///< 0: missing
  std::vector<std::vector<std::string>> journals;  ///< wordings: name, abbreviation
  std::vector<std::uint64_t> issn;
  std::string volume, issue;
  std::string first_page, last_page;  ///< "s123", "1173"
  bool article_number = false;        ///< the first page is the number of an article
  bool meeting = false;               ///< it looks like the abstract of a conference
  bool registration = false;          ///< of a trial, in a register
  std::string registry;               ///< its number, "nct01234567"; of registrations alone
  std::string doi, pmid;
  /// Smallest hashes of runs of three words of the abstract, one for each of 32 classes; empty without an abstract.
  std::vector<std::uint32_t> abstract_sketch;
};

Prepared prepare(const records::Record& record);

/// Steps of `prepare`, for its tests.
TitleForm title_form(std::string_view folded);
/// Cuts notes off a folded title: "[review] [90 refs]", ".[erratum appears in ...]", "(vol 360, pg 542, 2009)". Whether
/// what they say makes the record a notice about another document goes to `notice`; a translation in brackets is given
/// back in `other`.
std::string without_notes(std::string_view folded, bool& notice, std::string& other);
/// "s123" and "s125" of "S123-5", "1" and "10" of "01-Oct" (a spreadsheet's reading of 1-10).
void read_pages(std::string_view pages, std::string& first, std::string& last);
/// "35" of "35 Suppl 1", "" of "1)"; an issue in parentheses goes to `issue` if it is empty.
std::string read_volume(std::string_view volume, std::string& issue);
/// The first number of a trial register in a folded text, without '-' and '/'; empty if there is none.
std::string read_registry(std::string_view folded);
std::vector<std::string> journal_words(std::string_view journal);
Author read_author(std::string_view author);

}  // namespace hedgerow::dedup::detail
