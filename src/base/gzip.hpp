// Files as people keep them: plain, or packed by gzip.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace hedgerow {

/// Bytes that a packed file may unpack to: a search export has some hundred MB at most, a bomb has more.
inline constexpr std::size_t kMostUnpacked = std::size_t{4} << 30;

/// Whether the bytes start as a gzip file does.
bool is_gzip(std::string_view bytes);
/// Unpacks gzip data of one or several members. Errors: damaged or cut off data, more than `most` bytes.
Expected<std::string> unpack_gzip(std::string_view bytes, const std::string& where, std::size_t most = kMostUnpacked);
/// The bytes of a file, unpacked where it is a gzip file.
Expected<std::string> read_file_unpacked(const std::string& path);

}  // namespace hedgerow
