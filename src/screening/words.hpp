// Words of titles and abstracts, as numbers.
//
// A word is two or more letters, digits or underscores of any script, in lower case: the usual definition of text
// classifiers, so that their published figures can be reproduced. A stem is the word without its English endings
// (Porter's second algorithm, libstemmer): "randomised" and "randomisation" become one. Each different word is stemmed
// once; a review of 5,000 abstracts has a million words, of which 30,000 differ.
//
// Source: porter1980.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hedgerow::screening {

/// The words of a text in their order, in lower case.
std::vector<std::string> words(std::string_view text);
/// The same, one by one; each is valid during its call alone.
void for_each_word(std::string_view text, const std::function<void(std::string_view)>& take);

/// The stem of one English word in lower case; other words come back with at most their ending changed.
std::string stem(const std::string& word);

/// Numbers for texts: 0, 1, 2, ... in the order in which they came.
class Vocabulary {
 public:
  std::uint32_t number(std::string_view text);
  std::size_t size() const { return texts_.size(); }
  const std::string& text(std::uint32_t number) const { return *texts_[number]; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<const std::string*> texts_;  ///< the keys of the map, which stay where they are
};

/// Numbers for pairs of numbers. A table with open addressing: a search has as many pairs as words.
class PairVocabulary {
 public:
  /// `expected`: how many calls will come; it saves growing step by step.
  explicit PairVocabulary(std::size_t expected = 0);
  std::uint32_t number(std::uint32_t first, std::uint32_t second);
  std::size_t size() const { return used_; }

 private:
  static constexpr std::uint32_t kUnused = 0xFFFFFFFF;
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t number = kUnused;
  };
  void grow();
  std::size_t place(std::uint64_t key) const;
  std::vector<Slot> slots_;  ///< a power of two of them
  std::size_t used_ = 0;
};

/// Whether the word says nothing of a subject ("the", "with", "were"): left out by the model u3.
bool is_stop_word(std::string_view word);

}  // namespace hedgerow::screening
