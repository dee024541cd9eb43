// The files of share/instruments, part of the program: cmake/instruments.cmake writes their texts into a source file.
#pragma once

#include <span>
#include <string_view>

namespace hedgerow::review {

struct BuiltinText {
  std::string_view name;   ///< file name without ".toml"
  std::string_view bytes;  ///< the whole file
};

/// By name.
std::span<const BuiltinText> builtin_texts();

}  // namespace hedgerow::review
