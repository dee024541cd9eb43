// Instruments of appraisal: what is rated, in which words, and what follows from the ratings.
//
// An instrument is a TOML file (docs/formats/instruments.md). Those of share/instruments are part of the program. Its
// items (questions) stand alone or in domains. What follows from them is one of:
//   count   the number of counted items whose answer counts (PEDro)
//   stars   the sum of stars, each item and each domain with its maximum (Newcastle-Ottawa)
//   worst   the worst judgement of the domains; a domain is judged by the rater, or proposed by its rules from the
//           answers (RoB 2)
//   none    nothing: answers are shown as they are (JBI)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace hedgerow::review {

inline constexpr std::size_t kNoDomain = static_cast<std::size_t>(-1);

struct Item {
  std::string id;     ///< name of its column unless another one is given: "random"
  std::string label;  ///< "Random allocation"
  bool counted = true;
  std::size_t domain = kNoDomain;  ///< index into Instrument::domains
  int stars = 1;                   ///< highest number of stars
};

/// A range of scores with a word for it, both ends inclusive.
struct Band {
  int from = 0, to = 0;
  std::string label;
};

enum class Scoring { count, stars, worst, none };

/// A word of an instrument: an answer to an item, or a judgement of a domain.
struct Word {
  std::string word = {};
  std::vector<std::string> also = {};  ///< other spellings that files use
  char symbol = ' ';                   ///< in figures: + - x ? ! or blank
  std::uint32_t cochrane = 0xffffff;   ///< colour 0xrrggbb of the Cochrane set
  std::uint32_t safe = 0xffffff;       ///< of the set for every colour vision
  bool counts = false;                 ///< answers: adds to the score
  std::optional<double> rank = {};     ///< judgements: the worst has the highest; absent: left out of the overall one
};

/// "1.2 = Y PY; 1.3 = N PN -> Low": the judgement, if every answer is among those named.
struct Rule {
  struct Condition {
    std::size_t item = 0;
    std::vector<std::size_t> answers;  ///< indices into Instrument::answers
  };
  std::vector<Condition> conditions;
  std::size_t judgement = 0;  ///< index into Instrument::judgements
};

struct Domain {
  std::string id, name;
  std::vector<std::string> columns = {};  ///< other names of its column
  std::string panel = {};                 ///< figures with two panels: "Risk of bias", "Applicability concerns"
  bool key = true;                        ///< enters the overall judgement
  int stars = 0;                          ///< highest sum of stars, 0: that of its items
  std::vector<Rule> rules = {};           ///< in order; the first one that holds decides
  std::vector<Rule> also_rules = {};      ///< a second table; the domain is the worse of both
};

struct Instrument {
  std::string name;
  std::vector<Item> items;
  std::vector<Band> bands;  ///< covering every score, without overlap; may be empty
  std::string note;         ///< what a reader has to know about the result
  std::string id = {};
  std::string source = {};
  Scoring scoring = Scoring::count;
  std::vector<Word> answers = {}, judgements = {};  ///< judgements: best first
  std::vector<Domain> domains = {};
};

/// Reads an instrument. Errors are located: unknown keys, a rule that names what is not there, bands with gaps.
Expected<Instrument> parse_instrument(std::string_view bytes, const std::string& source);

/// Ids of the instruments in the program, by letter.
std::vector<std::string> builtin_instruments();
/// One of them by its id or name ("pedro", "PEDro"); an Error lists them.
Expected<Instrument> builtin_instrument(std::string_view name);

/// Words are compared without regard to case, blanks and punctuation. Nothing: not one of them.
std::optional<std::size_t> find_word(const std::vector<Word>& words, std::string_view text);
/// "Yes, No, ?" for messages.
std::string list_words(const std::vector<Word>& words);
/// Letters and digits alone, lower case: how names of columns and words are compared.
std::string plain(std::string_view text);

/// Highest possible score.
int max_score(const Instrument& instrument);
/// Bands must cover 0 to the highest score once. Errors name the score that is covered twice or not at all.
Checked check_bands(const Instrument& instrument);
/// The word for a score.
std::string band_of(const Instrument& instrument, int score);

}  // namespace hedgerow::review
