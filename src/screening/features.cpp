#include "screening/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "screening/words.hpp"

namespace hedgerow::screening {
namespace {

// Terms of all records, one after the other; those of record i from starts[i] on.
struct Termed {
  std::vector<std::uint32_t> terms;
  std::vector<std::size_t> starts{0};
  std::size_t different = 0;  ///< terms are 0 to different - 1

  std::size_t documents() const { return starts.size() - 1; }
  std::span<const std::uint32_t> of(std::size_t document) const {
    return std::span(terms).subspan(starts[document], starts[document + 1] - starts[document]);
  }
  void end_document() { starts.push_back(terms.size()); }
};

// The words of the records as numbers, read once for all blocks.
struct Corpus {
  Vocabulary vocabulary;
  Termed bodies;                           // title, then abstract
  std::vector<std::size_t> title_lengths;  // the first words of each body
  std::vector<std::uint32_t> stems;
  std::size_t stem_count = 0;

  explicit Corpus(std::span<const Text> texts) {
    for (const Text& text : texts) {
      add_words(text.title, bodies);
      title_lengths.push_back(bodies.terms.size() - bodies.starts.back());
      add_words(text.abstract, bodies);
      bodies.end_document();
    }
  }

  void add_words(std::string_view text, Termed& to) {
    for_each_word(text, [&](std::string_view word) { to.terms.push_back(vocabulary.number(word)); });
  }

  // Fills `stems` for the words that the vocabulary has by now.
  void make_stems() {
    Vocabulary names;
    stems.clear();
    for (std::uint32_t word = 0; word < vocabulary.size(); ++word)
      stems.push_back(names.number(stem(vocabulary.text(word))));
    stem_count = names.size();
  }

  Termed stemmed(Termed words) const {
    for (std::uint32_t& term : words.terms) term = stems[term];
    words.different = stem_count;
    return words;
  }

  Termed words() const {
    Termed result = bodies;
    result.different = vocabulary.size();
    return result;
  }

  Termed titles() const {
    Termed result;
    for (std::size_t i = 0; i < title_lengths.size(); ++i) {
      const auto title = bodies.of(i).first(title_lengths[i]);
      result.terms.insert(result.terms.end(), title.begin(), title.end());
      result.end_document();
    }
    return result;
  }
};

// Adds the pairs of neighbours behind the single terms.
Termed with_pairs(const Termed& single) {
  PairVocabulary pairs(single.terms.size());
  Termed result;
  result.terms.reserve(2 * single.terms.size());
  for (std::size_t i = 0; i < single.documents(); ++i) {
    const auto terms = single.of(i);
    result.terms.insert(result.terms.end(), terms.begin(), terms.end());
    for (std::size_t k = 0; k + 1 < terms.size(); ++k)
      result.terms.push_back(static_cast<std::uint32_t>(single.different) + pairs.number(terms[k], terms[k + 1]));
    result.end_document();
  }
  result.different = single.different + pairs.size();
  return result;
}

Termed named_terms(std::span<const Text> texts, bool authors) {
  Vocabulary names;
  Termed result;
  for (const Text& text : texts) {
    if (!authors && !trim(text.journal).empty())
      result.terms.push_back(names.number(fold_for_search(trim(text.journal))));
    if (authors)
      for (const std::string& author : text.authors)
        result.terms.push_back(names.number(fold_for_search(trim(author))));
    result.end_document();
  }
  result.different = names.size();
  return result;
}

Termed without_stop_words(const Termed& words, const Vocabulary& vocabulary) {
  std::vector<bool> stop(vocabulary.size());
  for (std::uint32_t word = 0; word < vocabulary.size(); ++word) stop[word] = is_stop_word(vocabulary.text(word));
  Termed result;
  result.different = words.different;
  for (std::size_t i = 0; i < words.documents(); ++i) {
    for (const std::uint32_t term : words.of(i))
      if (!stop[term]) result.terms.push_back(term);
    result.end_document();
  }
  return result;
}

// The single terms of a block; none where it has other features.
Termed terms_of(const Block& block, std::span<const Text> texts, Corpus& corpus) {
  switch (block.terms) {
    case Terms::year:
    case Terms::abstract:
      return {};
    case Terms::authors:
      return named_terms(texts, true);
    case Terms::journal:
      return named_terms(texts, false);
    case Terms::words:
      return block.without_stop_words ? without_stop_words(corpus.words(), corpus.vocabulary) : corpus.words();
    case Terms::keyword_stems: {
      Termed keywords;
      for (const Text& text : texts) {
        corpus.add_words(join(text.keywords, " ; "), keywords);
        keywords.end_document();
      }
      corpus.make_stems();
      return corpus.stemmed(std::move(keywords));
    }
    default:
      if (corpus.stems.size() != corpus.vocabulary.size()) corpus.make_stems();
      return corpus.stemmed(block.terms == Terms::title_stems ? corpus.titles() : corpus.bodies);
  }
}

// How often a term occurs, and in how many records: side by side in memory, for they are read and written together.
struct TermCount {
  std::uint32_t occurrences = 0, documents = 0;
  std::uint32_t last = 0;  ///< the last record that has it, counted from 1
};

std::vector<TermCount> count_terms(const Termed& terms) {
  std::vector<TermCount> counts(terms.different);
  for (std::size_t i = 0; i < terms.documents(); ++i)
    for (const std::uint32_t term : terms.of(i)) {
      TermCount& count = counts[term];
      ++count.occurrences;
      if (std::exchange(count.last, static_cast<std::uint32_t>(i + 1)) != i + 1) ++count.documents;
    }
  return counts;
}

// Weights of terms: a factor of how often the record has the term, and one of how rare it is.
class Weights {
 public:
  Weights(const Block& block, std::size_t documents) : block_(block), n_(static_cast<double>(documents)) {
    for (std::size_t count = 0; count < factors_.size(); ++count) factors_[count] = factor(count);
    for (std::size_t count = 0; count <= documents; ++count)
      rarity_.push_back(std::log((1 + n_) / (1 + static_cast<double>(count))) + 1);
  }
  double operator()(std::size_t count, std::size_t documents) const {
    return (count < factors_.size() ? factors_[count] : factor(count)) * rarity_[documents];
  }
  bool left_out(std::size_t documents) const { return static_cast<double>(documents) > block_.most_documents * n_; }

 private:
  double factor(std::size_t count) const {
    const auto times = static_cast<double>(count);
    return block_.sublinear && count > 0 ? 1 + std::log(times) : times;
  }

  const Block& block_;
  double n_;
  std::array<double, 64> factors_{};
  std::vector<double> rarity_;  // by the number of records that have the term
};

// Where a block puts each term. Those that more than one record has get columns, the most frequent first, so that the
// weights which are read most lie side by side in memory.
struct Places {
  static constexpr std::uint32_t kAlone = UINT32_MAX, kLeftOut = UINT32_MAX - 1;

  std::vector<std::uint32_t> of_term;    // a column, or one of the two
  std::vector<std::uint32_t> documents;  // per column
  std::size_t used = 0;                  // terms that are not left out

  // Sorted by counting: `first` is where the terms of each frequency begin.
  Places(const std::vector<TermCount>& counts, const Weights& weight, std::size_t most) : of_term(counts.size()) {
    std::vector<std::size_t> first(most + 2, 0);
    for (const TermCount& count : counts) ++first[count.documents];
    for (std::size_t n = most + 1; n-- > 2;)
      documents.insert(documents.end(), std::exchange(first[n], documents.size()), static_cast<std::uint32_t>(n));
    for (std::size_t term = 0; term < counts.size(); ++term) {
      const std::uint32_t n = counts[term].documents;
      const auto column = n > 1 ? static_cast<std::uint32_t>(first[n]++) : kAlone;
      of_term[term] = weight.left_out(n) ? kLeftOut : column;
      if (n > 0 && !weight.left_out(n)) ++used;
    }
  }
};

// A block of features; `part.starts` and `part.width` are those of the block alone.
SparseRows weigh(const Termed& terms, const Block& block) {
  std::vector<TermCount> counts = count_terms(terms);
  const Weights weight(block, terms.documents());
  const Places places(counts, weight, terms.documents());
  SparseRows part;
  part.width = places.documents.size();
  part.all_features = places.used;
  std::vector<std::uint32_t> shared;
  std::vector<double> values;
  for (std::size_t i = 0; i < terms.documents(); ++i) {
    double own = 0, length = 0;
    shared.clear();
    values.clear();
    for (const std::uint32_t term : terms.of(i)) {
      const std::uint32_t place = places.of_term[term];
      if (place == Places::kLeftOut) continue;
      if (place != Places::kAlone) {
        shared.push_back(place);
        continue;
      }
      // A term of this record alone: all its occurrences are here, and it is counted at the first of them.
      const std::size_t count = std::exchange(counts[term].occurrences, 0);
      if (count == 0) continue;
      const double value = weight(count, 1);
      own += value;
      length += value * value;
    }
    std::sort(shared.begin(), shared.end());
    for (std::size_t k = 0, next = 0; k < shared.size(); k = next) {
      while (next < shared.size() && shared[next] == shared[k]) ++next;
      values.push_back(weight(next - k, places.documents[shared[k]]));
      length += values.back() * values.back();
      part.columns.push_back(shared[k]);
    }
    const double scale = length > 0 ? std::sqrt(block.weight / length) : 0;
    for (const double value : values) part.values.push_back(static_cast<float>(value * scale));
    part.starts.push_back(part.columns.size());
    part.squared_norm.push_back(length > 0 ? block.weight : 0);
    part.own_sum.push_back(own * scale);
  }
  return part;
}

// A bell of the difference of years as an inner product: each year is a small bell over centres two years apart.
SparseRows weigh_years(std::span<const Text> texts, const Block& block) {
  constexpr int kFirst = 1900, kStep = 2, kCentres = 76, kReach = 6;
  SparseRows part;
  part.width = part.all_features = kCentres;
  for (const Text& text : texts) {
    std::vector<double> values;
    double length = 0;
    if (text.year && *text.year > kFirst && *text.year < kFirst + kStep * kCentres) {
      const int nearest = (*text.year - kFirst) / kStep;
      for (int centre = std::max(0, nearest - kReach); centre <= std::min(kCentres - 1, nearest + kReach); ++centre) {
        const double distance = (*text.year - kFirst - kStep * centre) / kYearWidth;
        values.push_back(std::exp(-distance * distance));
        part.columns.push_back(static_cast<std::uint32_t>(centre));
        length += values.back() * values.back();
      }
    }
    for (const double value : values)
      part.values.push_back(static_cast<float>(value * std::sqrt(block.weight / length)));
    part.starts.push_back(part.columns.size());
    part.squared_norm.push_back(values.empty() ? 0 : block.weight);
    part.own_sum.push_back(0);
  }
  return part;
}

SparseRows weigh_abstracts(std::span<const Text> texts, const Block& block) {
  SparseRows part;
  part.width = part.all_features = 1;
  for (const Text& text : texts) {
    const double sign = trim(text.abstract).empty() ? -1 : 1;
    part.columns.push_back(0);
    part.values.push_back(static_cast<float>(sign * std::sqrt(block.weight)));
    part.starts.push_back(part.columns.size());
    part.squared_norm.push_back(block.weight);
    part.own_sum.push_back(0);
  }
  return part;
}

// The blocks side by side: columns of a later one stand behind those of the earlier ones.
SparseRows joined(std::span<const SparseRows> parts, std::size_t rows) {
  SparseRows result;
  std::size_t entries = 0;
  for (const SparseRows& part : parts) entries += part.columns.size();
  result.columns.reserve(entries);
  result.values.reserve(entries);
  for (std::size_t row = 0; row < rows; ++row) {
    double squared = 0, own = 0;
    std::uint32_t offset = 0;
    for (const SparseRows& part : parts) {
      for (const std::uint32_t column : part.columns_of(row)) result.columns.push_back(offset + column);
      const auto values = part.values_of(row);
      result.values.insert(result.values.end(), values.begin(), values.end());
      squared += part.squared_norm[row];
      own += part.own_sum[row];
      offset += static_cast<std::uint32_t>(part.width);
    }
    result.starts.push_back(result.columns.size());
    result.squared_norm.push_back(squared);
    result.own_sum.push_back(own);
  }
  for (const SparseRows& part : parts) {
    result.width += part.width;
    result.all_features += part.all_features;
  }
  return result;
}

}  // namespace

Text text_of(const records::Record& record) {
  return {record.title, record.abstract, record.keywords, record.authors, record.journal, record.year};
}

SparseRows features(std::span<const Text> texts, std::span<const Block> blocks) {
  // Single terms come first: the blocks share one vocabulary.
  Corpus corpus(texts);
  std::vector<Termed> terms;
  for (const Block& block : blocks) terms.push_back(terms_of(block, texts, corpus));
  std::vector<SparseRows> parts(blocks.size());
  in_parallel(blocks.size(), 1, 0, [&](std::size_t i) {
    const Block& block = blocks[i];
    if (block.terms == Terms::year)
      parts[i] = weigh_years(texts, block);
    else if (block.terms == Terms::abstract)
      parts[i] = weigh_abstracts(texts, block);
    else
      parts[i] = weigh(block.longest > 1 ? with_pairs(terms[i]) : terms[i], block);
  });
  return joined(parts, texts.size());
}

}  // namespace hedgerow::screening
