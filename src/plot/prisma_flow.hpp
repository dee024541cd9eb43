// The PRISMA 2020 flow diagram, by the four official templates: a new or an updated review, from databases and
// registers alone or with other methods.
//
// Boxes are as high as their text needs; a count that nobody gave says "not reported", never 0. What a review under way
// has not decided yet stands below the diagram, because no box of PRISMA has room for it.
//
// Source: Page2021 (templates, CC BY 4.0).
#pragma once

#include <optional>
#include <string>

#include "review/prisma.hpp"
#include "scene/scene.hpp"

namespace hedgerow::plot {

struct PrismaFlowOptions {
  std::optional<review::PrismaTemplate> form{};  ///< which template; empty: what the counts ask for
  double width = 482.0;                          ///< points; 170 mm, two columns of a journal
  double font_size = 7.5;                        ///< points
};

/// Boxes are groups with the ids of the R package PRISMA2020 ("box4").
scene::Scene prisma_flow(const review::Prisma& prisma, const PrismaFlowOptions& options = {});

}  // namespace hedgerow::plot
