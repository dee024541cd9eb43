// A short deterministic relative of the fuzzers for every build: each file of the corpus, and a fixed number of
// mutations of it, through the same invariants. Usage: mutations CORPUS ROUNDS; exit code 1 names file and mutation.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "data/readers.hpp"
#include "invariants.hpp"

namespace {

using hedgerow::records::Format;

/// Steele, Lea & Flood's SplitMix64: the same sequence on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(next() % n); }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 30> kTokens = {
    "\n",      "\r\n",    "\r",        "\n\n",      "ER  - ",       "ER  -\n", "TY  - JOUR\n",
    "\nTY - ", "\nAU - ", "PMID- ",    "\nTI  - ",  "\"",           ",",       ";",
    "{",       "}",       "@article{", "%0 Book\n", "\n%T ",        "PT J\n",  "\nEF",
    "<",       "</",      "&#x",       "]]>",       "\xEF\xBB\xBF", "\xC3",    "\xFF",
    "10.1/",   "      "};

std::string mutate(std::string text, Dice& dice) {
  const std::size_t steps = 1 + dice.below(6);
  for (std::size_t step = 0; step < steps; ++step) {
    const std::size_t at = dice.below(text.size() + 1);
    const std::size_t length = std::min(dice.below(60), text.size() - at);
    switch (dice.below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(dice.below(text.size() + 1), text.substr(at, length));
        break;
      case 2:
        text.insert(at, kTokens[dice.below(kTokens.size())]);
        break;
      case 3:
        text.resize(at);
        break;
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
        break;
      default:
        text.insert(at, kTokens[dice.below(kTokens.size())]);
        break;
    }
  }
  return text;
}

std::string problem_of(const std::string& reader, const std::string& bytes) {
  if (reader != "table") return hedgerow::fuzz::broken_invariant(*hedgerow::records::format_named(reader), bytes);
  const auto table = hedgerow::data::parse_csv(bytes, "input.csv");
  return table.ok() || !table.error().message.empty() ? "" : "an error without a message";
}

int run(const std::filesystem::path& corpus, int rounds) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(corpus))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::size_t inputs = 0;
  for (const std::filesystem::path& file : files) {
    const std::string reader = std::filesystem::relative(file, corpus).begin()->string();
    const auto bytes = hedgerow::read_file(file.string());
    if (!bytes.ok()) continue;
    Dice dice(bytes->size());
    for (int round = 0; round <= rounds; ++round, ++inputs) {
      const std::string text = round == 0 ? *bytes : mutate(*bytes, dice);
      const std::string problem = problem_of(reader, text);
      if (problem.empty()) continue;
      fmt::print(stderr, "{}, mutation {}: {}\n{}\n", file.string(), round, problem, text);
      return 1;
    }
  }
  fmt::print("{} files, {} inputs\n", files.size(), inputs);
  return inputs == 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const auto rounds = hedgerow::parse_number(words[2]);
  return rounds ? run(words[1], static_cast<int>(*rounds)) : 2;
}
