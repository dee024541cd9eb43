// The files of share/dictionary, part of the program: cmake/builtin_texts.cmake writes their texts into a source file.
#pragma once

#include <span>

#include "base/builtin_text.hpp"

namespace hedgerow::audit {

/// By name.
std::span<const BuiltinText> builtin_dictionary();

}  // namespace hedgerow::audit
