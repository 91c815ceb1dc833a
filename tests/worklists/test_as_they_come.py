"""Each list that people outside the team ran into is read correctly or clearly refused."""

from __future__ import annotations

from pathlib import Path

import cases_cells
import cases_days
import cases_files
import cases_headings
import cases_names
import cases_rows
import pytest
from making import TODAY, Case

from automation.errors import UsageProblem
from automation.worklists.choosing import Wanted
from automation.worklists.reading import Worklist, clean_or_problem, read_worklist

OF_PATIENTS = ("patient", "last", "first", "born", "account", "date", "owes", "enter")
PARTS = (cases_headings, cases_rows, cases_names, cases_days, cases_cells, cases_files)
CASES = {key: cases for part in PARTS for key, cases in part.CASES.items()}
ALL = [
    pytest.param(case, id=f"{key}-{case.name}") for key, cases in CASES.items() for case in cases
]


def items_of(worklist: Worklist, width: int) -> list[tuple[str, ...]]:
    """Each item's patient, date and amount, and its time if `width` is 4."""
    requests = [item.request for item in worklist.items]
    return [
        (r.patient.name, r.date.isoformat(), str(r.owes), str(r.time))[:width] for r in requests
    ]


@pytest.mark.parametrize("case", ALL)
def test_list_as_it_comes(case: Case, tmp_path: Path) -> None:
    """The right items are read, or the message says what is wrong; nothing is read silently."""
    path = tmp_path / case.name
    path.write_bytes(case.content)
    if case.says:
        with pytest.raises(UsageProblem) as problem:
            clean_or_problem(
                read_worklist(path, today=TODAY, wanted=Wanted(**case.wanted)), skip_bad_rows=False
            )
        told = str(problem.value)
        assert [words for words in case.says if words not in told] == [], told
        assert problem.value.next_step
        return
    worklist = read_worklist(path, today=TODAY, wanted=Wanted(**case.wanted))
    assert [bad.line() for bad in worklist.bad] == []
    assert items_of(worklist, len(case.items[0])) == list(case.items)
    plan = "\n".join(worklist.as_read())
    assert [words for words in case.plan if words not in plan] == [], plan


def test_plan_line_holds_no_patients_data(tmp_path: Path) -> None:
    """The text on how a list was read repeats no word of a patient's cells.

    Words of up to three characters are not tried, nor are those of headings and sheets' names.
    """
    for case in (case for cases in CASES.values() for case in cases if not case.says):
        path = tmp_path / case.name
        path.write_bytes(case.content)
        worklist = read_worklist(path, today=TODAY, wanted=Wanted(**case.wanted))
        told = "\n".join(worklist.as_read())
        for sheet in worklist.sheets:
            cells = [cell for key in OF_PATIENTS for _, cell in sheet.layout.column(key)]
            words = {word.strip(",") for cell in cells for word in str(cell).split()}
            words -= set(" ".join([sheet.name, *sheet.layout.texts.values()]).split())
            assert [word for word in words if len(word) > 3 and word in told] == [], case.name


def test_every_case_is_tried() -> None:
    """Each of these numbered cases has at least one list here, and no other number is used."""
    tried = {int(key[1:]) for key in CASES}
    of_lists = {*range(1, 6), 7, 9, 11, 12, 15, 16, 17, 18, 20, 21, 23, 25, 26, 28, *range(30, 39)}
    of_lists |= {*range(44, 50), 40, 51, 53, *range(56, 66), 68, *range(71, 76), 77, 78, 79, 81}
    assert of_lists == tried and all(CASES.values())
