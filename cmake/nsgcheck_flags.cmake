# Flags live on an INTERFACE target, so that a user's own CMAKE_CXX_FLAGS stay theirs.
add_library(nsgcheck_flags INTERFACE)
target_compile_options(nsgcheck_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${NSGCHECK_WERROR}>:-Werror>
  # g++ 12 sees overlapping copies in std::string's operator+ (GCC bug 105651), uninitialised values in std::optional (GCC
  # bug 80635) and reads past the words that a small_vector holds itself, where it has just looked at the size: none of
  # them are there; clang-tidy and the sanitizers look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overread>)

if(NSGCHECK_SANITIZE)
  add_compile_options(-fsanitize=${NSGCHECK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${NSGCHECK_SANITIZE})
else()
  # What a distribution would harden: the program reads files that strangers wrote.
  include(CheckPIESupported)
  check_pie_supported()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fstack-protector-strong $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
