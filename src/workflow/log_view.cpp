#include "workflow/log_view.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/kinds.hpp"
#include "workflow/names.hpp"
#include "workflow/standing.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {
namespace {

using store::Event;

Checked check_kind(const std::string& kind) {
  if (kind.empty() || store::is_event_kind(kind)) return {};
  std::vector<std::string> kinds;
  for (const std::string_view known : store::event_kinds()) kinds.emplace_back(known);
  return make_error(ErrorCode::usage, fmt::format("'{}' is no kind of event{}; there are: {}", kind,
                                                  did_you_mean(kind, kinds), join(kinds, ", ")));
}

// "2026-11-23", "2026-11-23T10:00": a beginning of the time as the log has it.
Checked check_time(const std::string& since) {
  constexpr std::string_view kPattern = "0000-00-00T00:00:00.000Z";
  bool fits = since.empty() || (since.size() >= 4 && since.size() <= kPattern.size());
  for (std::size_t i = 0; fits && i < since.size(); ++i)
    fits = kPattern[i] == '0' ? since[i] >= '0' && since[i] <= '9' : since[i] == kPattern[i];
  if (fits) return {};
  return make_error(ErrorCode::usage,
                    fmt::format("'{}' is no time; write it as 2026-11-23 or 2026-11-23T10:30 (UTC)", since));
}

std::string text_in(const nlohmann::json& detail, const char* field) {
  const auto found = detail.find(field);
  if (found == detail.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string quoted_reason(const Event& event) { return event.reason.empty() ? "" : " (" + event.reason + ")"; }

std::string import_words(const Event& event, const nlohmann::json& detail) {
  return fmt::format("{} records from {} ({}, {})", text_in(detail, "records"), text_in(detail, "name"), event.value,
                     text_in(detail, "file"));
}

std::string rule_words(const Event& event, const nlohmann::json& detail) {
  std::string words = event.stage + ":";
  if (const std::string votes = text_in(detail, "votes_needed"); !votes.empty()) words += " votes needed " + votes;
  if (const std::string reasons = text_in(detail, "reasons"); !reasons.empty()) words += " reasons " + reasons;
  return words;
}

std::string sample_words(const Event& event, const nlohmann::json& detail) {
  const auto records = detail.find("records");
  return fmt::format("{} of {} unread documents drawn at random, {}", records == detail.end() ? 0 : records->size(),
                     text_in(detail, "unread"), event.stage);
}

// What kinds have in common: about which record, in which stage, what.
std::string plain_words(const Event& event) {
  std::string words;
  if (event.record != 0) words += fmt::format("record {}", event.record);
  if (event.other != 0) words += fmt::format(" and {}", event.other);
  if (!event.value.empty()) words += (words.empty() ? "" : ": ") + event.value;
  if (!event.stage.empty()) words += (words.empty() ? "" : ", ") + event.stage;
  return words + quoted_reason(event);
}

}  // namespace

bool is_blinded(const State& state, const Event& event, const std::string& reader) {
  if ((event.kind != "vote" && event.kind != "note") || event.author == reader) return false;
  const auto document = state.document_of.find(event.record);
  if (document == state.document_of.end()) return false;
  // A note has no stage: it may tell what its author thinks in the one where the document waits.
  const auto stage = event.kind == "note" ? current_stage(state.documents[document->second]) : stage_named(event.stage);
  if (!stage) return false;
  const StageState& of = state.stage(state.documents[document->second], *stage);
  if (of.outcome != Outcome::pending && of.outcome != Outcome::partial) return false;
  return vote_of(of, reader) == nullptr;
}

Expected<std::vector<LogLine>> log_lines(const ReviewStore& review, const LogRequest& request) {
  HR_CHECK(check_kind(request.kind));
  HR_CHECK(check_time(request.since));
  std::vector<std::int64_t> records;
  if (request.record) {
    HR_TRY(const std::size_t index, review.document_of(*request.record));
    records = review.state.documents[index].records;
  }
  const auto about = [&](std::int64_t id) { return std::find(records.begin(), records.end(), id) != records.end(); };
  const std::vector<bool> counts = standing(review.events);
  std::vector<LogLine> lines;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Event& event = review.events[i];
    const bool pair = event.kind == "link" || event.kind == "unlink" || event.kind == "different";
    if (request.record && !about(event.record) && !(pair && about(event.other))) continue;
    if (!request.kind.empty() && event.kind != request.kind) continue;
    if (!request.author.empty() && event.author != request.author) continue;
    if (event.time.compare(0, request.since.size(), request.since) < 0) continue;
    LogLine line{event, counts[i], 0, !request.unblind && is_blinded(review.state, event, request.reader)};
    if (!line.counts)
      for (std::size_t j = i + 1; j < counts.size() && line.undone_by == 0; ++j)
        if (counts[j] && review.events[j].kind == "undo" && review.events[j].other == event.id)
          line.undone_by = review.events[j].id;
    if (line.blinded) line.event.value = line.event.reason = line.event.detail = "";
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string in_words(const LogLine& line) {
  const Event& event = line.event;
  const nlohmann::json detail = nlohmann::json::parse(event.detail, nullptr, false);
  std::string words;
  if (event.kind == "import" && detail.is_object())
    words = import_words(event, detail);
  else if (event.kind == "rule" && detail.is_object())
    words = rule_words(event, detail);
  else if (event.kind == "sample" && detail.is_object())
    words = sample_words(event, detail);
  else if (event.kind == "undo")
    words = fmt::format("event {}", event.other);
  else if (event.kind == "reopen" && event.record == 0)
    words = fmt::format("all records, {}", event.stage);
  else
    words = plain_words(event);
  if (detail.is_object())
    for (const char* field : {"note", "text", "title"})
      if (const std::string text = text_in(detail, field); !text.empty()) words += fmt::format(" \"{}\"", text);
  if (line.blinded) words += " [blinded]";
  if (!line.counts) words += line.undone_by == 0 ? " [undone]" : fmt::format(" [undone by {}]", line.undone_by);
  return words;
}

}  // namespace hedgerow::workflow
