// The table that the R package PRISMA2020 and its web application read and write: one row for each count or box, with
// its columns data, node, box, description, boxtext, tooltips, url, n.
//
// A list stands in one cell: "Database 1, 12; Database 2, 30". Rows that hold no count of ours are kept as they are
// when a table is written from another one.
//
// Source: Haddaway2022.
#pragma once

#include "base/expected.hpp"
#include "data/table.hpp"
#include "review/prisma.hpp"

namespace hedgerow::review {

/// Whether the table has the columns of that layout.
bool is_prisma2020(const data::Table& table);

/// The counts of such a table. A cell that says "xxx" or nothing is a count that is not known. Errors: a count that is
/// not a whole number, a list that is not one, with its cell.
Expected<Prisma> read_prisma2020(const data::Table& table);

/// The table of that layout with our counts: every row of `layout`, its n replaced where we know the count. Counts
/// that the layout lacks follow at its end.
Expected<data::Table> write_prisma2020(const Prisma& prisma, const data::Table& layout);

/// The rows of the layout with their words, without counts.
Expected<data::Table> prisma2020_layout();

}  // namespace hedgerow::review
