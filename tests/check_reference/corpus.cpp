#include "corpus.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"

namespace hedgerow::check {

Expected<std::vector<Family>> read_corpus(const std::string& folder, const std::optional<std::string>& family) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(folder)) return make_error(ErrorCode::io, "not a folder", folder);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json" && (!family || entry.path().stem() == *family))
      names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  if (names.empty())
    return make_error(ErrorCode::usage, family ? fmt::format("no family '{}'", *family) : "no <family>.json", folder);
  std::vector<Family> out;
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name + ".json";
    HR_TRY(const std::string text, read_file(path));
    Json cases = Json::parse(text, nullptr, false);
    if (!cases.is_array()) return make_error(ErrorCode::input, "not a JSON array of cases", path);
    out.push_back({name, std::move(cases)});
  }
  return out;
}

std::optional<std::string> data_path(const std::string& folder, const Json& test_case) {
  const auto prepared = test_case.find("prepared_data");
  if (prepared != test_case.end()) {
    // One name, or a list of which the first is the main file.
    const Json& name = prepared->is_array() ? prepared->at(0) : *prepared;
    return folder + "/data/" + name.get<std::string>();
  }
  const Json& names = test_case.at("data");
  if (names.empty()) return {};
  return folder + "/data/" + names.at(0).get<std::string>();
}

}  // namespace hedgerow::check
