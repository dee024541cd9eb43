// Agreement as text for a terminal and as JSON.
#pragma once

#include <string>
#include <vector>

#include "review/agreement_bands.hpp"
#include "review/agreement_report.hpp"

namespace hedgerow::cli {

/// How numbers are put into words.
struct AgreementWords {
  double level = 0.95;
  review::AgreementBands bands, icc_bands;
};

std::string agreement_text(const std::vector<review::AgreementReport>& reports, const AgreementWords& words);
/// Schema hedgerow.agreement/1: docs/methods/agreement.md.
std::string agreement_json(const std::vector<review::AgreementReport>& reports, const AgreementWords& words);

}  // namespace hedgerow::cli
