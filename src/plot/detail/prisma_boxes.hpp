// What stands in the boxes of the PRISMA diagram: counts and words, without places.
#pragma once

#include <string>
#include <vector>

#include "review/prisma.hpp"

namespace hedgerow::plot::detail {

struct BoxLine {
  std::string text;
  int indent = 0;
  bool bold = false;
};

struct BoxText {
  std::string id;  ///< "box4"
  std::vector<BoxLine> lines;
  bool empty() const { return lines.empty(); }
};

/// One row of boxes of one arm: the main road and what leaves it.
struct Step {
  BoxText main, side;
};

/// An arm: identification, then the steps of screening.
struct Arm {
  std::string title;
  std::vector<Step> steps;
};

struct FlowText {
  BoxText previous;             ///< empty in a new review
  Arm databases;                ///< four steps: identified, screened, sought, assessed
  Arm other;                    ///< no steps without other methods; else identified, (none), sought, assessed
  BoxText included, undecided;  ///< of this version; awaiting classification and ongoing
  BoxText total, analysed;      ///< of an updated review; in the meta-analysis
  std::vector<std::string> notes;
};

FlowText flow_text(const review::Prisma& prisma, const review::PrismaTemplate& form);

}  // namespace hedgerow::plot::detail
