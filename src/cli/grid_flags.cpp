#include "cli/grid_flags.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hedgerow::cli {
namespace {

constexpr double kMaximum = 1000;  ///< values of one grid

std::string flag_name(const std::string& parameter) {
  std::string out = "--" + parameter + "-grid";
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

/// "0:0.9:0.1" (both ends belong to it) or "0,0.3,0.6".
Expected<stats::Vector> grid_values(const std::string& text, const std::string& flag) {
  const auto bad = [&] {
    return make_error(ErrorCode::usage,
                      fmt::format("expected from:to:step or a list, as in 0:0.9:0.1 or 0.3,0.6; "
                                  "found '{}'",
                                  text),
                      flag);
  };
  const bool is_range = text.find(':') != std::string::npos;
  stats::Vector numbers;
  for (const std::string& part : split(text, is_range ? ':' : ',')) {
    const auto value = parse_number(trim(part));
    if (!value) return bad();
    numbers.push_back(*value);
  }
  if (!is_range) return numbers;
  if (numbers.size() != 3 || !(numbers[2] > 0) || !(numbers[1] >= numbers[0])) return bad();
  const double steps = std::floor((numbers[1] - numbers[0]) / numbers[2] + 1e-9);
  if (!(steps < kMaximum)) return bad();
  stats::Vector out;
  // Rounded to 12 digits, so that 3 * 0.1 is the 0.3 that the main analysis may use.
  for (double i = 0; i <= steps; ++i) out.push_back(std::round((numbers[0] + i * numbers[2]) * 1e12) / 1e12);
  return out;
}

}  // namespace

void add_grid_flags(CLI::App& app, GridFlags& flags) {
  const std::string group = "Grid of an assumed correlation (from:to:step, or a list)";
  for (auto& [parameter, text] : flags.texts) {
    const std::string name = parameter;
    const std::string help = name == "r"         ? "Pre-post correlation of rows that give none (--r)"
                             : name == "phi"     ? "Autocorrelation of sampling errors (--phi)"
                             : name == "rho"     ? "Correlation of sampling errors (--rho, --working-rho)"
                             : name == "rho_obs" ? "First of two rho: within a type"
                                                 : "Second of two rho: between types";
    app.add_option(flag_name(name), text, help)->group(group);
  }
}

Expected<std::vector<engine::Question>> grid_questions(const GridFlags& flags) {
  std::vector<engine::Question> out;
  for (const auto& [parameter, text] : flags.texts) {
    if (text.empty()) continue;
    HR_TRY(stats::Vector values, grid_values(text, flag_name(parameter)));
    out.push_back({std::string(parameter) + "_grid", engine::AskCovarianceGrid{parameter, std::move(values)}});
  }
  return out;
}

}  // namespace hedgerow::cli
