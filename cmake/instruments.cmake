# The instruments of appraisal (share/instruments/*.toml) as a table of texts in the library of the room review, so that
# the program needs no files beside itself.
file(GLOB instrument_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/share/instruments/*.toml)
list(SORT instrument_files)
set(instrument_table "")
foreach(path ${instrument_files})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND instrument_table "    {\"${name}\", R\"__toml__(${text})__toml__\"},\n")
endforeach()
set(instrument_source ${CMAKE_BINARY_DIR}/generated/builtin_instruments.cpp)
file(CONFIGURE OUTPUT ${instrument_source} @ONLY CONTENT
"#include \"review/builtin.hpp\"

namespace hedgerow::review {
namespace {

constexpr BuiltinText kTexts[] = {
@instrument_table@};

}  // namespace

std::span<const BuiltinText> builtin_texts() { return kTexts; }

}  // namespace hedgerow::review
")
target_sources(hedgerow_review PRIVATE ${instrument_source})
