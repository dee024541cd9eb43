// The specification of a simulation as TOML.
#include <fmt/core.h>

#include <cmath>

#include "data/toml.hpp"
#include "engine/simulate.hpp"

namespace hedgerow::engine {
namespace {

std::vector<std::size_t> counts(data::TomlReader& root, const std::string& key, double smallest, double largest) {
  std::vector<std::size_t> out;
  for (const double value : root.numbers(key)) {
    if (!(value >= smallest && value <= largest) || value != std::floor(value)) {
      root.fail(key, fmt::format("expected whole numbers from {} to {}, found {}", smallest, largest, value));
      return {1};
    }
    out.push_back(static_cast<std::size_t>(value));
  }
  if (out.empty()) root.fail(key, "expected a list of whole numbers");
  return out;
}

void read_settings(data::TomlReader& root, SimulationSpec& spec) {
  for (data::TomlReader& table : root.tables("setting")) {
    SimulationSetting setting;
    setting.name = table.required_text("name");
    setting.sigma2_study = table.number("sigma2_study", 0);
    setting.sigma2_effect = table.number("sigma2_effect", 0);
    if (setting.sigma2_study < 0 || setting.sigma2_effect < 0) table.fail("", "variances must be 0 or more");
    table.finish();
    spec.settings.push_back(std::move(setting));
  }
  if (spec.settings.empty()) root.fail("", "expected a [[setting]] with its variances, or several");
}

}  // namespace

Expected<SimulationSpec> parse_simulation(std::string_view bytes, const std::string& source) {
  HR_TRY(const data::TomlNode node, data::parse_toml(bytes, source));
  data::TomlErrors errors;
  data::TomlReader root(node, source, "", errors);
  SimulationSpec spec;
  spec.title = root.text("title", "Coverage");
  const double seed = root.number("seed", 1);
  if (!(seed >= 0 && seed <= 0x1p53) || seed != std::floor(seed)) root.fail("seed", "expected a whole number");
  spec.seed = static_cast<std::uint64_t>(seed);
  const double replicates = root.number("replicates", 1000);
  if (!(replicates >= 1 && replicates <= 1e7) || replicates != std::floor(replicates))
    root.fail("replicates", "expected a whole number from 1 to 10000000");
  else
    spec.replicates = static_cast<std::size_t>(replicates);
  spec.level = root.number("level", 0.95);
  if (!(spec.level > 0 && spec.level < 1)) root.fail("level", "expected a number between 0 and 1");
  spec.studies = counts(root, "studies", 3, 1e5);
  spec.effects = counts(root, "effects", 1, 1e4);
  const std::vector<double> vi = root.numbers("vi");
  if (vi.size() != 2 || !(vi[0] > 0) || !(vi[1] >= vi[0])) {
    root.fail("vi", "expected the lower and the upper bound of the sampling variances, as in [0.02, 0.2]");
  } else {
    spec.vi_from = vi[0];
    spec.vi_to = vi[1];
  }
  spec.beta0 = root.number("intercept", 0);
  spec.beta1 = root.number("slope", 0);
  spec.methods = root.texts("methods");
  if (spec.methods.empty()) root.fail("methods", "expected a list such as [\"z\", \"satterthwaite\"]");
  read_settings(root, spec);
  root.finish();
  if (errors.first) return *errors.first;
  return spec;
}

}  // namespace hedgerow::engine
