// Source: PNG specification (W3C, second edition), sections 5.3 (chunk layout), 11.3.5.3 (pHYs).
#include "scene/detail/png_chunk.hpp"

#include <cmath>

namespace hedgerow::scene::detail {
namespace {

constexpr std::size_t kAfterHeader = 8 + 4 + 4 + 13 + 4;  // signature, then length, type, data and CRC of IHDR
constexpr double kMetresPerInch = 0.0254;

void append_big_endian(std::string& out, std::uint32_t value) {
  for (unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>((value >> shift) & 0xFFU);
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::string with_resolution(std::string_view png, double dpi) {
  const auto per_metre = static_cast<std::uint32_t>(std::lround(dpi / kMetresPerInch));
  std::string body = "pHYs";
  append_big_endian(body, per_metre);
  append_big_endian(body, per_metre);
  body += '\x01';  // the unit is the metre
  std::string chunk;
  append_big_endian(chunk, static_cast<std::uint32_t>(body.size() - 4));
  chunk += body;
  append_big_endian(chunk, crc32(body));
  return std::string(png.substr(0, kAfterHeader)) + chunk + std::string(png.substr(kAfterHeader));
}

}  // namespace hedgerow::scene::detail
