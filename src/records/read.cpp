// From bytes to records: encoding, format, the reader of the format, and what all readers leave to be filled in.
#include "records/read.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/gzip.hpp"
#include "records/detail/encoding.hpp"
#include "records/detail/reader.hpp"

namespace hedgerow::records {
namespace {

void read_as(Format format, std::string_view text, ReadResult& result) {
  switch (format) {
    case Format::ris:
      detail::read_ris(text, result);
      return;
    case Format::nbib:
      detail::read_nbib(text, result);
      return;
    case Format::pubmed_xml:
      detail::read_pubmed_xml(text, result);
      return;
    case Format::wos:
      detail::read_wos(text, result);
      return;
    case Format::endnote_tagged:
      detail::read_endnote_tagged(text, result);
      return;
    case Format::endnote_xml:
      detail::read_endnote_xml(text, result);
      return;
    case Format::bibtex:
      detail::read_bibtex(text, result);
      return;
    case Format::csv:
      detail::read_csv(text, result);
      return;
  }
}

}  // namespace

ReadResult read_records(std::string_view bytes, const ReadOptions& options) {
  detail::Decoded decoded = detail::decode(bytes);
  ReadResult result;
  result.encoding = std::move(decoded.encoding);
  result.oddities = std::move(decoded.oddities);
  result.format = options.format ? *options.format : recognise(decoded.text, options.file);
  read_as(result.format, decoded.text, result);
  if (result.records.empty())
    result.oddities.push_back(
        {0, 0, "no-records", fmt::format("no record was found, read as {}", name(result.format))});
  for (std::size_t at = 0; at < result.records.size(); ++at) {
    Record& record = result.records[at];
    record.format = result.format;
    record.source.file = options.file;
    record.source.number = at + 1;
    if (!options.database.empty()) record.source.database = options.database;
  }
  std::stable_sort(result.oddities.begin(), result.oddities.end(),
                   [](const Oddity& a, const Oddity& b) { return a.line < b.line; });
  return result;
}

Expected<ReadResult> read_records_file(const std::string& path, ReadOptions options) {
  HR_TRY(const std::string bytes, read_file_unpacked(path));
  if (options.file.empty()) options.file = path;
  return read_records(bytes, options);
}

}  // namespace hedgerow::records
