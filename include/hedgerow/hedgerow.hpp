// Hedgerow as a library: make a Job, run it, read the Result.
//
//   hedgerow/job.hpp     what is asked
//   hedgerow/run.hpp     Job -> Result, and the JSON forms of both
//   hedgerow/result.hpp  blocks of numbers, each with its method and rows
//   hedgerow/review.hpp  a review folder -> report, tables, figures
//
// Everything below is reached through these four; examples/library/first_fit.cpp is a whole program.
#pragma once

#include <hedgerow/job.hpp>
#include <hedgerow/result.hpp>
#include <hedgerow/review.hpp>
#include <hedgerow/run.hpp>
