#include "review/agreement_bands.hpp"

#include <fmt/core.h>

#include "base/text.hpp"

namespace hedgerow::review {
namespace {

/// Below every coefficient: the word of what is lower than the first limit.
constexpr double kLowest = -1e300;

}  // namespace

const std::vector<AgreementBands>& known_bands() {
  static const std::vector<AgreementBands> bands{
      {"cochrane",
       "Cochrane Handbook 5.1, section 7.2.6",
       {{kLowest, ""}, {0.40, "fair"}, {0.60, "good"}, {0.75, "excellent"}}},
      {"landis-koch",
       "Landis and Koch 1977",
       {{kLowest, "poor"},
        {0.0, "slight"},
        {0.205, "fair"},
        {0.405, "moderate"},
        {0.605, "substantial"},
        {0.805, "almost perfect"}}},
      {"koo-li", "Koo and Li 2016", {{kLowest, "poor"}, {0.50, "moderate"}, {0.75, "good"}, {0.90, "excellent"}}},
      {"none", "", {}}};
  return bands;
}

Expected<AgreementBands> parse_bands(std::string_view text) {
  std::vector<std::string> ids;
  for (const AgreementBands& bands : known_bands()) {
    if (bands.id == text) return bands;
    ids.push_back(bands.id);
  }
  AgreementBands out{"own", "the user's", {}};
  for (const std::string& part : split(text, ',')) {
    const std::size_t at = part.find('=');
    const auto limit = parse_number(trim(part.substr(0, at)));
    if (at == std::string::npos || !limit)
      return make_error(ErrorCode::usage, fmt::format("bands are {}, or limits with words as in "
                                                      "'0.4=fair,0.6=good,0.75=excellent'; found '{}'",
                                                      join(ids, ", "), text));
    if (!out.from.empty() && *limit <= out.from.back().first)
      return make_error(ErrorCode::usage,
                        fmt::format("the limits of bands rise; found {} after {}", *limit, out.from.back().first));
    out.from.emplace_back(*limit, std::string(trim(part.substr(at + 1))));
  }
  return out;
}

std::string reading(const AgreementBands& bands, double value) {
  std::string out;
  for (const auto& [limit, word] : bands.from)
    if (value >= limit - 1e-12) out = word;
  return out;
}

std::string describe_bands(const AgreementBands& bands) {
  std::vector<std::string> parts;
  for (const auto& [limit, word] : bands.from)
    if (!word.empty()) parts.push_back(limit == kLowest ? "lower " + word : format_significant(limit, 3) + " " + word);
  return join(parts, ", ");
}

}  // namespace hedgerow::review
