"""Text files in many dialects, and files that are not a list.

Each key is the number of a case that people outside the team ran into.
"""

from __future__ import annotations

from making import HEAD, ROW, Case, M, O, book, csv_of, packed, rich_name, strict, text, xls

CASES: dict[str, list[Case]] = {
    "F46": [
        Case(
            "nickname.csv",
            csv_of('"Marlowe, Juniper "Juno"",3/4/2026,30'),
            says=["breaks off at row 2: quotes that do not pair"],
        ),
        Case(
            "paired.csv",
            csv_of('"Marlowe, Juniper ""Juno""",3/4/2026,30'),
            [('Marlowe, Juniper "Juno"', *M[1:])],
        ),
        Case(
            "backslash.csv",
            csv_of('"Marlowe, Juniper \\"Juno\\"",3/4/2026,30'),
            [('Marlowe, Juniper "Juno"', *M[1:])],
        ),
        Case(
            "whole-lines.csv", text('"Patient,DOS,Owes"', '"""Marlowe, Juniper"",3/4/2026,30"'), [M]
        ),
        Case("curly.csv", csv_of("\u201cMarlowe, Juniper\u201d,3/4/2026,30"), [M]),
        Case(
            "unclosed.csv",
            csv_of('"Marlowe, Juniper,3/4/2026,30', '"Okafor, Tobias",3/11/2026,30'),
            says=["breaks off at row 2"],
        ),
        Case(
            "single.csv",
            csv_of("'Marlowe, Juniper','3/4/2026','30'"),
            says=["row 2, row: expected 3 cells", "needs quotes"],
        ),
    ],
    "F48": [
        Case(
            "mac.csv",
            text(
                "Patient,DOS,Owes", '"Mu\u00f1oz, Zo\u00eb",3/4/2026,30', end="\r", code="mac_roman"
            ),
            [("Mu\u00f1oz, Zo\u00eb", *M[1:])],
            plan=["an older Mac"],
        ),
        Case(
            "mac2.csv",
            text("Patient,DOS,Owes", '"Garc\u00eda, Ana",3/4/2026,30', code="mac_roman"),
            [("Garc\u00eda, Ana", *M[1:])],
        ),
        Case(
            "windows.csv",
            text("Patient,DOS,Owes", '"O\u2019Dell, Zo\u00eb",3/4/2026,30', code="cp1252"),
            [("O\u2019Dell, Zo\u00eb", *M[1:])],
        ),
        Case(
            "dash.csv",
            text(
                "Patient,DOS,Owes,Note",
                '"Marlowe, Ada\u2013Jane",3/4/2026,30,a \u2013 b',
                code="cp1252",
            ),
            [("Marlowe, Ada\u2013Jane", *M[1:])],
        ),
    ],
    "F73": [
        Case(
            "utf16.txt",
            text("Patient\tDOS\tOwes", "Marlowe, Juniper\t3/4/2026\t30", code="utf-16"),
            [M],
        ),
        Case("tabs.csv", text("Patient\tDOS\tOwes", "Marlowe, Juniper\t3/4/2026\t30"), [M]),
        Case(
            "sep.csv",
            b"\xef\xbb\xbf" + text("sep=;", "Patient;DOS;Owes", "Marlowe, Juniper;3/4/2026;30"),
            [M],
        ),
        Case("cr.csv", text("Patient,DOS,Owes", '"Marlowe, Juniper",3/4/2026,30', end="\r"), [M]),
        Case(
            "quoted.csv",
            text('"Patient","DOS","Owes"', '"Marlowe, Juniper","3/4/2026","30"', end="\r\n"),
            [M],
        ),
        Case("trailing.csv", csv_of('"Marlowe, Juniper",3/4/2026,30,,,'), [M]),
        Case(
            "notes.csv",
            csv_of('"Marlowe, Juniper",3/4/2026,30,"two\nlines"', head="Patient,DOS,Owes,Note"),
            [M],
        ),
        Case("rich.xlsx", book(HEAD, ROW, fill=rich_name), [M]),
        Case("strict.xlsx", strict(book(HEAD, ROW)), [M]),
        Case("old named.xlsx", xls((HEAD, ROW)), [M]),
        Case("# 1.xlsm", book(HEAD, ROW), [M]),
    ],
    "F74": [
        Case(
            "page.xls",
            b"<html xmlns:x='y'><body><table><tr><th>Patient</th></tr></table>",
            says=["page of the web"],
        ),
        Case(
            "xml.xls",
            b"<?xml version='1.0'?>\n<?mso-application progid='Excel.Sheet'?>\n"
            b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            says=["XML Spreadsheet 2003"],
        ),
        *(
            Case(name, packed(part), says=[says])
            for name, part, says in (
                ("a.docx", "word/document.xml", "a Word document"),
                ("a.numbers", "Index/Document.iwa", "a file of Numbers"),
                ("a.xlsb", "xl/workbook.bin", "a binary workbook (.xlsb)"),
                ("a.zip", "list.csv", "a packed file (.zip)"),
            )
        ),
        Case("a.pdf", b"%PDF-1.7\x00", says=["a PDF document"]),
        Case("a.json", b'[{"patient": "x"}]', says=["(JSON)"]),
        Case(
            "a.doc",
            b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"),
            says=["a Word document"],
        ),
        Case(
            "list.gsheet",
            b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1"}',
            says=["Google sheet"],
        ),
    ],
    "F75": [
        Case(
            f"{n}.xls",
            start + b"<table><tr><td>Patient</td></tr></table>",
            says=["page of the web"],
        )
        for n, start in enumerate(
            (
                b"<!-- report -->\n",
                b"<style>td{}</style>\n",
                b"<div>",
                b"\xef\xbb\xbf <meta x>",
                b"\n\n<center>",
                "<html>".encode("utf-16"),
            )
        )
    ],
    "F77": [
        Case("headings.csv", text("Patient,DOS,Owes"), says=["none"]),
        Case("none.csv", text("Marlowe,3,30", "Okafor,4,30"), says=["none in the first 20 rows"]),
        Case("wide.csv", "Patient,DOS,Owes\n".encode("utf-16-le"), says=["no text"]),
    ],
    "F78": [
        Case(
            "~$list.xlsx",
            b"\x05Ruth " + b"\x00" * 160,
            says=["Excel keeps beside a list while it is open"],
        ),
        Case(".~lock.list.ods#", b",ruth,desk,;", says=["LibreOffice keeps beside a list"]),
    ],
    "F79": [
        Case("pipe.txt", text("Patient|DOS|Owes", "Marlowe, Juniper|3/4/2026|30"), [M]),
        Case("caret.txt", text("Patient^DOS^Owes", "Marlowe, Juniper^3/4/2026^30"), [M]),
    ],
    "F81": [
        Case(
            "tie.csv",
            text(
                "Written off; March",
                "Patient,DOS,Owes,Note",
                '"Marlowe, Juniper",3/4/2026,30,called; ok',
                '"Okafor, Tobias",3/11/2026,30,EOB; ok',
            ),
            [M, O],
        ),
        Case(
            "tie2.csv",
            text(
                "Off, March, all",
                "Patient;DOS;Owes;Note",
                "Marlowe, Juniper;3/4/2026;30;a, b",
            ),
            [M],
        ),
        Case(
            "tie3.csv",
            text("a|b|c, all|d", "Patient,DOS,Owes,Note", '"Marlowe, Juniper",3/4/2026,30,a|b'),
            [M],
        ),
    ],
}
