// Words and numbers in the cells and sentences of a paper.
#pragma once

#include <string>
#include <vector>

namespace hedgerow::audit::detail {

/// One word for the ways to write the same: lower case, without "the" in front; men and male, women and female, both
/// and mixed, RCT and randomized.
std::string one_word(const std::string& text);
/// Lower-case words of letters and digits; everything else stands between words.
std::vector<std::string> words_of(const std::string& text);
/// Whether `phrase` stands in `text` as whole words, ignoring case.
bool names(const std::string& text, const std::string& phrase);
/// The numbers of "60–70days": one or two.
std::vector<double> numbers_in(const std::string& text);
/// Whether a group's name is that of one that is compared with: control, placebo, usual care, waiting list.
bool untreated(const std::string& group);
/// Whether any of them stands in the text, which is in lower case.
bool holds_any(const std::string& text, const std::vector<const char*>& parts);

}  // namespace hedgerow::audit::detail
