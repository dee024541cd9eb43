// What `hedgerow dedup` says about files: a row per record, the pairs, a summary per source.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dedup/dedup.hpp"
#include "records/record.hpp"

namespace hedgerow::cli {

struct DedupRun {
  std::vector<records::Record> records;
  dedup::Result result;
  std::optional<dedup::Score> truth;
};

/// The id of a record: its column record_id if the file has one, else its number in the file.
std::string record_id(const records::Record& record);
/// file, record, group, kept, score, reason: one row per record.
std::string rows_csv(const DedupRun& run);
/// Both records of each pair, score, answer and reason.
std::string pairs_csv(const DedupRun& run);
std::string summary_text(const DedupRun& run, bool overlap);
nlohmann::ordered_json summary_json(const DedupRun& run);

}  // namespace hedgerow::cli
