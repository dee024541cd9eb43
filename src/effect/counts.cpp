#include "effect/counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"
#include "effect/detail/measure.hpp"

namespace hedgerow::effect {
namespace {

using detail::Inputs;
using Kind = RawCounts::Kind;

/// Events and what they are counted among: the size itself, or events and others together.
struct Group {
  const char *events, *others, *size;
};

constexpr std::array<std::string_view, 6> matched_pairs{"MPRD", "MPRR", "MPOR", "MPORC", "MPPETO", "MPORM"};

Kind kind_of(const Inputs& inputs) {
  if (inputs.bound("ai") && inputs.bound("ci")) return Kind::tables;
  if (inputs.bound("x1i") && inputs.bound("t1i")) return Kind::rates;
  if (inputs.bound("xi") && inputs.bound("ti")) return Kind::single_rates;
  if (inputs.bound("xi") && (inputs.bound("ni") || inputs.bound("mi"))) return Kind::proportions;
  return Kind::none;
}

bool counts_persons(Kind kind) { return kind == Kind::tables || kind == Kind::proportions; }

Checked read_group(const Inputs& inputs, const Group& group, bool persons, stats::Vector& x, stats::Vector& n) {
  for (std::size_t i = 0; i < inputs.rows(); ++i) {
    const double events = inputs.at(i, group.events);
    const double others = *group.others ? inputs.at(i, group.others) : kMissing;
    const double size = is_missing(others) ? inputs.at(i, group.size) : events + others;
    if (persons && events > size)
      return inputs.bad(
          i, group.events,
          fmt::format("{} events among {} = {}", format_shortest(events), group.size, format_shortest(size)));
    x.push_back(events);
    n.push_back(size);
  }
  return {};
}

}  // namespace

Expected<RawCounts> raw_counts(const std::string& measure, const data::Table& table, const Arguments& arguments) {
  RawCounts out;
  if (std::find(matched_pairs.begin(), matched_pairs.end(), measure) != matched_pairs.end()) return out;
  HR_TRY(const detail::Measure* found, detail::find_measure(measure));
  HR_TRY(const Inputs inputs, Inputs::bind(table, arguments, found->arguments, found->name));
  out.kind = kind_of(inputs);
  const bool persons = counts_persons(out.kind);
  switch (out.kind) {
    case Kind::none:
      break;
    case Kind::tables:
      HR_CHECK(read_group(inputs, {"ai", "bi", "n1i"}, persons, out.x1, out.n1));
      HR_CHECK(read_group(inputs, {"ci", "di", "n2i"}, persons, out.x2, out.n2));
      break;
    case Kind::rates:
      HR_CHECK(read_group(inputs, {"x1i", "", "t1i"}, persons, out.x1, out.n1));
      HR_CHECK(read_group(inputs, {"x2i", "", "t2i"}, persons, out.x2, out.n2));
      break;
    case Kind::proportions:
      HR_CHECK(read_group(inputs, {"xi", "mi", "ni"}, persons, out.x1, out.n1));
      break;
    case Kind::single_rates:
      HR_CHECK(read_group(inputs, {"xi", "", "ti"}, persons, out.x1, out.n1));
      break;
  }
  return out;
}

}  // namespace hedgerow::effect
