#include "screening/features.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "screening/words.hpp"

namespace hedgerow::screening {
namespace {

using Documents = std::vector<std::vector<std::uint32_t>>;  // terms of each record, in their order

// The words of the records as numbers, read once for all blocks.
struct Corpus {
  Vocabulary vocabulary;
  Documents titles, bodies;  // bodies: title, then abstract
  std::vector<std::uint32_t> stems;
  std::size_t stem_count = 0;

  explicit Corpus(std::span<const Text> texts) {
    for (const Text& text : texts) {
      titles.push_back(numbers(text.title));
      bodies.push_back(titles.back());
      const auto abstract = numbers(text.abstract);
      bodies.back().insert(bodies.back().end(), abstract.begin(), abstract.end());
    }
  }

  std::vector<std::uint32_t> numbers(const std::string& text) {
    std::vector<std::uint32_t> result;
    for (const std::string& word : words(text)) result.push_back(vocabulary.number(word));
    return result;
  }

  // Fills `stems` for the words that the vocabulary has by now.
  void make_stems() {
    Vocabulary names;
    stems.clear();
    for (std::uint32_t word = 0; word < vocabulary.size(); ++word)
      stems.push_back(names.number(stem(vocabulary.text(word))));
    stem_count = names.size();
  }

  Documents stemmed(Documents documents) const {
    for (auto& document : documents)
      for (std::uint32_t& term : document) term = stems[term];
    return documents;
  }
};

struct Termed {
  Documents documents;
  std::size_t terms = 0;
};

// Adds the pairs of neighbours behind the single terms.
Termed with_pairs(Documents documents, std::size_t terms) {
  PairVocabulary pairs;
  for (auto& document : documents) {
    const std::size_t length = document.size();
    for (std::size_t i = 0; i + 1 < length; ++i)
      document.push_back(static_cast<std::uint32_t>(terms) + pairs.number(document[i], document[i + 1]));
  }
  return {std::move(documents), terms + pairs.size()};
}

Termed named_terms(std::span<const Text> texts, bool authors) {
  Vocabulary names;
  Termed result;
  for (const Text& text : texts) {
    auto& document = result.documents.emplace_back();
    if (!authors && !trim(text.journal).empty()) document.push_back(names.number(fold_for_search(trim(text.journal))));
    if (authors)
      for (const std::string& author : text.authors) document.push_back(names.number(fold_for_search(trim(author))));
  }
  result.terms = names.size();
  return result;
}

void drop_stop_words(Documents& documents, const Vocabulary& vocabulary) {
  std::vector<bool> stop(vocabulary.size());
  for (std::uint32_t word = 0; word < vocabulary.size(); ++word) stop[word] = is_stop_word(vocabulary.text(word));
  for (auto& document : documents)
    document.erase(std::remove_if(document.begin(), document.end(), [&](std::uint32_t term) { return stop[term]; }),
                   document.end());
}

Termed terms_of(const Block& block, std::span<const Text> texts, Corpus& corpus) {
  Termed result;
  switch (block.terms) {
    case Terms::authors:
      return named_terms(texts, true);
    case Terms::journal:
      return named_terms(texts, false);
    case Terms::words:
      result = {corpus.bodies, corpus.vocabulary.size()};
      if (block.without_stop_words) drop_stop_words(result.documents, corpus.vocabulary);
      break;
    case Terms::keyword_stems: {
      Documents keywords;
      for (const Text& text : texts) keywords.push_back(corpus.numbers(join(text.keywords, " ; ")));
      corpus.make_stems();
      result = {corpus.stemmed(std::move(keywords)), corpus.stem_count};
      break;
    }
    default:
      if (corpus.stems.size() != corpus.vocabulary.size()) corpus.make_stems();
      result = {corpus.stemmed(block.terms == Terms::title_stems ? corpus.titles : corpus.bodies), corpus.stem_count};
  }
  return block.longest > 1 ? with_pairs(std::move(result.documents), result.terms) : result;
}

using Row = std::vector<std::pair<std::uint32_t, double>>;

struct Weighed {
  std::vector<Row> rows;
  std::vector<double> squared_norm, own_sum;
  std::size_t width = 0, features = 0;
};

std::vector<std::size_t> document_counts(const Documents& sorted, std::size_t terms) {
  std::vector<std::size_t> counts(terms, 0);
  for (const auto& document : sorted)
    for (std::size_t i = 0; i < document.size(); ++i)
      if (i == 0 || document[i] != document[i - 1]) ++counts[document[i]];
  return counts;
}

// Columns for the terms that more than one record has, the most frequent first, so that the weights which are read most
// lie side by side in memory.
std::vector<std::uint32_t> columns_of(const std::vector<std::size_t>& counts, std::size_t& width) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t term = 0; term < counts.size(); ++term)
    if (counts[term] > 1) order.push_back(term);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  std::vector<std::uint32_t> columns(counts.size(), 0);
  for (std::uint32_t column = 0; column < order.size(); ++column) columns[order[column]] = column;
  width = order.size();
  return columns;
}

Weighed weigh(Termed terms, const Block& block) {
  for (auto& document : terms.documents) std::sort(document.begin(), document.end());
  const std::vector<std::size_t> counts = document_counts(terms.documents, terms.terms);
  const auto n = static_cast<double>(terms.documents.size());
  Weighed result;
  const std::vector<std::uint32_t> columns = columns_of(counts, result.width);
  for (const std::size_t count : counts)
    result.features += count > 0 && static_cast<double>(count) <= block.most_documents * n ? 1 : 0;
  for (const auto& document : terms.documents) {
    Row row;
    double own = 0, length = 0;
    for (std::size_t i = 0, next = 0; i < document.size(); i = next) {
      while (next < document.size() && document[next] == document[i]) ++next;
      const auto documents = static_cast<double>(counts[document[i]]);
      if (documents > block.most_documents * n) continue;
      const auto count = static_cast<double>(next - i);
      const double value = (block.sublinear ? 1 + std::log(count) : count) * (std::log((1 + n) / (1 + documents)) + 1);
      length += value * value;
      if (documents < 2)
        own += value;
      else
        row.emplace_back(columns[document[i]], value);
    }
    std::sort(row.begin(), row.end());
    const double scale = length > 0 ? std::sqrt(block.weight / length) : 0;
    for (auto& entry : row) entry.second *= scale;
    result.rows.push_back(std::move(row));
    result.squared_norm.push_back(length > 0 ? block.weight : 0);
    result.own_sum.push_back(own * scale);
  }
  return result;
}

// A bell of the difference of years as an inner product: each year is a small bell over centres two years apart.
Weighed weigh_years(std::span<const Text> texts, const Block& block) {
  constexpr int kFirst = 1900, kStep = 2, kCentres = 76, kReach = 6;
  Weighed result{{}, {}, {}, kCentres, kCentres};
  for (const Text& text : texts) {
    Row row;
    double length = 0;
    if (text.year && *text.year > kFirst && *text.year < kFirst + kStep * kCentres) {
      const int nearest = (*text.year - kFirst) / kStep;
      for (int centre = std::max(0, nearest - kReach); centre <= std::min(kCentres - 1, nearest + kReach); ++centre) {
        const double distance = (*text.year - kFirst - kStep * centre) / kYearWidth;
        const double value = std::exp(-distance * distance);
        row.emplace_back(static_cast<std::uint32_t>(centre), value);
        length += value * value;
      }
    }
    for (auto& entry : row) entry.second *= std::sqrt(block.weight / length);
    result.squared_norm.push_back(row.empty() ? 0 : block.weight);
    result.own_sum.push_back(0);
    result.rows.push_back(std::move(row));
  }
  return result;
}

Weighed weigh_abstracts(std::span<const Text> texts, const Block& block) {
  Weighed result{{}, {}, {}, 1, 1};
  for (const Text& text : texts) {
    const double sign = trim(text.abstract).empty() ? -1 : 1;
    result.rows.push_back({{0, sign * std::sqrt(block.weight)}});
    result.squared_norm.push_back(block.weight);
    result.own_sum.push_back(0);
  }
  return result;
}

}  // namespace

Text text_of(const records::Record& record) {
  return {record.title, record.abstract, record.keywords, record.authors, record.journal, record.year};
}

SparseRows features(std::span<const Text> texts, std::span<const Block> blocks) {
  Corpus corpus(texts);
  std::vector<Weighed> parts;
  for (const Block& block : blocks) {
    if (block.terms == Terms::year)
      parts.push_back(weigh_years(texts, block));
    else if (block.terms == Terms::abstract)
      parts.push_back(weigh_abstracts(texts, block));
    else
      parts.push_back(weigh(terms_of(block, texts, corpus), block));
  }
  SparseRows result;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    double squared = 0, own = 0;
    std::size_t offset = 0;
    for (const Weighed& part : parts) {
      for (const auto& [column, value] : part.rows[row]) {
        result.columns.push_back(static_cast<std::uint32_t>(offset + column));
        result.values.push_back(static_cast<float>(value));
      }
      squared += part.squared_norm[row];
      own += part.own_sum[row];
      offset += part.width;
    }
    result.starts.push_back(result.columns.size());
    result.squared_norm.push_back(squared);
    result.own_sum.push_back(own);
  }
  for (const Weighed& part : parts) {
    result.width += part.width;
    result.all_features += part.features;
  }
  return result;
}

}  // namespace hedgerow::screening
