// A table of a report as Markdown (the pipe tables of GitHub and Pandoc), with its caption and notes.
#pragma once

#include <string>

#include "report/document.hpp"

namespace hedgerow::report {

/// Columns that are for files alone are left out; a row of class `group` fills its first cell. Bars and line breaks in
/// cells are escaped, citations are dropped.
std::string to_markdown(const Table& table);

}  // namespace hedgerow::report
