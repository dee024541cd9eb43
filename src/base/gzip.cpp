#include "base/gzip.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/file.hpp"

namespace hedgerow {
namespace {

// Ends zlib's state whatever way the function is left.
struct Inflater {
  z_stream stream{};
  bool ready = false;
  Inflater() { ready = inflateInit2(&stream, 15 + 16) == Z_OK; }
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 3) == "\x1f\x8b\x08"; }

Expected<std::string> unpack_gzip(std::string_view bytes, const std::string& where, std::size_t most) {
  Inflater inflater;
  if (!inflater.ready) return make_error(ErrorCode::internal, "zlib could not start", where);
  z_stream& stream = inflater.stream;
  std::string text;
  std::vector<char> piece(1 << 18);
  for (;;) {
    if (stream.avail_in == 0) {
      if (bytes.empty()) return make_error(ErrorCode::input, "is cut off: the gzip data have no end", where);
      const std::size_t taken = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
      // zlib reads from next_in without changing it, but its type says otherwise.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream.avail_in = static_cast<uInt>(taken);
      bytes.remove_prefix(taken);
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_BUF_ERROR && state != Z_STREAM_END)
      return make_error(ErrorCode::input, "is damaged: not a whole gzip file", where);
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > most)
      return make_error(ErrorCode::input, fmt::format("unpacks to more than {} bytes", most), where);
    if (state != Z_STREAM_END) continue;
    if (stream.avail_in == 0 && bytes.empty()) return text;
    inflateReset(&stream);  // another member follows
  }
}

Expected<std::string> read_file_unpacked(const std::string& path) {
  HR_TRY(std::string bytes, read_file(path));
  if (!is_gzip(bytes)) return bytes;
  return unpack_gzip(bytes, path);
}

}  // namespace hedgerow
