// The log for reading: which events, and each in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "workflow/review_store.hpp"

namespace hedgerow::workflow {

struct LogRequest {
  std::optional<std::int64_t> record{};  ///< events about it or about another record of its document
  std::string kind;
  std::string author;  ///< events by somebody
  std::string since;   ///< "2026-11-23" or longer: events from then on
  std::string reader;  ///< who reads; votes that this person must not see yet are blinded
  bool unblind = false;
};

struct LogLine {
  store::Event event;          ///< blinded where it has to be
  bool counts = true;          ///< false: undone
  std::int64_t undone_by = 0;  ///< the undo that takes it back
  bool blinded = false;        ///< value, reason and detail are hidden from the reader
};

/// Errors: an unknown kind (with the nearest), a record that is not there, a time that can't be read.
Expected<std::vector<LogLine>> log_lines(const ReviewStore& review, const LogRequest& request);

/// An event in a few words: "record 12: include (abstract)".
std::string in_words(const LogLine& line);

/// Whether a reader must not see this vote or note yet: somebody else's, on a document on which the reader still has to
/// vote.
bool is_blinded(const State& state, const store::Event& event, const std::string& reader);

}  // namespace hedgerow::workflow
