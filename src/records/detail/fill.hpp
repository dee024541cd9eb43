// From values with a meaning to a record: the part that tables, BibTeX and EndNote XML have in common.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "records/detail/fields.hpp"
#include "records/read.hpp"

namespace hedgerow::records::detail {

/// Whether a cell says that there is nothing: "", "NA", "nan", "None", "[No abstract available]".
bool is_missing(std::string_view value);
/// The value inside of ="...", which keeps spreadsheets from reading it as a number; other values as they are.
std::string_view without_formula(std::string_view value);
/// Keywords of one value, split at ";", "|", line breaks or (outside of parentheses) commas.
std::vector<std::string> split_keywords(std::string_view value);
/// "journal", "conference", ... from the words of a database ("Conference Paper", "inproceedings"), "" if unknown.
std::string type_of_words(std::string_view words);
/// Whether title or type say that the work itself was retracted or withdrawn (not: that it is such a notice).
bool says_retracted(std::string_view title, std::string_view type);

/// Collects the values of one record. The texts given to `put` must live until `finish`.
class Filler {
 public:
  void put(const Meaning& meaning, std::string_view value);
  /// Fills the fields that are still empty in `record`; authors are the caller's. Reports what could not be read.
  void finish(Record& record, std::vector<Oddity>& oddities) const;
  std::string_view value(Field field) const;

 private:
  struct Slot {
    std::string_view value;
    int rank = 0;
  };
  void fill_pages(Record& record) const;
  void fill_numbers(Record& record, std::vector<Oddity>& oddities) const;
  void fill_year(Record& record, std::vector<Oddity>& oddities) const;
  void fill_texts(Record& record) const;
  void add_citation(Record& record) const;

  std::array<Slot, static_cast<std::size_t>(Field::count)> slots_{};
  std::vector<Slot> keywords_, issn_, isbn_, urls_, notes_;
};

/// Journal, year, volume, issue and pages in one text, as in the column "Source" of Embase ("Cancer (2004) 102:4
/// (253-258). Date of ...") and "Citation" of PubMed ("Nature. 2021 Dec 21;1(2):10-11. doi: ...").
struct Citation {
  std::string journal, year, volume, issue, pages, article_number;
};
Citation split_citation(std::string_view text);

}  // namespace hedgerow::records::detail
