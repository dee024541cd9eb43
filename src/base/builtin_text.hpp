// A file of share/ that is part of the program (cmake/builtin_texts.cmake).
#pragma once

#include <string_view>

namespace hedgerow {

struct BuiltinText {
  std::string_view name;   ///< file name without ".toml"
  std::string_view bytes;  ///< the whole file
};

}  // namespace hedgerow
