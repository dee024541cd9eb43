// Parts of hedgerow appraise that its files share.
#pragma once

#include <string>
#include <vector>

#include "review/assess.hpp"

namespace hedgerow::cli {

/// An instrument of the program by its id, or a TOML file (a name that ends in .toml). Empty: an Error that lists them.
Expected<review::Instrument> load_instrument(const std::string& name);
/// Cells of a CSV or XLSX file.
Expected<review::RatedTable> load_ratings(const review::Instrument& instrument, const std::string& path);

/// What appraise prints.
struct AppraisalView {
  review::Instrument instrument;
  std::vector<review::Assessment> raters;  ///< one per study, result and rater
  review::Agreed agreed;
  std::vector<review::AgreementReport> agreement;
  std::vector<std::string> remarks;
  int cut = 0;
};
/// Assesses, agrees and remarks. `cut`: below 0 for the instrument's own.
Expected<AppraisalView> appraisal_view(review::Instrument instrument, const std::vector<review::RatedCell>& cells,
                                       int cut);

std::string appraisal_text(const AppraisalView& view);
/// Schema hedgerow.appraisal/1: docs/methods/appraisal.md.
std::string appraisal_json(const AppraisalView& view);
/// One row per study and result: study, result, domains or items, overall or score and band, weight, low_risk.
std::string appraisal_csv(const AppraisalView& view);

}  // namespace hedgerow::cli
