#include "workflow/import_file.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/gzip.hpp"
#include "workflow/detail/event_detail.hpp"
#include "workflow/plan.hpp"
#include "workflow/standing.hpp"

namespace hedgerow::workflow {
namespace {

// The database that most records name.
std::string said_by_records(const records::ReadResult& read) {
  std::map<std::string, std::size_t> times;
  for (const records::Record& record : read.records)
    if (!record.source.database.empty()) ++times[record.source.database];
  std::string best;
  std::size_t most = 0;
  for (const auto& [database, n] : times)
    if (n > most) {
      best = database;
      most = n;
    }
  return best;
}

}  // namespace

const store::Event* imported_before(const ReviewStore& review, const std::string& sum) {
  const std::vector<bool> counts = standing(review.events);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const store::Event& event = review.events[i];
    if (counts[i] && event.kind == "import" && detail::detail_text(event, "checksum") == sum) return &event;
  }
  return nullptr;
}

Expected<ImportFile> read_import(const ReviewStore& review, const ImportRequest& request) {
  HR_TRY(const std::string bytes, read_file_unpacked(request.file));
  const std::string sum = checksum(bytes);
  if (const store::Event* before = imported_before(review, sum); before != nullptr && !request.again)
    return make_error(ErrorCode::usage,
                      fmt::format("this file was imported before, as '{}' (event {}); --again takes it once more",
                                  detail::detail_text(*before, "file"), before->id),
                      request.file);
  ImportFile import;
  import.read = records::read_records(bytes, {request.file, request.database, request.format});
  import.database = request.database.empty() ? said_by_records(import.read) : request.database;
  if (import.database.empty()) {
    import.database = std::filesystem::path(request.file).stem().string();
    import.database_guessed = true;
  }
  import.event.kind = "import";
  import.event.author = request.author;
  import.event.value = name(request.origin);
  const nlohmann::json detail = {{"name", import.database},
                                 {"file", request.file},
                                 {"checksum", sum},
                                 {"format", records::name(import.read.format)},
                                 {"encoding", import.read.encoding},
                                 {"records", import.read.records.size()},
                                 {"oddities", import.read.oddities.size()}};
  import.event.detail = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return import;
}

}  // namespace hedgerow::workflow
