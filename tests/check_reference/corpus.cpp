#include "corpus.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"

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

namespace {

struct Cell {
  std::string text;
  bool quoted = false;
};

/// One line of plain CSV, as R writes it.
std::vector<Cell> cells_of(std::string_view line) {
  std::vector<Cell> out(1);
  bool inside = false;
  for (const char c : line) {
    if (c == '"') {
      inside = !inside;
      out.back().quoted = true;
    } else if (c == ',' && !inside) {
      out.emplace_back();
    } else {
      out.back().text += c;
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> quoted_numbers(std::string_view bytes) {
  const std::vector<std::string> lines = split(bytes, '\n');
  const std::vector<Cell> header = cells_of(lines.front());
  std::vector<bool> all(header.size(), lines.size() > 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::vector<Cell> cells = cells_of(lines[i]);
    for (std::size_t j = 0; j < all.size(); ++j)
      all[j] = all[j] && j < cells.size() && cells[j].quoted && parse_number(cells[j].text);
  }
  std::vector<std::string> out;
  for (std::size_t j = 0; j < all.size(); ++j)
    if (all[j]) out.push_back(header[j].text);
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
