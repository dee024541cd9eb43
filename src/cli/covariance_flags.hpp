// Flags of the sampling covariance V, with the names of metafor's vcalc.
#pragma once

#include <optional>
#include <string>

#include "base/expected.hpp"
#include "engine/covariance_request.hpp"

namespace CLI {
class App;
}

namespace hedgerow::cli {

struct CovarianceFlags {
  engine::CovarianceRequest request;  ///< what needs no reading is bound directly
  std::string rho, phi, rvars;
  bool nearpd = false, unchecked = false;
};

void add_covariance_flags(CLI::App& app, CovarianceFlags& flags);

/// The request of the flags, or nothing if none was used. Errors name the flag.
Expected<std::optional<engine::CovarianceRequest>> covariance_request(const CovarianceFlags& flags);

}  // namespace hedgerow::cli
