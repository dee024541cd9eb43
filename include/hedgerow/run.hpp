// Job -> Result, and the JSON forms of both.
#pragma once

#include "engine/run.hpp"
