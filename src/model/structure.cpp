#include "model/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "stats/linalg.hpp"

namespace hedgerow::model {
namespace {

struct StructureName {
  const char* text;
  Structure structure;
};

constexpr std::array<StructureName, 15> structure_names{{{"CS", Structure::cs},
                                                         {"HCS", Structure::hcs},
                                                         {"UN", Structure::un},
                                                         {"ID", Structure::id},
                                                         {"DIAG", Structure::diag},
                                                         {"AR", Structure::ar},
                                                         {"HAR", Structure::har},
                                                         {"CAR", Structure::car},
                                                         {"SPEXP", Structure::spexp},
                                                         {"SPGAU", Structure::spgau},
                                                         {"SPLIN", Structure::splin},
                                                         {"SPRAT", Structure::sprat},
                                                         {"SPSPH", Structure::spsph},
                                                         {"GEN", Structure::gen},
                                                         {"GDIAG", Structure::gdiag}}};

}  // namespace

Expected<Structure> parse_structure(const std::string& text) {
  std::vector<std::string> names;
  for (const StructureName& entry : structure_names) {
    if (to_lower(entry.text) == to_lower(text)) return entry.structure;
    names.emplace_back(entry.text);
  }
  return make_error(
      ErrorCode::usage,
      fmt::format("unknown structure '{}'{}; known are {}", text, did_you_mean(text, names), join(names, ", ")),
      "struct");
}

std::string name(Structure structure) {
  for (const StructureName& entry : structure_names)
    if (entry.structure == structure) return entry.text;
  HR_ASSERT(false);
}

bool is_spatial(Structure structure) { return structure >= Structure::spexp && structure <= Structure::spsph; }

std::size_t Structured::tau2_count() const {
  switch (structure) {
    case Structure::hcs:
    case Structure::un:
    case Structure::diag:
    case Structure::har:
    case Structure::gen:
    case Structure::gdiag:
      return levels.size();
    default:
      return 1;
  }
}

std::size_t Structured::rho_count() const {
  const std::size_t q = levels.size();
  switch (structure) {
    case Structure::un:
    case Structure::gen:
      return q * (q - 1) / 2;
    case Structure::id:
    case Structure::diag:
    case Structure::gdiag:
      return 0;
    default:
      return 1;
  }
}

std::vector<bool> Structured::present() const {
  const bool by_row = structure == Structure::gen || structure == Structure::gdiag;
  std::vector<bool> out(levels.size(), by_row);
  for (const std::uint32_t level : inner)
    if (!by_row) out[level] = true;
  return out;
}

double Structured::lowest_rho() const {
  switch (structure) {
    case Structure::cs:
    case Structure::hcs: {
      const std::vector<bool> here = present();
      const auto q = static_cast<double>(std::count(here.begin(), here.end(), true));
      return q > 1 ? -1 / (q - 1) : -1.0;
    }
    case Structure::un:
    case Structure::gen:
    case Structure::ar:
    case Structure::har:
      return -1.0;
    default:
      return 0.0;
  }
}

double effect_variance(const Structured& term, const stats::Matrix& g, std::size_t row) {
  const bool coefficients = term.structure == Structure::gen || term.structure == Structure::gdiag;
  if (coefficients) return stats::quadratic_form(g, term.z.row(row));
  const std::size_t level = term.inner[row];
  return g(level, level);
}

}  // namespace hedgerow::model
