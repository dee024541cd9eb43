// A review folder -> report, tables, figures, results and lock.
#pragma once

#include "engine/review_run.hpp"
