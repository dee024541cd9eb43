// Shared by the batteries of degenerate input: the questions, and the search for a NaN that nothing explains.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/run.hpp"

namespace hedgerow::engine {

/// Every question that needs no column of its own.
inline std::vector<Question> degenerate_questions() {
  std::vector<Question> out;
  const auto add = [&out](Ask ask) { out.push_back({"", std::move(ask)}); };
  for (const char* predtype : {"", "riley", "t", "k_minus_1", "simple"}) {
    AskPredict ask;
    ask.predtype = predtype;
    add(ask);
  }
  add(AskConfint{});
  add(AskBlock{{1}, ""});
  for (const char* model : {"rma", "lm", "egger", "multilevel"}) add(AskRegressionTest{model, "sei"});
  add(AskRankTest{});
  add(AskTrimFill{});
  add(AskLeaveOneOut{});
  add(AskInfluence{});
  for (const char* what : {"weights", "fitted", "residuals", "rstandard", "rstudent", "hatvalues", "hatmatrix", "ranef",
                           "blup", "vcov", "vcov_obs", "vcov_fitted", "vcov_resid"})
    add(AskRows{what});
  for (const char* type : {"Rosenthal", "Orwin", "Rosenberg", "General"}) add(AskFailSafe{.type = type});
  for (const char* test : {"exact", "chi2", "binom"}) {
    AskExcessSignificance ask;
    ask.test = test;
    add(ask);
  }
  add(AskHenmiCopas{});
  add(AskGosh{});
  add(AskPermutation{});
  add(AskBaujat{});
  add(AskRadial{});
  return out;
}

/// Those that refit nothing.
inline std::vector<Question> questions_about_the_fit() {
  std::vector<Question> out = degenerate_questions();
  std::erase_if(out, [](const Question& question) {
    return !std::holds_alternative<AskPredict>(question.ask) && !std::holds_alternative<AskBlock>(question.ask) &&
           !std::holds_alternative<AskConfint>(question.ask);
  });
  return out;
}

/// The names of the fields of a block, and of the blocks in it, that hold a NaN.
inline void find_missing(const Block& block, std::vector<std::string>& out) {
  for (const auto& [name, value] : block.fields) {
    const auto check = [&out, &field = name](double x) {
      if (std::isnan(x) && (out.empty() || out.back() != field)) out.push_back(field);
    };
    if (const auto* number = std::get_if<double>(&value)) check(*number);
    if (const auto* list = std::get_if<stats::Vector>(&value)) std::ranges::for_each(*list, check);
    if (const auto* matrix = std::get_if<stats::Matrix>(&value))
      std::for_each(matrix->data(), matrix->data() + matrix->rows() * matrix->cols(), check);
    if (const auto* blocks = std::get_if<std::vector<Block>>(&value))
      for (const Block& one : *blocks) find_missing(one, out);
    if (const auto* nested = std::get_if<Nested>(&value))
      for (const Block& one : nested->content) find_missing(one, out);
  }
}

/// What a model does not have: the numbers that are missing with regular data too, as question (or "fit") and field.
using NotDefined = std::set<std::pair<std::string, std::string>>;
inline NotDefined not_defined(const Job& regular) {
  NotDefined out;
  const auto result = run(regular);
  if (!result) return out;
  const auto look = [&out](const std::string& ask, const Block& block) {
    std::vector<std::string> missing;
    find_missing(block, missing);
    for (const std::string& field : missing) out.emplace(ask, field);
  };
  look("fit", *result->fit);
  for (const Answer& answer : result->answers)
    if (!answer.error) look(answer.ask, answer.block);
  return out;
}

/// Runs the job. A refusal has a message and is no internal error; `excused(ask, field, block)` says which numbers of
/// an answer (and, as "fit", of the fit) may be missing. A warning that the estimate does not exist excuses all of
/// them, and one that names a field ("pval, ci_lb are missing: ...") that field, in the answers too.
using Excuse = std::function<bool(const std::string& ask, const std::string& field, const Block& block)>;
inline void expect_numbers_or_reasons(const Job& job, const std::string& name, const Excuse& excused) {
  const auto result = run(job);
  if (!result) {
    EXPECT_FALSE(result.error().message.empty()) << name;
    EXPECT_NE(result.error().code, ErrorCode::internal) << name << ": " << describe(result.error());
    return;
  }
  const auto says_why = [](const std::string& warning) { return warning.find("does not exist") != std::string::npos; };
  if (std::ranges::any_of(result->warnings, says_why)) return;
  const auto named = [&](const std::string& field) {
    return std::ranges::any_of(result->warnings, [&](const std::string& warning) {
      const std::size_t end = warning.find(" missing: ");
      const std::size_t at = warning.find(field);
      return end != std::string::npos && at < end;
    });
  };
  const auto look = [&](const std::string& ask, const Block& block, const std::string& where) {
    std::vector<std::string> missing;
    find_missing(block, missing);
    std::erase_if(missing, [&](const std::string& field) { return excused(ask, field, block) || named(field); });
    for (const std::string& field : missing) ADD_FAILURE() << where << ": " << field << " is NaN";
  };
  look("fit", *result->fit, name + ": fit");
  for (const Answer& answer : result->answers) {
    const std::string where = fmt::format("{}: {} ({})", name, answer.ask, answer.block.method);
    if (answer.error) {
      EXPECT_NE(answer.error->code, ErrorCode::internal) << where << describe(*answer.error);
      EXPECT_FALSE(answer.error->message.empty()) << where;
      continue;
    }
    look(answer.ask, answer.block, where);
  }
}

}  // namespace hedgerow::engine
