#include "screening/words.hpp"

#include <libstemmer.h>
#include <utf8proc.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace hedgerow::screening {
namespace {

bool is_ascii_word(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_word_character(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

void append(std::string& word, utf8proc_int32_t c) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(utf8proc_tolower(c), bytes);
  word.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace

void for_each_word(std::string_view text, const std::function<void(std::string_view)>& take) {
  std::string converted;
  if (!is_valid_utf8(text)) {
    converted = latin1_to_utf8(text);
    text = converted;
  }
  std::string word;
  std::size_t letters = 0;
  const auto end_word = [&] {
    if (letters >= 2) take(word);
    word.clear();
    letters = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 128) {
      ++at;
      if (!is_ascii_word(byte)) {
        end_word();
        continue;
      }
      word += static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
      ++letters;
      continue;
    }
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                                   static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    at += size > 0 ? static_cast<std::size_t>(size) : 1;
    if (size <= 0 || !is_word_character(c)) {
      end_word();
      continue;
    }
    append(word, c);
    ++letters;
  }
  end_word();
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  for_each_word(text, [&](std::string_view word) { result.emplace_back(word); });
  return result;
}

std::string stem(const std::string& word) {
  thread_local const std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)> stemmer(
      sb_stemmer_new("english", "UTF_8"), &sb_stemmer_delete);
  HR_ASSERT(stemmer != nullptr);
  const sb_symbol* result =
      sb_stemmer_stem(stemmer.get(), reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
  if (result == nullptr) return word;
  return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(sb_stemmer_length(stemmer.get()))};
}

std::uint32_t Vocabulary::number(std::string_view text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  const auto place = numbers_.emplace(text, static_cast<std::uint32_t>(texts_.size())).first;
  texts_.push_back(&place->first);
  return place->second;
}

// Of the pairs of a text about every second is new, and half of the slots stay free: as many slots as calls, or more.
PairVocabulary::PairVocabulary(std::size_t expected)
    : slots_(std::bit_ceil(std::max(expected, std::size_t{1} << 12))) {}

// The slot of the key, or the free one where it belongs. Fibonacci hashing: the upper bits of the product depend on all
// bits of the key.
std::size_t PairVocabulary::place(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 20) & mask;
  while (slots_[at].number != kUnused && slots_[at].key != key) at = (at + 1) & mask;
  return at;
}

std::uint32_t PairVocabulary::number(std::uint32_t first, std::uint32_t second) {
  if (2 * used_ >= slots_.size()) grow();
  const std::uint64_t key = (std::uint64_t{first} << 32) | second;
  Slot& slot = slots_[place(key)];
  if (slot.number == kUnused) slot = {key, static_cast<std::uint32_t>(used_++)};
  return slot.number;
}

void PairVocabulary::grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old)
    if (slot.number != kUnused) slots_[place(slot.key)] = slot;
}

bool is_stop_word(std::string_view word) {
  static const std::unordered_set<std::string_view> kWords = {
      "about",      "above",    "across",    "after",    "afterwards", "again",    "against",  "all",     "almost",
      "alone",      "along",    "already",   "also",     "always",     "although", "among",    "an",      "and",
      "another",    "any",      "anyone",    "are",      "around",     "as",       "at",       "be",      "became",
      "because",    "become",   "been",      "before",   "behind",     "being",    "below",    "beside",  "besides",
      "between",    "beyond",   "both",      "but",      "by",         "can",      "cannot",   "could",   "did",
      "do",         "does",     "done",      "down",     "due",        "during",   "each",     "either",  "else",
      "elsewhere",  "enough",   "etc",       "even",     "ever",       "every",    "everyone", "except",  "few",
      "first",      "for",      "former",    "from",     "further",    "get",      "give",     "had",     "has",
      "have",       "he",       "hence",     "her",      "here",       "hers",     "him",      "his",     "how",
      "however",    "if",       "in",        "indeed",   "into",       "is",       "it",       "its",     "itself",
      "last",       "latter",   "least",     "less",     "made",       "many",     "may",      "me",      "might",
      "more",       "moreover", "most",      "mostly",   "much",       "must",     "my",       "namely",  "neither",
      "never",      "next",     "no",        "nobody",   "none",       "nor",      "not",      "nothing", "now",
      "of",         "off",      "often",     "on",       "once",       "one",      "only",     "onto",    "or",
      "other",      "others",   "our",       "out",      "over",       "own",      "per",      "perhaps", "rather",
      "re",         "same",     "see",       "seem",     "seemed",     "several",  "she",      "should",  "since",
      "so",         "some",     "still",     "such",     "than",       "that",     "the",      "their",   "them",
      "then",       "there",    "therefore", "these",    "they",       "this",     "those",    "though",  "through",
      "throughout", "thus",     "to",        "together", "too",        "toward",   "towards",  "two",     "under",
      "until",      "up",       "upon",      "us",       "very",       "via",      "was",      "we",      "well",
      "were",       "what",     "when",      "where",    "whereas",    "whether",  "which",    "while",   "who",
      "whom",       "whose",    "why",       "will",     "with",       "within",   "without",  "would",   "yet",
      "you",        "your"};
  return kWords.contains(word);
}

}  // namespace hedgerow::screening
