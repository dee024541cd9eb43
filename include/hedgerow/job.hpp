// What is asked: data, effect, model, inference, questions.
#pragma once

#include "engine/job.hpp"
