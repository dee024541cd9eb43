// Text of many languages: the forms in which two spellings of one title become equal.
#pragma once

#include <string>
#include <string_view>

namespace hedgerow {

/// Canonical composition (NFC): the form to store and to show. Bytes that are not UTF-8 are taken as Windows-1252.
std::string to_nfc(std::string_view text);
/// Lower case in every script (case folding), accents kept.
std::string fold_case(std::string_view text);
/// For comparing: compatibility decomposition, marks taken off, case folded, a sharp s as "ss", Greek letters named
/// ("alpha"), typographic quotes and dashes as their ASCII ones. "Ménière’s β₂" becomes "meniere's beta2".
std::string fold_for_search(std::string_view text);

}  // namespace hedgerow
