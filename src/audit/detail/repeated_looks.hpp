// What repeated tests of growing data come to.
#pragma once

namespace hedgerow::audit::detail {

/// Chance that at least one of `looks` >= 1 tests is significant at 5 % (two-sided) when there is no effect and the
/// same amount of data comes between looks. Source: armitage1969 (2 looks: 0.083, 5 looks: 0.142).
double chance_of_crossing(int looks);

}  // namespace hedgerow::audit::detail
