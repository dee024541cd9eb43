// Looking up the tags of a record, and what the tagged formats share in making fields of them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "records/read.hpp"

namespace hedgerow::records::detail {

/// The value of the first tag of that name that has one, "" if there is none.
std::string_view first_value(const Record& record, std::string_view name);
/// The same for the first name of the list that has a value.
std::string_view first_value(const Record& record, std::initializer_list<std::string_view> names);
/// All values of the tags of that name that are not empty, in the file's order.
std::vector<std::string_view> all_values(const Record& record, std::string_view name);
/// The lines of a value that are not blank, trimmed.
std::vector<std::string_view> value_lines(std::string_view value);
/// Appends what the list does not have yet; empty texts are left out.
void add_new(std::vector<std::string>& list, std::string item);
void add_new(std::vector<std::string>& list, std::vector<std::string> items);
/// The digits behind `mark` in `text` ("PMID: 26152463"), "" if there are none.
std::string number_after(std::string_view text, std::string_view mark);
/// Authors of a value: one name, or several with ";" between them; "Anonymous" gives none.
void add_authors(std::vector<std::string>& authors, std::string_view value, bool group = false);
/// "1234-5678" and ISBN of a value into the record.
void add_numbers(Record& record, std::string_view value);
/// The year of the first value that has one. Reports values of which none could be read.
void set_year(Record& record, std::initializer_list<std::string_view> values, std::vector<Oddity>& oddities);
/// Whether a text of a page field is the number of an article: "e1234", "105752".
bool is_article_number(std::string_view text);

}  // namespace hedgerow::records::detail
