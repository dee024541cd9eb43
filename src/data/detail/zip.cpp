// Zip through minizip, with reading functions over memory in place of files.
#include "data/detail/zip.hpp"

#include <fmt/core.h>
#include <unzip.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace hedgerow::data {
namespace {

struct Memory {
  std::string_view bytes;
  std::size_t at = 0;
};

voidpf open_memory(voidpf opaque, const void*, int) { return opaque; }

uLong read_memory(voidpf, voidpf stream, void* buffer, uLong size) {
  auto& memory = *static_cast<Memory*>(stream);
  const std::size_t count = std::min<std::size_t>(size, memory.bytes.size() - memory.at);
  std::memcpy(buffer, memory.bytes.data() + memory.at, count);
  memory.at += count;
  return count;
}

ZPOS64_T tell_memory(voidpf, voidpf stream) { return static_cast<Memory*>(stream)->at; }

long seek_memory(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  auto& memory = *static_cast<Memory*>(stream);
  const std::size_t base = origin == ZLIB_FILEFUNC_SEEK_SET   ? 0
                           : origin == ZLIB_FILEFUNC_SEEK_CUR ? memory.at
                                                              : memory.bytes.size();
  if (offset > memory.bytes.size() - base) return -1;
  memory.at = base + static_cast<std::size_t>(offset);
  return 0;
}

int close_memory(voidpf, voidpf) { return 0; }

int memory_error(voidpf, voidpf) { return 0; }

}  // namespace

struct ZipArchive::State {
  Memory memory;
  std::string source;
  unzFile file = nullptr;

  State(std::string_view bytes, std::string name) : memory{bytes, 0}, source(std::move(name)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (file != nullptr) unzClose(file);
  }
};

ZipArchive::ZipArchive(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipArchive::ZipArchive(ZipArchive&&) noexcept = default;
ZipArchive& ZipArchive::operator=(ZipArchive&&) noexcept = default;
ZipArchive::~ZipArchive() = default;

Expected<ZipArchive> ZipArchive::open(std::string_view bytes, const std::string& source) {
  auto state = std::make_unique<State>(bytes, source);
  zlib_filefunc64_def functions{};
  functions.zopen64_file = open_memory;
  functions.zread_file = read_memory;
  functions.ztell64_file = tell_memory;
  functions.zseek64_file = seek_memory;
  functions.zclose_file = close_memory;
  functions.zerror_file = memory_error;
  functions.opaque = &state->memory;
  state->file = unzOpen2_64("memory", &functions);
  if (state->file == nullptr) return make_error(ErrorCode::input, "the zip archive is damaged or cut off", source);
  return ZipArchive(std::move(state));
}

Expected<std::optional<std::string>> ZipArchive::read(const std::string& name) const {
  constexpr int kIgnoreCase = 2;
  const unzFile file = state_->file;
  if (unzLocateFile(file, name.c_str(), kIgnoreCase) != UNZ_OK) return std::optional<std::string>();
  const auto failed = [&](const std::string& why) {
    return make_error(ErrorCode::input, fmt::format("part {} of the workbook {}", name, why), state_->source);
  };
  unz_file_info64 info{};
  if (unzGetCurrentFileInfo64(file, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK) return failed("is damaged");
  if ((info.flag & 1U) != 0) return failed("is encrypted; save the workbook without a password");
  if (info.uncompressed_size > kMaxPart)
    return failed(fmt::format("unpacks to {} bytes; tables end at {}", info.uncompressed_size, kMaxPart));
  if (unzOpenCurrentFile(file) != UNZ_OK) return failed("can't be unpacked");
  std::string out(static_cast<std::size_t>(info.uncompressed_size), '\0');
  std::size_t have = 0;
  int got = 1;
  while (have < out.size() && got > 0) {
    got = unzReadCurrentFile(file, out.data() + have, static_cast<unsigned>(out.size() - have));
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  const bool sound = unzCloseCurrentFile(file) == UNZ_OK && have == out.size();
  if (!sound) return failed("is damaged (wrong length or checksum)");
  return std::optional<std::string>(std::move(out));
}

}  // namespace hedgerow::data
