// RoB 2: every combination of answers of every domain, against the paths written as nested questions.
#include <gtest/gtest.h>

#include <array>

#include "review/decide.hpp"

namespace hedgerow::review {
namespace {

// The naive twin: answers as characters (Y, P probably yes, p probably no, N, i no information, a not applicable), and
// each domain as the decision tree of the guidance. "" where a question on the path is not applicable.
bool yes(char c) { return c == 'Y' || c == 'P'; }
bool no(char c) { return c == 'N' || c == 'p'; }
bool none(char c) { return c == 'i'; }
bool asked(char c) { return c != 'a'; }

using Tree = std::string (*)(const std::string&);

std::string d1(const std::string& q) {
  const char q1 = q[0], q2 = q[1], q3 = q[2];
  if (!asked(q2)) return "";
  if (no(q2)) return "High";
  if (none(q2)) return !asked(q3) ? "" : yes(q3) ? "High" : "Some concerns";
  if (!asked(q1)) return "";
  if (no(q1)) return "Some concerns";
  return !asked(q3) ? "" : yes(q3) ? "Some concerns" : "Low";
}

std::string worse(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return "";
  if (a == "High" || b == "High") return "High";
  return a == "Low" && b == "Low" ? "Low" : "Some concerns";
}

std::string d2_part1(const std::string& q) {
  if (!asked(q[0])) return "";
  if (no(q[0])) {
    if (!asked(q[1])) return "";
    if (no(q[1])) return "Low";
  }
  if (!asked(q[2])) return "";
  if (no(q[2])) return "Low";
  if (none(q[2])) return "Some concerns";
  if (!asked(q[3])) return "";
  if (no(q[3])) return "Some concerns";
  if (!asked(q[4])) return "";
  return yes(q[4]) ? "Some concerns" : "High";
}

std::string d2_assignment(const std::string& q) {
  std::string part2;
  if (asked(q[5])) {
    if (yes(q[5]))
      part2 = "Low";
    else if (asked(q[6]))
      part2 = no(q[6]) ? "Some concerns" : "High";
  }
  return worse(d2_part1(q), part2);
}

std::string d2_adhering(const std::string& q) {
  if (!asked(q[0]) || (no(q[0]) && !asked(q[1]))) return "";
  const bool aware = !(no(q[0]) && no(q[1]));
  const std::string analysis = !asked(q[5]) ? "" : yes(q[5]) ? "Some concerns" : "High";
  if (aware && (no(q[2]) || none(q[2]))) return analysis;
  const bool fine = (!asked(q[3]) || no(q[3])) && (!asked(q[4]) || no(q[4]));
  return fine ? "Low" : analysis;
}

std::string d3(const std::string& q) {
  for (int i : {0, 1}) {
    if (!asked(q[static_cast<std::size_t>(i)])) return "";
    if (yes(q[static_cast<std::size_t>(i)])) return "Low";
  }
  if (!asked(q[2])) return "";
  if (no(q[2])) return "Low";
  if (!asked(q[3])) return "";
  return no(q[3]) ? "Some concerns" : "High";
}

std::string d4(const std::string& q) {
  if (!asked(q[0])) return "";
  if (yes(q[0])) return "High";
  if (!asked(q[1])) return "";
  if (yes(q[1])) return "High";
  const std::string best = no(q[1]) ? "Low" : "Some concerns";
  if (!asked(q[2])) return "";
  if (no(q[2])) return best;
  if (!asked(q[3])) return "";
  if (no(q[3])) return best;
  if (!asked(q[4])) return "";
  return no(q[4]) ? "Some concerns" : "High";
}

std::string d5(const std::string& q) {
  if (!asked(q[1])) return "";
  if (yes(q[1])) return "High";
  if (!asked(q[2])) return "";
  if (yes(q[2])) return "High";
  if (none(q[1]) || none(q[2])) return "Some concerns";
  if (!asked(q[0])) return "";
  return yes(q[0]) ? "Low" : "Some concerns";
}

constexpr std::string_view kLetters = "YPpNia";  // in the order of the answers in rob2.toml

/// Tries all 6^m combinations; gives how many agreed.
std::size_t compare_all(const Instrument& instrument, const std::string& domain_id, Tree tree) {
  std::size_t domain = 0;
  while (instrument.domains[domain].id != domain_id) ++domain;
  std::vector<std::size_t> items;
  for (std::size_t i = 0; i < instrument.items.size(); ++i)
    if (instrument.items[i].domain == domain) items.push_back(i);
  std::string q(items.size(), 'Y');
  Answers answers(instrument.items.size());
  std::size_t combinations = 1, agreed = 0;
  for (std::size_t i = 0; i < items.size(); ++i) combinations *= 6;
  for (std::size_t n = 0; n < combinations; ++n) {
    std::size_t rest = n;
    for (std::size_t i = 0; i < items.size(); ++i) {
      q[i] = kLetters[rest % 6];
      answers[items[i]] = rest % 6;
      rest /= 6;
    }
    const Proposal found = propose(instrument, domain, answers);
    const std::string word = found.judgement ? instrument.judgements[*found.judgement].word : "";
    if (word != tree(q)) {
      ADD_FAILURE() << domain_id << " " << q << ": rules '" << word << "', paths '" << tree(q) << "'";
      return agreed;
    }
    EXPECT_EQ(word.empty(), !found.needs.empty()) << q;
    ++agreed;
  }
  return agreed;
}

TEST(RoB2, rules_follow_every_path) {
  const Instrument rob2 = *builtin_instrument("rob2"), adhering = *builtin_instrument("rob2-adhering");
  EXPECT_EQ(compare_all(rob2, "D1", d1), 216U);
  EXPECT_EQ(compare_all(rob2, "D2", d2_assignment), 279936U);
  EXPECT_EQ(compare_all(adhering, "D2", d2_adhering), 46656U);
  EXPECT_EQ(compare_all(rob2, "D3", d3), 1296U);
  EXPECT_EQ(compare_all(rob2, "D4", d4), 7776U);
  EXPECT_EQ(compare_all(rob2, "D5", d5), 216U);
  EXPECT_EQ(compare_all(adhering, "D5", d5), 216U);
}

TEST(RoB2, says_which_answer_it_needs) {
  const Instrument rob2 = *builtin_instrument("rob2");
  Answers answers(rob2.items.size());
  EXPECT_EQ(propose(rob2, 0, answers).needs, "1.2");
  answers[1] = 0;
  EXPECT_EQ(propose(rob2, 0, answers).needs, "1.1");
  answers[0] = 0;
  EXPECT_EQ(propose(rob2, 0, answers).needs, "1.3");
  answers[2] = 3;
  EXPECT_EQ(propose(rob2, 0, answers).judgement, std::optional<std::size_t>(0));
}

// Every combination of Low, Some concerns, High over five domains, against the sentence of the guidance.
TEST(RoB2, overall_is_low_if_all_are_low_and_high_if_one_is_high) {
  const Instrument rob2 = *builtin_instrument("rob2");
  for (std::size_t n = 0; n < 243; ++n) {
    std::vector<std::optional<std::size_t>> domains;
    std::size_t rest = n, low = 0, high = 0;
    for (int d = 0; d < 5; ++d) {
      domains.emplace_back(rest % 3);
      low += rest % 3 == 0;
      high += rest % 3 == 2;
      rest /= 3;
    }
    const std::string expected = high > 0 ? "High" : low == 5 ? "Low" : "Some concerns";
    EXPECT_EQ(rob2.judgements[*overall_judgement(rob2, domains)].word, expected);
  }
  EXPECT_FALSE(overall_judgement(rob2, {0, 0, std::nullopt, 0, 0}).has_value());
}

TEST(RobinsI, overall_is_no_information_unless_a_domain_is_serious) {
  const Instrument robins = *builtin_instrument("robins-i");
  const auto overall = [&](std::array<std::size_t, 7> given) {
    return robins.judgements[*overall_judgement(robins, {given.begin(), given.end()})].word;
  };
  EXPECT_EQ(overall({0, 0, 0, 0, 0, 0, 0}), "Low");
  EXPECT_EQ(overall({0, 1, 0, 0, 0, 0, 0}), "Moderate");
  EXPECT_EQ(overall({0, 1, 4, 0, 0, 0, 0}), "No information");
  EXPECT_EQ(overall({0, 2, 4, 0, 0, 0, 0}), "Serious");
  EXPECT_EQ(overall({3, 2, 4, 0, 0, 0, 0}), "Critical");
}

TEST(Quadas2, applicability_is_no_part_of_the_overall_judgement) {
  const Instrument quadas = *builtin_instrument("quadas-2");
  ASSERT_EQ(quadas.domains.size(), 7U);
  EXPECT_EQ(overall_judgement(quadas, {0, 0, 0, 0, 2, 2, std::nullopt}), std::optional<std::size_t>(0));
}

}  // namespace
}  // namespace hedgerow::review
