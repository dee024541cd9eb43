// What must hold of a reader for every input; used by the fuzzers and by the deterministic mutations of the tests.
#pragma once

#include <string>
#include <string_view>

#include "records/record.hpp"

namespace hedgerow::fuzz {

/// "" if all holds, else which invariant is broken:
/// - texts are valid UTF-8, and each record has a line of the file;
/// - of a tagged format no visible character of the input is lost: it is in a tag or in an unread line;
/// - records written in their own format and read again are as many; those of RIS and MEDLINE text have the same tags
///   and are written the same way again;
/// - their fields written as RIS give as many records.
std::string broken_invariant(records::Format format, std::string_view bytes);

}  // namespace hedgerow::fuzz
