// Values as the formats spell them, brought to one form. Pure text functions, shared by all readers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hedgerow::records::detail {

/// The DOI in a text, bare and lower case: "https://doi.org/10.1/AB.", "doi:10.1/ab", URL-encoded forms. Empty if
/// there is none.
std::string clean_doi(std::string_view text);
/// The year in a date: "2021/06//", "2017 Nov 15", "2019 Winter", "May-Jun 2004", "c1998". Nothing for "10 15".
std::optional<int> clean_year(std::string_view text);
/// "188-97" becomes "188-197"; "pp. 3-9" "3-9"; dashes of every kind "-".
std::string clean_pages(std::string_view text);
/// Text without HTML elements and entities, blanks single, the ends trimmed.
std::string clean_text(std::string_view text);
/// The same for a title: also without one final full stop and without "[...]" around a translated one.
std::string clean_title(std::string_view text);
/// Every ISSN ("1234-567X") and ISBN in a text such as "00139351 (ISSN); 9780306406157".
std::vector<std::string> find_issn(std::string_view text);
std::vector<std::string> find_isbn(std::string_view text);
/// One author's name as "Family, Given": from "Family G", "FAMILY, G", "Given Family" as the flag says.
enum class NameOrder { family_first, given_first, unknown };
std::string clean_author(std::string_view text, NameOrder order);
/// Whether the text stands in the place of an author without naming one: "Anonymous,", "[No author name available]".
bool is_no_author(std::string_view text);

}  // namespace hedgerow::records::detail
