#!/usr/bin/env python3
"""Makes the exports and the decisions of this example from source.csv.gz; the same bytes at every run.

The records are real, the searches and the reviewers are not: each record is written as one to four databases would
export it (other spelling of names and journals, missing DOIs, a few records twice), and two reviewers and a referee
decide by the labels of the source, with errors.
"""
import csv
import gzip
import io
import pathlib
import random
import re

HERE = pathlib.Path(__file__).resolve().parent
REASONS = ["wrong population", "wrong intervention", "wrong design", "no outcome of interest"]


def read_source():
    with gzip.open(HERE / "source.csv.gz") as packed:
        return [row for row in csv.DictReader(io.TextIOWrapper(packed, "utf-8")) if row["title"]]


def names(row):
    """(family, given) of each author."""
    result = []
    for name in filter(None, (part.strip() for part in row["authors"].split(";"))):
        words = name.split()
        result.append((words[-1], " ".join(words[:-1])))
    return result


def initials(given, separator=""):
    return separator.join(word[0] for word in re.split(r"[\s.\-]+", given) if word)


def scopus(rows, chance):
    lines = []
    for row in rows:
        lines += ["TY  - JOUR", f"TI  - {row['title']}", f"T2  - {row['journal']}"]
        lines += [f"AU  - {family}, {initials(given, '.')}." if given else f"AU  - {family}"
                  for family, given in names(row)]
        lines += [f"PY  - {row['year']}"]
        if row["doi"] and chance.random() < 0.9:
            lines.append(f"DO  - {row['doi']}")
        if row["abstract"]:
            lines.append(f"AB  - {row['abstract']}")
        lines += ["DB  - Scopus", f"UR  - https://www.scopus.com/inward/record.uri?eid=2-s2.0-{row['openalex_id'][1:]}",
                  "ER  - ", ""]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def wrapped(tag, text):
    """A value of MEDLINE: lines of at most 86 characters, continued after six blanks."""
    lines, line = [], f"{tag:<4}- "
    for word in text.split():
        if len(line) + len(word) > 86 and len(line) > 6:
            lines.append(line.rstrip())
            line = "      "
        line += word + " "
    return lines + [line.rstrip()]


def pubmed(rows, chance):
    lines = []
    for row in rows:
        lines += ["", f"PMID- {row['pmid']}", "OWN - NLM", "STAT- MEDLINE",
                  f"DP  - {row['year']} {chance.choice(['Jan', 'May', 'Oct'])}"]
        lines += wrapped("TI", row["title"].rstrip(".") + ".")
        if row["doi"] and chance.random() < 0.8:
            lines.append(f"LID - {row['doi']} [doi]")
        if row["abstract"]:
            lines += wrapped("AB", row["abstract"])
        for family, given in names(row):
            lines += [f"FAU - {family}, {given}" if given else f"FAU - {family}",
                      f"AU  - {family} {initials(given)}".rstrip()]
        lines += ["LA  - eng", "PT  - Journal Article", f"JT  - {row['journal']}",
                  f"SO  - {row['journal']}. {row['year']}."]
    return "\n".join(lines) + "\n"


def web_of_science(rows, chance):
    lines = ["FN Clarivate Analytics Web of Science", "VR 1.0"]
    for row in rows:
        lines.append("PT J")
        authors = [f"{family}, {initials(given)}" if given else family for family, given in names(row)]
        lines += [("AU " if i == 0 else "   ") + author for i, author in enumerate(authors)]
        title = row["title"]
        lines += ["TI " + (title if chance.random() < 0.6 else title.title()), f"SO {row['journal'].upper()}",
                  "LA English", "DT Article"]
        if row["abstract"]:
            lines.append(f"AB {row['abstract']}")
        lines.append(f"PY {row['year']}")
        if row["doi"] and chance.random() < 0.7:
            lines.append(f"DI {row['doi']}")
        lines += [f"UT WOS:{int(row['openalex_id'][1:]):015d}", "ER", ""]
    return "\ufeff" + "\n".join(lines + ["EF"]) + "\n"


def embase(rows, chance):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Title", "Author Names", "Source title", "Publication Year", "DOI", "Medline PMID", "Abstract"])
    for row in rows:
        authors = ", ".join(f"{family} {initials(given, '.')}." if given else family for family, given in names(row))
        doi = row["doi"] if chance.random() < 0.8 else ""
        writer.writerow([row["title"], authors, row["journal"], row["year"], doi,
                         row["pmid"] if chance.random() < 0.5 else "", row["abstract"]])
    return text.getvalue()


def searches(rows):
    """Which record each source found; the last ones came by citation chasing."""
    chance = random.Random(2002)
    chased = chance.sample([row for row in rows if row["label_included"] == "1"], 4)
    found = {"scopus": [], "pubmed": [], "wos": [], "embase": []}
    for row in rows:
        if row in chased[:3]:
            continue
        hits = [name for name, share in [("pubmed", 0.68), ("scopus", 0.6), ("wos", 0.4), ("embase", 0.35)]
                if chance.random() < share and (name != "pubmed" or row["pmid"])]
        for name in hits or ["scopus"]:
            found[name].append(row)
    for name, twice in [("scopus", 3), ("embase", 5)]:
        found[name] += chance.sample(found[name], twice)
    return found, chased


def decisions(rows, chased):
    """The votes: each irrelevant record has its own difficulty, so the errors of two reviewers go together.

    What came by citation chasing goes to the full text at once, as in the PRISMA diagram.
    """
    chance = random.Random(288)
    for row in rows:
        relevant = row["label_included"] == "1"
        likely = 0.97 if relevant else chance.betavariate(0.3, 1.4)
        votes = ["include" if chance.random() < likely else "maybe" if chance.random() < 0.02 else "exclude"
                 for _ in "ab"]
        key = {"doi": row["doi"], "pmid": row["pmid"], "title": row["title"]}
        for reviewer, vote in zip(["anna", "ben"], votes if row not in chased else []):
            yield {"stage": "abstract", "reviewer": reviewer, "decision": vote, **key}
        goes_on = votes == ["include", "include"]
        if row in chased:
            goes_on = True
        elif votes[0] != votes[1] or "maybe" in votes:
            goes_on = relevant or chance.random() < 0.5
            yield {"stage": "abstract", "reviewer": "carla", "role": "referee",
                   "decision": "include" if goes_on else "exclude", **key}
        if not goes_on:
            continue
        if not relevant and chance.random() < 0.06:
            yield {"stage": "fulltext", "reviewer": "anna", "decision": "not-retrieved", **key}
            continue
        reason = "" if relevant else chance.choices(REASONS, [2, 3, 6, 2])[0]
        final = "include" if relevant else "exclude"
        second, second_reason = final, reason
        if chance.random() < 0.08:
            second, second_reason = ("exclude", "wrong design") if relevant else ("include", "")
        yield {"stage": "fulltext", "reviewer": "anna", "decision": final, "reason": reason, **key}
        yield {"stage": "fulltext", "reviewer": "ben", "decision": second, "reason": second_reason, **key}
        if second != final:
            yield {"stage": "fulltext", "reviewer": "carla", "role": "referee", "decision": final, "reason": reason,
                   **key}


def main():
    rows = read_source()
    found, chased = searches(rows)
    records = HERE / "records"
    records.mkdir(exist_ok=True)
    writers = {"scopus": (scopus, "scopus.ris"), "pubmed": (pubmed, "pubmed.nbib"), "wos": (web_of_science, "wos.ciw"),
               "embase": (embase, "embase.csv")}
    for name, (write, file) in writers.items():
        (records / file).write_bytes(write(found[name], random.Random(name)).encode("utf-8"))
    by_hand = scopus(chased, random.Random("citations")).replace("DB  - Scopus\r\n", "")
    (records / "citations.ris").write_bytes(by_hand.encode("utf-8"))
    seen = {row["record_id"] for part in found.values() for row in part} | {row["record_id"] for row in chased}
    columns = ["stage", "reviewer", "role", "decision", "reason", "doi", "pmid", "title"]
    with open(HERE / "screening.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(decisions([row for row in rows if row["record_id"] in seen], chased[:3]))
    for name, part in found.items():
        print(name, len(part))


if __name__ == "__main__":
    main()
