// Files at the edge: reading whole, and writing so that nothing half-written is ever left.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace hedgerow {

/// The bytes of a file.
Expected<std::string> read_file(const std::string& path);

/// Writes beside the target, then renames: the target is the old file or the new one, never a part.
Checked write_file(const std::string& path, std::string_view bytes);

/// FNV-1a, 64 bits, as 16 hex digits. For "did this input change", not for security.
std::string checksum(std::string_view bytes);

}  // namespace hedgerow
