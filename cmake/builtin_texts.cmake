# Files of share/ as tables of texts in the library of a room, so that the program needs no files beside itself.
#
#   hedgerow_builtin_texts(room folder function): share/folder/*.toml as hedgerow::room::function(), declared in
#   src/room/builtin.hpp.
function(hedgerow_builtin_texts room folder function)
  file(GLOB paths CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/share/${folder}/*.toml)
  list(SORT paths)
  set(table "")
  foreach(path ${paths})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    get_filename_component(name ${path} NAME_WE)
    file(READ ${path} text)
    string(APPEND table "    {\"${name}\", R\"__toml__(${text})__toml__\"},\n")
  endforeach()
  set(source ${CMAKE_BINARY_DIR}/generated/builtin_${folder}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include \"@room@/builtin.hpp\"

namespace hedgerow::@room@ {
namespace {

constexpr BuiltinText kTexts[] = {
@table@};

}  // namespace

std::span<const BuiltinText> @function@() { return kTexts; }

}  // namespace hedgerow::@room@
")
  target_sources(hedgerow_${room} PRIVATE ${source})
endfunction()

hedgerow_builtin_texts(review instruments builtin_texts)
hedgerow_builtin_texts(audit dictionary builtin_dictionary)
