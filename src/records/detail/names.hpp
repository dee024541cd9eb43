// Authors in one cell: which separator lies between the names, and in which order a name without comma is written.
//
// One cell says too little ("Smith, J" may be two people), so the whole column is looked at first.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/detail/clean.hpp"

namespace hedgerow::records::detail {

enum class NameSeparator { semicolon, bar, word_and, comma, run_together, none };

struct NameStyle {
  NameSeparator separator = NameSeparator::none;
  NameOrder order = NameOrder::unknown;  ///< of names without a comma
};

/// The style that the cells of one column have in common.
NameStyle judge_names(std::span<const std::string_view> cells);
/// The names of a cell, as given, without the ids that some databases add in parentheses.
std::vector<std::string> split_names(std::string_view cell, const NameStyle& style);
/// The names of a cell as Record::authors holds them; placeholders for "no author" give none.
std::vector<std::string> clean_names(std::string_view cell, const NameStyle& style);
/// The strings of a list that a script printed: "['Marx, Karl', \"O'Hara\"]". Empty if it is no such list.
std::vector<std::string> printed_list(std::string_view text);

}  // namespace hedgerow::records::detail
