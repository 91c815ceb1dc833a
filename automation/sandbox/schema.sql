CREATE TABLE patients (
    id TEXT PRIMARY KEY, seq INTEGER, acct INTEGER, last TEXT, first TEXT, born TEXT,
    active INTEGER, phone TEXT, autopay INTEGER, comments TEXT
);
CREATE TABLE assignments (patient TEXT, clinician TEXT);
CREATE TABLE policies (
    id TEXT PRIMARY KEY, patient TEXT, priority TEXT, payer TEXT, member TEXT, comments TEXT,
    starts TEXT, ends TEXT, copay INTEGER, deductible INTEGER
);
CREATE TABLE visits (
    id TEXT PRIMARY KEY, patient TEXT, date TEXT, time TEXT, code TEXT, service TEXT,
    clinician TEXT, method TEXT, payer TEXT, rate INTEGER, pt_amt INTEGER, coverage INTEGER,
    ins_paid INTEGER, ins_off INTEGER, ins_status TEXT,
    wo_cents INTEGER, wo_reason TEXT, wo_user TEXT, wo_at TEXT,
    by_hand INTEGER, saved INTEGER
);
CREATE TABLE payments (
    id TEXT PRIMARY KEY, patient TEXT, date TEXT, kind TEXT, method TEXT, check_no TEXT,
    cents INTEGER
);
CREATE TABLE allocations (payment TEXT, visit TEXT, cents INTEGER, counted INTEGER);
CREATE TABLE history (
    id INTEGER PRIMARY KEY, visit TEXT, at TEXT, who TEXT, what TEXT, before TEXT, after TEXT,
    payment TEXT
);
CREATE TABLE log (
    id INTEGER PRIMARY KEY, at TEXT, who TEXT, patient TEXT, action TEXT, says TEXT
);
CREATE TABLE charges (id INTEGER PRIMARY KEY, patient TEXT, at TEXT, cents INTEGER);
CREATE INDEX visits_by_patient ON visits (patient, date DESC, time DESC);
CREATE INDEX payments_by_patient ON payments (patient);
CREATE INDEX policies_by_patient ON policies (patient);
CREATE INDEX assignments_by_patient ON assignments (patient);
CREATE INDEX allocations_by_visit ON allocations (visit);
CREATE INDEX allocations_by_payment ON allocations (payment);
CREATE INDEX history_by_visit ON history (visit);
