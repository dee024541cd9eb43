// The tables behind scene/metrics.hpp: advance widths of Liberation Sans in 1/2048 em.
#pragma once

#include <cstdint>
#include <span>

namespace hedgerow::scene::detail {

inline constexpr double kUnitsPerEm = 2048.0;

/// Consecutive code points with known widths.
struct WidthRun {
  std::uint32_t first;
  std::uint32_t count;
  std::uint32_t offset;  ///< of the first width in regular_widths() and bold_widths()
};

std::span<const WidthRun> width_runs();  ///< ascending by `first`
std::span<const std::uint16_t> regular_widths();
std::span<const std::uint16_t> bold_widths();

}  // namespace hedgerow::scene::detail
