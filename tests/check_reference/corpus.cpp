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

std::vector<std::string> data_paths(const std::string& folder, const Json& test_case) {
  const auto prepared = test_case.find("prepared_data");
  Json names = prepared != test_case.end() ? *prepared : test_case.at("data");
  if (!names.is_array()) names = Json::array({names});
  std::vector<std::string> out;
  for (const Json& name : names) out.push_back(folder + "/data/" + name.get<std::string>());
  return out;
}

std::optional<std::string> data_path(const std::string& folder, const Json& test_case) {
  const std::vector<std::string> paths = data_paths(folder, test_case);
  if (paths.empty()) return {};
  return paths.front();
}

}  // namespace hedgerow::check
