"""Invented names, and the services; none of these people exist."""

from __future__ import annotations

LAST = (
    "Abbott-Reyes", "Ackroyd", "Aldana", "Amundsen", "Arkwright", "Babineaux", "Balogun", "Barrow",
    "Beaumont", "Birdsong", "Blackwood", "Bramwell", "Brightwater", "Cabrera", "Calder",
    "Castellan", "Chadwick", "Coldiron", "Cordray", "Crane", "Dallimore", "Danziger", "Delacroix",
    "Dunmore", "Eastlake", "Ellery", "Emsworth", "Espinoza-Hart", "Fairbairn", "Fenwick",
    "Fjelstad", "Fontaine", "Gallowglass", "Garrity", "Glenn", "Goodspeed", "Greaves", "Hadley",
    "Halloran", "Hartwell", "Havisham", "Hollowell", "Ibarra", "Ingram", "Ishikawa", "Jernigan",
    "Kaplan", "Kestrel", "Kilbride", "Kowalczyk", "Lachance", "Larkspur", "Leclair", "Lockridge",
    "Loomis", "Macready", "Mandeville", "Merriweather", "Mistry", "Montrose", "Nakagawa", "Nettles",
    "Nordstrom", "Oakhurst", "Oduya", "Orlov", "Pemberton", "Penhaligon", "Quartermain", "Quigley",
    "Radcliffe", "Ravensdale", "Redfern", "Rosewood", "Salazar-Finch", "Santangelo", "Sedgwick",
    "Silvestri", "Tanaka-Boyd", "Thackeray", "Thornbury", "Underhill", "Upchurch", "Valdivia",
    "Vanterpool", "Wainwright", "Waverly", "Westergaard", "Whitcombe", "Windermere", "Wolcott",
    "Yardstick", "Yellowlees", "Zabriskie", "Zeller",
)  # fmt: skip
FIRST = (
    "Alma", "Ambrose", "Anika", "Archie", "Beatrix", "Benedict", "Calla", "Cassius", "Clementine",
    "Cyrus", "Dahlia", "Desmond", "Edith", "Elias", "Esme", "Fergus", "Flora", "Gideon", "Greta",
    "Hank", "Hazel", "Idris", "Imogen", "Jasper", "Josephine", "Kai", "Keziah", "Leander", "Lottie",
    "Magnus", "Maeve", "Nadia", "Nico", "Odessa", "Orson", "Pearl", "Percival", "Quinn", "Ramona",
    "Rufus", "Sabine", "Silas", "Tamsin", "Theo", "Ursula", "Vaughn", "Willa", "Xavier", "Yara",
    "Zadie",
)  # fmt: skip
CLINICIANS = (
    "Calloway, Ines",
    "Ostrander, Reuben",
    "Beck, Philippa",
    "Sorensen, Anders",
    "Duquesne, Mirabel",
    "Tolliver, Grant",
)
PAYERS = (
    "Harborview Mutual",
    "Northfield Health Plan",
    "Cedar Valley Blue",
    "Tidewater Assurance",
    "Prairie State Benefit",
    "Lantern Behavioral",
)
SERVICES = {
    "90791": "90791 Psychiatric Diagnostic Evaluation",
    "90832": "90832 Psychotherapy, 30 min",
    "90834": "90834 Psychotherapy, 45 min",
    "90837": "90837 Psychotherapy, 60 min",
    "90847": "90847 Family Therapy with Patient",
    "MISSED": "Missed Appointment",
    "CHARGE": "Misc. Charge: Records copy",
}
REASONS = (
    "Unknown reason",
    "Sliding scale",
    "Small balances",
    "No insurance",
    "Contractual agreement",
    "Bad debt",
    "Collection agency",
    "Other",
)
