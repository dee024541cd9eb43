// PR: printed agreement against the votes behind it, of the log or of a table of the flow.
//
// A flow table tells votes by the items votes_include_include, votes_include_exclude, votes_exclude_include and
// votes_exclude_exclude (first rater, second rater), and what is printed by kappa, pabak and agreement (a share, or in
// percent). Formulas: review/agreement_pair.hpp.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "audit/check.hpp"
#include "audit/detail/claims.hpp"
#include "audit/detail/words.hpp"
#include "base/text.hpp"
#include "review/agreement.hpp"
#include "review/agreement_pair.hpp"

namespace hedgerow::audit {

namespace {

/// include-include, include-exclude, exclude-include, exclude-exclude.
using Votes = std::array<double, 4>;

stats::Matrix table_of(const Votes& votes) {
  stats::Matrix out(2, 2);
  for (std::size_t i = 0; i < 4; ++i) out(i / 2, i % 2) = votes[i];
  return out;
}

struct Coefficients {
  double kappa = 0, pabak = 0, agreement = 0;
};

Coefficients coefficients(const Votes& votes) {
  const stats::Matrix counts = table_of(votes);
  constexpr double kLevel = 0.95;
  const auto value = [](const review::Coefficient& c) { return c.estimate.value_or(std::nan("")); };
  return {value(review::cohen_kappa(counts, review::identity_weights(2), kLevel)), value(review::pabak(counts, kLevel)),
          value(review::observed_agreement(counts, kLevel))};
}

std::string words(const Votes& votes) {
  return fmt::format("both include {}, one of them {} and {}, both exclude {}", votes[0], votes[1], votes[2], votes[3]);
}

/// Whether a share, or the same in percent, prints like this.
bool prints(const Reported& printed, double value) {
  return agrees(printed, exactly(value)) || agrees(printed, exactly(100 * value));
}

std::optional<double> item(const Sheet& flow, const std::string& name, std::size_t* at = nullptr) {
  for (std::size_t row = 0; row < flow.rows(); ++row)
    if (flow.text(row, "item") == name)
      if (const auto number = flow.number(row, "count")) {
        if (at) *at = row;
        return number->value;
      }
  return std::nullopt;
}

void look_at_flow(const Sheet& flow, Sink& sink) {
  Votes votes{};
  static constexpr std::array kVotes = {"votes_include_include", "votes_include_exclude", "votes_exclude_include",
                                        "votes_exclude_exclude"};
  for (std::size_t i = 0; i < kVotes.size(); ++i) {
    const auto count = item(flow, kVotes[i]);
    if (!count) return;
    votes[i] = *count;
  }
  const Coefficients found = coefficients(votes);
  for (const auto& [name, value] :
       {std::pair("kappa", found.kappa), std::pair("pabak", found.pabak), std::pair("agreement", found.agreement)}) {
    std::size_t row = 0;
    if (!item(flow, name, &row) || std::isnan(value)) continue;
    sink.looked();
    const auto printed = flow.number(row, "count");
    if (prints(*printed, value)) continue;
    sink.add(flow.subject(row),
             fmt::format("The votes give {} {}, printed is {}.", name, format_fixed(value, 3), printed->text),
             {flow.place(row, "count")})
        .arithmetic = {words(votes)};
  }
}

/// The first kappa-like value of a claim.
std::optional<detail::ClaimValue> told_kappa(const detail::Claim& claim) {
  const std::string text = to_lower(claim.statement + " " + claim.subject);
  if (text.find("kappa") == std::string::npos || !detail::holds_any(text, {"screen", "title", "abstract", "full"}))
    return std::nullopt;
  for (const detail::ClaimValue& value : claim.values)
    if (value.number.range.hi <= 1 + 1e-9 && value.number.decimals > 0) return value;
  return std::nullopt;
}

void look_at_claims(const Subject& subject, Sink& sink) {
  for (const detail::Claim& claim : detail::claims_of(subject)) {
    const auto told = told_kappa(claim);
    if (!told) continue;
    const bool full = to_lower(claim.statement + claim.subject).find("full") != std::string::npos;
    const StageFacts& stage = full ? subject.log->fulltext : subject.log->abstract;
    if (!stage.votes) continue;
    Votes votes{};
    for (std::size_t i = 0; i < 4; ++i) votes[i] = static_cast<double>((*stage.votes)[i]);
    const Coefficients found = coefficients(votes);
    if (std::isnan(found.kappa)) continue;
    sink.looked();
    if (prints(told->number, found.kappa)) continue;
    Finding& finding = sink.add(claim.name(),
                                fmt::format("The log's first votes give kappa {}, the text says {}.",
                                            format_fixed(found.kappa, 3), told->number.text),
                                {claim.place(told->quantity), subject.log->place});
    finding.arithmetic = {words(votes)};
    if (prints(told->number, found.pabak)) finding.causes = {"PABAK told as kappa"};
    if (prints(told->number, found.agreement)) finding.causes = {"the share of agreement told as kappa"};
  }
}

void run_kappa(const Subject& subject, Sink& sink) {
  for (const Sheet* flow : subject.of(SheetKind::flow)) look_at_flow(*flow, sink);
  if (subject.log) look_at_claims(subject, sink);
}

const Check kChecks[] = {
    {"PR-16", "Agreement against votes", Severity::error, "A printed kappa that the votes do not give.",
     "kappa, PABAK and agreement recomputed from the votes, with the printed digits",
     "votes after talk, or of other stages", "Take the recomputed one.", "cohen1960", run_kappa},
};

}  // namespace

std::span<const Check> vote_checks() { return kChecks; }

}  // namespace hedgerow::audit
