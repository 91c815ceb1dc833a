"""Every option and argument of the command line, declared once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from typer import Argument, Option

# Options of most commands

Site = Annotated[str, Option(help="A site profile's name, or the path of a TOML file.")]
Json = Annotated[bool, Option("--json", help="Write JSON on standard output.")]
Headed = Annotated[bool, Option("--headed", help="Show the browser's window.")]
Answers = Annotated[
    list[str] | None,
    Option(
        "--answer",
        metavar="WORDS=yes",
        help="What to answer where the practice asks at a Save; yes or no.",
    ),
]
Out = Annotated[str, Option(help="The file to write; else standard output.")]

# One date of service

Patient = Annotated[
    str,
    Option(help='The patient, as "LAST, FIRST"; left out it is asked for; - reads standard input.'),
]
Date = Annotated[str, Option(help="The date of service, such as 3/4/2026.")]
Born = Annotated[str | None, Option(help="Birth date, where names repeat.")]
Account = Annotated[str | None, Option(help="Account number, where names repeat.")]
Time = Annotated[str | None, Option(help="Start of the session, where a date has two.")]
Service = Annotated[str | None, Option(help="Service code, where a date has two.")]
Payer = Annotated[
    str | None, Option(help="in-network, out-of-network or direct; checked on screen.")
]
Owes = Annotated[str | None, Option(help="What the patient should owe, such as 30.00.")]
Enter = Annotated[str | None, Option(help="The literal value for the field instead.")]
Copay = Annotated[str, Option(help="set-aside, when-stuck or never.")]
AutopayOk = Annotated[
    bool, Option("--autopay-ok", help="Go on although AutoPay charges a card tonight.")
]
Attended = Annotated[
    bool, Option("--attended", help="Ask before each Save; giving back is never asked about.")
]
FlowName = Annotated[str, Argument(metavar="[FLOW]", help="Which; left out lists them all.")]
ListOf = Annotated[
    str, Option("--list", help="Do every row of this file; its first row names the fields.")
]
PlanOnly = Annotated[bool, Option("--plan", help="Say what would be done; change nothing.")]
Item = Annotated[int, Argument(help="The item's number, as a regression run names it.")]
Reason = Annotated[str, Option(help="Why, where the practice does not say what it was before.")]

# Worklists

ToPlan = Annotated[
    str,
    Argument(help="A worklist, .xlsx, .xls, .ods or .csv, - for standard input; or --patient."),
]
ToRun = Annotated[
    str, Argument(help="The worklist: .xlsx, .xls, .ods or .csv; - for standard input.")
]
Resume = Annotated[bool, Option("--resume", help="Go on with the latest unfinished run.")]
FailedOnly = Annotated[
    bool, Option("--failed-only", help="Try again what failed in the latest run.")
]
Digest = Annotated[
    str, Option(metavar="NUMBER", help="Do what the plan of this number says, and nothing else.")
]
Only = Annotated[
    str, Option(metavar="1,3,5", help="With --plan: do only the plan's items of these numbers.")
]
SkipBadRows = Annotated[bool, Option("--skip-bad-rows", help="Leave rows with mistakes out.")]
Sheet = Annotated[
    list[str] | None,
    Option("--sheet", metavar="NAME", help="Read this sheet; may be given more than once."),
]
AllSheets = Annotated[
    bool, Option("--all-sheets", help="Read every sheet with a list, hidden ones too.")
]
HiddenRows = Annotated[
    bool, Option("--hidden-rows", help="Read rows that are hidden or filtered away, too.")
]
AutopayOkForAll = Annotated[
    bool, Option("--autopay-ok", help="Go on although AutoPay charges cards tonight.")
]
AttendedList = Annotated[
    bool, Option("--attended", help="Ask before each Save: do it, skip, stop.")
]
OnPage = Annotated[bool, Option("--on-page", hidden=True, help="The page asks the questions.")]
Tabs = Annotated[
    int | None, Option(min=1, max=8, help="Patients at once; else as the site profile says.")
]
Limit = Annotated[int, Option(min=0, help="Begin at most so many items; 0 is all.")]
PauseBetween = Annotated[float, Option(min=0, metavar="S", help="Seconds between two items.")]
InFleet = Annotated[
    bool, Option("--fleet", help="Hand it to the workers of several computers; return at once.")
]
ByFleet = Annotated[
    bool, Option("--fleet", help="Let the workers of several computers do it; return at once.")
]
Priority = Annotated[int, Option(help="With --fleet: a higher one is done first.")]
Wait = Annotated[bool, Option("--wait", help="With --fleet: follow it to its end.")]
Sites = Annotated[
    list[str] | None, Option("--site", help="A site profile's name or file; several take turns.")
]
WorkerName = Annotated[str, Option("--name", help="The worker's name; else this computer's.")]
UntilEmpty = Annotated[bool, Option("--until-empty", help="End when no work is left.")]
NewWorklist = Annotated[str, Argument(help="The new worklist: .xlsx or .csv.")]
Patients = Annotated[
    list[str] | None,
    Option(help='A patient, as "LAST, FIRST"; may be repeated; - reads names.'),
]
AllPatients = Annotated[bool, Option("--all-patients", help="Look at every patient's chart.")]

# What is owed, and what was done

Settled = Annotated[
    str, Option(help='A row you settled by hand, such as "copay 3", "amount 7" or "journal".')
]
Note = Annotated[str, Option(help="With --settled: what you did; - reads it.")]
Copy = Annotated[
    str, Option("--from", metavar="COPY", help="Bring the journal back from this copy.")
]
Run = Annotated[int, Argument(metavar="RUN", help="The run; 0 is the latest.")]
RunsShown = Annotated[int, Option("--limit", min=0, help="Show so many at most; 0 is all.")]
ItemOfRun = Annotated[int, Argument(help="One item's number; 0 tells of the run.")]
ReportFormat = Annotated[str, Option(help="table, csv, xlsx, json or html.")]
Shareable = Annotated[bool, Option("--shareable", help="Without any patient data, to send on.")]
Head = Annotated[str, Option(metavar="NUMBER:HASH", help="A head that was kept elsewhere.")]

# The site, and this program

ChosenSite = Annotated[str, Argument(help="A site profile's name or file; none shows it.")]
Forget = Annotated[bool, Option("--forget", help="Delete what the window keeps, cookies and all.")]
Topic = Annotated[str, Argument(help="A page's name; none lists the pages.")]
QaDataFile = Annotated[str, Option(help="The new QA data file; else standard output.")]
ChartLimit = Annotated[int, Option(min=0, help="Look at so many charts at most; 0 is all.")]

# The page

OwnSandbox = Annotated[
    bool, Option("--sandbox", help="Try it on a make-believe practice that ends with the page.")
]
NoBrowser = Annotated[bool, Option("--no-browser", help="Only write the page's address.")]
PageLanguage = Annotated[str, Option("--language", help="en or es; else as your browser asks for.")]
Shortcut = Annotated[
    bool, Option("--shortcut", help="Put a starter to double-click on the desktop; open nothing.")
]
ShortcutFolder = Annotated[str, Option("--out", help="With --shortcut: the folder instead.")]

# The bundled practice


class Skin(StrEnum):
    """The age of the sandbox's pages."""

    A = "a"
    B = "b"
    C = "c"


Port = Annotated[int, Option(help="A port on 127.0.0.1; 0 takes a free one.")]
SandboxSkin = Annotated[Skin, Option(help="a (2016), b (2021) or c (2025).")]
Faults = Annotated[list[str] | None, Option(help="A fault to practise on.")]
Variants = Annotated[list[str] | None, Option(help="A mechanism to choose.")]
ExampleWorklist = Annotated[
    str, Option(help="Also write a worklist with every kind of case, .xlsx or .csv.")
]
Bulk = Annotated[str, Option(help="Add PATIENTS:ITEMS written off by one wrong posting.")]
Quick = Annotated[bool, Option("--quick", help="Leave the pulled plug out.")]
Watch = Annotated[bool, Option("--watch", help="Show a window, at a calm speed.")]
ProofPage = Annotated[str, Option(help="Where to write the proof page.")]
ProofPicture = Annotated[str, Option(help="Also write the proof's first screen, a PNG.")]

# Training material

FilmedPayer = Annotated[str, Option(help="in-network, out-of-network or direct.")]
Look = Annotated[str, Option("--site", help="A profile that lends its labels and skin.")]
PageSkin = Annotated[str, Option(help="a (2016), b (2021) or c (2025).")]
Language = Annotated[str, Option(help="en, es, or another catalogue's name.")]
Films = Annotated[list[str] | None, Option(help="FILE.mp4, .webm, .gif or .webp; may be repeated.")]
Voice = Annotated[
    bool, Option("--voice", help="Speak the captions; needs espeak-ng on this computer.")
]
GuideFormats = Annotated[list[str] | None, Option(help="html, md, pdf or docx; may be repeated.")]
Guides = Annotated[list[str] | None, Option(help="FILE.html, .md, .pdf or .docx; may be repeated.")]
Paper = Annotated[str, Option(help="letter or a4.")]
OwnNotes = Annotated[str, Option(help="FILE.toml with your own words before and after steps.")]
Logo = Annotated[str, Option(help="Your practice's logo, a .png or .jpg file.")]
Crib = Annotated[bool, Option("--crib", help="One page without pictures, as html or pdf.")]
Folder = Annotated[str, Option(help="The folder to write into.")]
Pictures = Annotated[
    str, Option(help="Also write the pictures that a README shows, into this folder.")
]
PractisedPayer = Annotated[str, Option(help="Only this payer type's first exercise.")]
Exercise = Annotated[str, Option(help="An exercise by its name; see --list.")]
ScoreFolder = Annotated[str, Option(help="The folder for score sheets.")]
ListExercises = Annotated[bool, Option("--list", help="List the exercises.")]
