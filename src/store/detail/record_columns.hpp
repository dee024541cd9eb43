// A record as a row: one column for each field, lists (authors, keywords, tags) as JSON.
#pragma once

#include <string>

#include "records/record.hpp"
#include "store/detail/sqlite.hpp"

namespace hedgerow::store::detail {

/// Columns of the table `record` after its id, in the order in which `bind_record` and `read_record` take them.
std::string record_columns();
/// As many question marks.
std::string record_places();

/// Binds the fields from parameter `first` on.
void bind_record(Statement& statement, int first, const records::Record& record);
/// Reads them from column `first` on; abstract and tags stay empty.
records::Record read_record(const Statement& statement, int first);

/// [["TY","JOUR"],...]. Bytes that are not UTF-8 are replaced (readers give none).
std::string tags_json(const std::vector<records::Tag>& tags);
std::vector<records::Tag> tags_from_json(std::string_view text);
/// ["a","b"].
std::string list_json(const std::vector<std::string>& values);
std::vector<std::string> list_from_json(std::string_view text);

}  // namespace hedgerow::store::detail
