// What a Job gave: effects, fit and answers as blocks of named numbers.
#pragma once

#include "engine/result.hpp"
