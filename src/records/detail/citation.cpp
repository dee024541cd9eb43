// Journal, year, volume, issue and pages out of one text.
#include <cctype>

#include "base/text.hpp"
#include "records/detail/fill.hpp"

namespace hedgerow::records::detail {
namespace {

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "12(3):45-67" or "12:45-67", as far as it goes.
void read_numbers(std::string_view text, Citation& citation) {
  const std::size_t colon = text.find(':');
  std::string_view head = trim(text.substr(0, colon));
  if (colon != std::string_view::npos) {
    const std::string_view tail = text.substr(colon + 1);
    citation.pages = trim(tail.substr(0, tail.find_first_of(".,; ")));
  }
  const std::size_t open = head.find('(');
  if (open != std::string_view::npos) {
    const std::size_t close = head.find(')', open);
    if (close != std::string_view::npos) citation.issue = trim(head.substr(open + 1, close - open - 1));
    head = trim(head.substr(0, open));
  }
  while (!head.empty() && head.back() == '.') head.remove_suffix(1);
  citation.volume = head;
}

/// "Cancer (2004) 102:4 (253-258). Date of Publication: 25 Aug 2004" or "... 15:1 Article Number: 4063. ..."
bool read_embase(std::string_view text, Citation& citation) {
  std::size_t open = text.find(" (");
  while (open != std::string_view::npos &&
         !(open + 6 < text.size() && digits(text.substr(open + 2, 4)) && text[open + 6] == ')'))
    open = text.find(" (", open + 1);
  if (open == std::string_view::npos) return false;
  citation.journal = trim(text.substr(0, open));
  citation.year = text.substr(open + 2, 4);
  std::string_view rest = trim(text.substr(open + 7));
  rest = rest.substr(0, rest.find(". "));
  constexpr std::string_view kNumber = "Article Number:";
  if (const std::size_t at = rest.find(kNumber); at != std::string_view::npos) {
    citation.article_number = trim(rest.substr(at + kNumber.size()));
    rest = trim(rest.substr(0, at));
  } else if (const std::size_t pages = rest.rfind('('); pages != std::string_view::npos) {
    citation.pages = trim(rest.substr(pages + 1, rest.find(')', pages) - pages - 1));
    rest = trim(rest.substr(0, pages));
  }
  const std::size_t colon = rest.find(':');
  citation.volume = trim(rest.substr(0, colon));
  if (colon != std::string_view::npos) citation.issue = trim(rest.substr(colon + 1));
  return true;
}

/// "Nature. 2021 Dec 21;1(2):10-11. doi: ..."
bool read_pubmed(std::string_view text, Citation& citation) {
  const std::size_t dot = text.find(". ");
  if (dot == std::string_view::npos || dot + 6 > text.size() || !digits(text.substr(dot + 2, 4))) return false;
  citation.journal = trim(text.substr(0, dot));
  citation.year = text.substr(dot + 2, 4);
  std::string_view rest = text.substr(dot + 6);
  const std::size_t semicolon = rest.find(';');
  const std::size_t sentence = rest.find(". ");
  if (semicolon != std::string_view::npos && (sentence == std::string_view::npos || semicolon < sentence))
    read_numbers(rest.substr(semicolon + 1, sentence == std::string_view::npos ? sentence : sentence - semicolon - 1),
                 citation);
  return true;
}

}  // namespace

Citation split_citation(std::string_view text) {
  Citation citation;
  text = trim(text);
  if (!read_embase(text, citation) && !read_pubmed(text, citation)) citation.journal = text;
  return citation;
}

}  // namespace hedgerow::records::detail
