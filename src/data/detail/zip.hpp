// Reading the parts of a zip archive that lies in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace hedgerow::data {

/// An opened archive. The bytes must outlive it.
class ZipArchive {
 public:
  /// Largest part that is unpacked, in bytes: above it a file is taken for a zip bomb, not for a table.
  static constexpr std::size_t kMaxPart = std::size_t{512} << 20;

  static Expected<ZipArchive> open(std::string_view bytes, const std::string& source);
  ZipArchive(ZipArchive&&) noexcept;
  ZipArchive& operator=(ZipArchive&&) noexcept;
  ~ZipArchive();

  /// A part by its name (case does not matter); nothing if there is none. Errors: damaged, encrypted, too large.
  Expected<std::optional<std::string>> read(const std::string& name) const;

 private:
  struct State;
  explicit ZipArchive(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hedgerow::data
