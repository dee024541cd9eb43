// What the writers share: text on one line, and the fields that a format has no place for.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/record.hpp"
#include "records/write.hpp"

namespace hedgerow::records::detail {

/// Line breaks and runs of blanks as one blank.
std::string one_line(std::string_view text);
/// The value of an extra for record `at`, "" where it has none.
std::string_view extra_value(const Extra& extra, std::size_t at);
/// Whether the record can be written as its file had it: it came in this format and has its tags.
bool keeps_tags(const Record& record, Format format);
/// "188-197" as first and last page; the last is empty if the text is no single range.
struct PageRange {
  std::string first, last;
};
PageRange split_range(std::string_view pages);
/// Whether the author is a group, and the name without its braces.
bool is_group(std::string_view author);
std::string_view without_braces(std::string_view author);
/// "PMID: 123" and the like for the fields named: what goes into notes in a format that has no tag for it.
std::vector<std::string> as_notes(const Record& record, std::span<const std::string_view> fields);

}  // namespace hedgerow::records::detail
