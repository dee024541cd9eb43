// Words of the criteria in a text: what the eye should find first.
//
// The words of each part of PICOS, without the small ones, are compared by their stems, so that "exercise" finds
// "exercises" and "exercising". English only: in another language a word finds itself and close endings.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hedgerow::workflow {

/// The parts of the criteria, in the order P, I, C, O, S; further words of the user come last.
inline constexpr std::size_t kCriteria = 6;

/// A stem and the part of the criteria that it is from.
struct Term {
  std::string stem;
  std::size_t criterion = 0;
};

/// Bytes [begin, end) of a text that are a word of the criteria.
struct Mark {
  std::size_t begin = 0, end = 0;
  std::size_t criterion = 0;
};

/// The terms of the criteria; a word that stands in several parts belongs to the first.
std::vector<Term> criteria_terms(const std::array<std::string, kCriteria>& criteria);
/// Their places in a text, in its order, not overlapping.
std::vector<Mark> marks(std::string_view text, const std::vector<Term>& terms);

/// The criteria of a review.toml ([picos]); empty ones where it has none or can't be read: highlights are a help, not
/// a condition.
std::array<std::string, kCriteria> read_criteria(const std::string& review_file);

}  // namespace hedgerow::workflow
