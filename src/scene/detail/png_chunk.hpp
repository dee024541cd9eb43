// The resolution tag (chunk pHYs) of a PNG, which cairo does not write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hedgerow::scene::detail {

/// CRC-32 of PNG (ISO 3309, polynomial 0xEDB88320 reflected).
std::uint32_t crc32(std::string_view bytes);

/// `png` with a pHYs chunk after its header chunk. `png` must be a PNG without such a chunk.
std::string with_resolution(std::string_view png, double dpi);

}  // namespace hedgerow::scene::detail
