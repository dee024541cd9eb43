#!/usr/bin/env python3
"""Writes the small workbooks beside this script. Their XML is written by hand, so that each oddity of the format that a
test needs is there on purpose: gaps, rich text, inline strings, dates of both calendars, prefixed element names.

    python3 tests/data/xlsx/make_fixtures.py
"""
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

TYPES = HEAD + """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
ROOT_RELS = HEAD + """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="xl/workbook.xml"/></Relationships>"""
STYLES = HEAD + f"""<styleSheet {MAIN}>
<numFmts count="2"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/>
<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="4">
<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>"""


def workbook_rels(targets):
    items = "".join(f'<Relationship Id="rId{i}" Type="sheet" Target="{t}"/>' for i, t in enumerate(targets, 1))
    return HEAD + ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                   f"{items}</Relationships>")


def write(name, parts):
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(zipfile.ZipInfo(part, (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


def effects():
    """Two sheets; the first has a title gap, empty rows and columns, and every kind of cell."""
    strings = HEAD + f"""<sst {MAIN} count="6" uniqueCount="6"><si><t>study</t></si><si><t>yi</t></si>
<si><r><t xml:space="preserve">Müller </t></r><r><rPr><i/></rPr><t>et al.</t></r><rPh><t>hint</t></rPh></si>
<si><t xml:space="preserve"> Ali &amp; Li </t></si><si><t>when</t></si><si><t>NA</t></si></sst>"""
    sheet = HEAD + f"""<worksheet {MAIN}><sheetData>
<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="E2" t="s"><v>4</v></c>
 <c r="F2" t="inlineStr"><is><t>random</t></is></c><c r="G2" t="str"><f>"no"&amp;"te"</f><v>note</v></c></row>
<row r="3"><c r="B3" t="s"><v>2</v></c><c r="C3"><v>-0.88930000000000009</v></c><c r="E3" s="1"><v>44259</v></c>
 <c r="F3" t="b"><v>1</v></c><c r="G3" t="e"><v>#N/A</v></c></row>
<row r="4"/>
<row r="6"><c r="B6" t="s"><v>3</v></c><c r="C6" t="s"><v>5</v></c><c r="E6" s="2"><v>44259.520833333336</v></c>
 <c r="F6" t="b"><v>0</v></c></row>
<row r="7"><c r="B7"><v>1948</v></c><c r="C7" s="3"><v>1E-3</v></c><c r="D7"/><c r="E7" s="1"><v>59</v></c></row>
</sheetData></worksheet>"""
    notes = HEAD + f"""<worksheet {MAIN}><sheetData><row><c t="inlineStr"><is><t>key</t></is></c>
<c t="inlineStr"><is><t>value</t></is></c></row><row><c t="inlineStr"><is><t>a</t></is></c><c><v>7</v></c></row>
</sheetData></worksheet>"""
    book = HEAD + f"""<workbook {MAIN} {REL}><sheets><sheet name="Effects" sheetId="1" r:id="rId1"/>
<sheet name="Study notes" sheetId="2" r:id="rId2"/></sheets></workbook>"""
    write("effects.xlsx", {
        "[Content_Types].xml": TYPES, "_rels/.rels": ROOT_RELS, "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": workbook_rels(["worksheets/sheet1.xml", "/xl/worksheets/sheet2.xml"]),
        "xl/sharedStrings.xml": strings, "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet, "xl/worksheets/sheet2.xml": notes})


def prefixed_1904():
    """As some libraries write: every element prefixed, calendar of 1904, and a value below no name."""
    x = MAIN.replace("xmlns=", "xmlns:x=")
    styles = STYLES.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    book = HEAD + f"""<x:workbook {x} {REL}><x:workbookPr date1904="1"/><x:sheets>
<x:sheet name="S" sheetId="1" r:id="rId1"/><x:sheet name="Nameless" sheetId="2" r:id="rId2"/></x:sheets></x:workbook>"""
    cell = '<x:c r="{}" t="inlineStr"><x:is><x:t>{}</x:t></x:is></x:c>'
    sheet = HEAD + f"""<x:worksheet {x}><x:sheetData><x:row r="1">{cell.format("A1", "when")}</x:row>
<x:row r="2"><x:c r="A2" s="1"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>"""
    nameless = sheet.replace("</x:row></x:sheetData>", '<x:c r="AB2"><x:v>5</x:v></x:c></x:row></x:sheetData>')
    write("prefixed_1904.xlsx", {
        "[Content_Types].xml": TYPES, "_rels/.rels": ROOT_RELS, "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": workbook_rels(["worksheets/sheet1.xml", "worksheets/sheet2.xml"]),
        "xl/styles.xml": styles, "xl/worksheets/sheet1.xml": sheet, "xl/worksheets/sheet2.xml": nameless})


if __name__ == "__main__":
    effects()
    prefixed_1904()
