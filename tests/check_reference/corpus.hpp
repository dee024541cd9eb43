// A reference corpus on disk: <family>.json files and data/*.csv (tests/reference/README.md describes the layout).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::check {

using Json = nlohmann::json;

struct Family {
  std::string name;
  Json cases;  ///< array
};

/// All families of a folder in alphabetical order, or the one that is named.
Expected<std::vector<Family>> read_corpus(const std::string& folder, const std::optional<std::string>& family);

/// Path of the main data file of a case, after its preparation if it has one; nothing if the call holds its data
/// itself.
std::optional<std::string> data_path(const std::string& folder, const Json& test_case);
/// Paths of all data files of a case, the main one first.
std::vector<std::string> data_paths(const std::string& folder, const Json& test_case);

/// Columns of CSV bytes whose cells are all quoted numbers. R quotes factors and texts alone, so they are factors whose
/// levels look like numbers; the order of their levels is not in the file.
std::vector<std::string> quoted_numbers(std::string_view bytes);

}  // namespace hedgerow::check
