// The files of share/instruments, part of the program: cmake/builtin_texts.cmake writes their texts into a source file.
#pragma once

#include <span>

#include "base/builtin_text.hpp"

namespace hedgerow::review {

/// By name.
std::span<const BuiltinText> builtin_texts();

}  // namespace hedgerow::review
