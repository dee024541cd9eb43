// Words for coefficients of agreement. They are habits with a source, and never stand without the number.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::review {

/// Lower limits, rising, with the word from there up to the next one. A word may be empty: the source has none.
struct AgreementBands {
  std::string id, source;
  std::vector<std::pair<double, std::string>> from;
};

/// "cochrane" (Handbook 5.1, 7.2.6, for kappa), "landis-koch", "koo-li" (for ICC), "none".
const std::vector<AgreementBands>& known_bands();
/// One of those by its id, or the user's own: "0.4=fair,0.6=good,0.75=excellent". Errors: neither, limits not rising.
Expected<AgreementBands> parse_bands(std::string_view text);
/// "good", or "".
std::string reading(const AgreementBands& bands, double value);
/// "0.4 fair, 0.6 good, 0.75 excellent".
std::string describe_bands(const AgreementBands& bands);

}  // namespace hedgerow::review
