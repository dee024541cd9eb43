// Checked is success without a value: a number is no success.
// expect: could not convert
#include "base/expected.hpp"

hedgerow::Checked save() { return 1; }

int main() { return save().ok() ? 0 : 1; }
