// Records on a terminal and as JSON, the same in every command.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "records/record.hpp"

namespace hedgerow::cli {

/// Lines for a person: title, who and where, abstract, keywords; wrapped at `width` columns.
std::string record_text(const records::Record& record, std::size_t width);
/// "Smith, A.; Jones, B.; ... (9 authors). Journal 2015;3(1):1-9. doi:10.1/x".
std::string citation_line(const records::Record& record);
/// Fields of a record that have a value.
nlohmann::json record_json(const records::Record& record);

/// Text broken at blanks into lines of at most `width` code points.
std::string wrap(std::string_view text, std::size_t width, std::string_view indent = "");
/// The first `width` code points, with "..." where more follow.
std::string shortened(std::string_view text, std::size_t width);
/// JSON as text, whatever bytes its strings hold.
std::string dump(const nlohmann::json& json);

}  // namespace hedgerow::cli
