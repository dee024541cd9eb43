// A pair's evidence in words.
#include <fmt/core.h>

#include "base/text.hpp"
#include "dedup/detail/model.hpp"

namespace hedgerow::dedup::detail {
namespace {

/// "year, journal and volume" of a list of fields.
std::string listed(const std::vector<std::string>& fields) {
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i)
    text += (i == 0 ? "" : i + 1 == fields.size() ? " and " : ", ") + fields[i];
  return text;
}

std::string title_words(const Comparison& pair) {
  if (pair.title_missing) return "no title";
  if (pair.title >= 0.9995) return "title equal";
  std::string text = fmt::format("title {:.2f}", pair.title);
  if (pair.contained >= 0.999 && pair.inserted > 0) text += " (one contains the other)";
  return text;
}

}  // namespace

std::string reason(const Comparison& pair) {
  std::vector<std::string> parts, equal, other;
  if (pair.doi == Agreement::equal) parts.push_back("same DOI");
  if (pair.pmid == Agreement::equal) parts.push_back("same PMID");
  if (pair.registry == Agreement::equal) parts.push_back("same registration");
  parts.push_back(title_words(pair));
  if (pair.number_conflict) parts.push_back("numbers in the titles differ");
  if (pair.notice_differs) parts.push_back("one is a correction or comment");
  const auto sort_in = [&](Agreement agreement, const char* field) {
    if (agreement == Agreement::equal) equal.push_back(field);
    if (agreement == Agreement::differs) other.push_back(field);
  };
  sort_in(pair.first_author, "first author");
  sort_in(pair.year_gap < 0 ? Agreement::missing : pair.year_gap == 0 ? Agreement::equal : Agreement::differs, "year");
  sort_in(pair.journal, "journal");
  sort_in(pair.volume, "volume");
  sort_in(pair.issue, "issue");
  sort_in(pair.first_page, "first page");
  if (!equal.empty()) parts.push_back(listed(equal) + " equal");
  if (pair.abstract >= 0.6) parts.push_back("abstracts alike");
  if (pair.doi == Agreement::differs) other.push_back("DOI");
  if (pair.pmid == Agreement::differs) other.push_back("PMID");
  if (pair.registry == Agreement::differs) other.push_back("registration");
  if (pair.abstract >= 0 && pair.abstract < 0.1) other.push_back("abstract");
  if (!other.empty()) parts.push_back("other " + listed(other));
  return join(parts, "; ");
}

}  // namespace hedgerow::dedup::detail
