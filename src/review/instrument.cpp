#include "review/instrument.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "base/text.hpp"
#include "review/builtin.hpp"

namespace hedgerow::review {

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || byte >= 0x80) out += static_cast<char>(std::tolower(byte));
  }
  return out.empty() ? std::string(text) : out;  // "+", "?": signs that stand for a word
}

std::optional<std::size_t> find_word(const std::vector<Word>& words, std::string_view text) {
  const std::string wanted = plain(trim(text));
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (plain(words[i].word) == wanted) return i;
    for (const std::string& other : words[i].also)
      if (plain(other) == wanted) return i;
  }
  return std::nullopt;
}

std::string list_words(const std::vector<Word>& words) {
  std::vector<std::string> out;
  for (const Word& word : words) out.push_back(word.word);
  return join(out, ", ");
}

int max_score(const Instrument& instrument) {
  if (instrument.scoring == Scoring::stars) {
    int total = 0;
    std::map<std::size_t, int> by_domain;
    for (const Item& item : instrument.items)
      if (item.counted) by_domain[item.domain] += item.stars;
    for (const auto& [domain, sum] : by_domain) {
      const int most = domain == kNoDomain ? 0 : instrument.domains[domain].stars;
      total += most > 0 ? std::min(most, sum) : sum;
    }
    return total;
  }
  int count = 0;
  for (const Item& item : instrument.items) count += item.counted;
  return count;
}

Checked check_bands(const Instrument& instrument) {
  for (int score = 0; score <= max_score(instrument); ++score) {
    int covering = 0;
    for (const Band& band : instrument.bands) covering += band.from <= score && score <= band.to;
    if (covering != 1)
      return make_error(ErrorCode::input,
                        fmt::format("the bands must cover every score from 0 to {} once; {} is covered {}",
                                    max_score(instrument), score, covering == 0 ? "by none" : "more than once"));
  }
  return {};
}

std::string band_of(const Instrument& instrument, int score) {
  for (const Band& band : instrument.bands)
    if (band.from <= score && score <= band.to) return band.label;
  return "";
}

std::vector<std::string> builtin_instruments() {
  std::vector<std::string> out;
  for (const BuiltinText& text : builtin_texts()) out.emplace_back(text.name);
  return out;
}

Expected<Instrument> builtin_instrument(std::string_view name) {
  const std::string wanted = plain(name);
  for (const BuiltinText& text : builtin_texts())
    if (plain(text.name) == wanted)
      return parse_instrument(text.bytes, "share/instruments/" + std::string(text.name) + ".toml");
  const std::vector<std::string> ids = builtin_instruments();
  return make_error(ErrorCode::usage, fmt::format("there is no instrument '{}'{}; there are {}, or give a TOML file",
                                                  name, did_you_mean(name, ids), join(ids, ", ")));
}

}  // namespace hedgerow::review
