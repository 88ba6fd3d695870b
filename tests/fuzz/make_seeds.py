#!/usr/bin/env python3
"""Writes the seeds of tests/fuzz/corpus: a few small inputs a target, made up, with nobody's data in them.

Usage: tests/fuzz/make_seeds.py      needs protoc; what fuzzing found lies beside the seeds and is left alone
"""
import pathlib
import struct
import subprocess
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MARK = b"|-|"
DAY = 86_400_000_000
START = 1_700_000_000_000_000


def message(kind, text, file="tenure/event/v1/event.proto"):
    return subprocess.run(
        ["protoc", f"-I{ROOT}/proto", f"--encode={kind}", file],
        input=text.encode(), capture_output=True, check=True, cwd=ROOT).stdout


def event(number, payload, at=None, more="", account="a"):
    at = START + number * DAY if at is None else at
    accounts = f'accounts: "{account}"' if account else ""
    return message("tenure.event.v1.Event",
                   f'source: "s" id: "e{number}" occurred_at_us: {at} {accounts} {more} {payload}')



def seed(target, name, *pieces):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(MARK.join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces))


PERSON = 'persons { surrogate: "%s" name: "P" side: SIDE_CLIENT }' % ("0" * 31 + "1")
OTHER = 'persons { surrogate: "%s" side: SIDE_US }' % ("0" * 31 + "2")

PASTS = {
    "contact": ["email_received { mentions_leaving: true }", "email_sent { }",
                "call_completed { caller: SIDE_CLIENT duration_s: 300 }", "call_missed { caller: SIDE_US }",
                "meeting_scheduled { }", "meeting_held { }", "meeting_cancelled { by: SIDE_CLIENT }",
                "meeting_no_show { }", "chat_message_sent { by: SIDE_CLIENT }"],
    "complaints": ['complaint_opened { complaint: "c" severity: 2 }', 'complaint_acknowledged { complaint: "c" }',
                   'complaint_waiting { complaint: "c" }', 'complaint_resumed { complaint: "c" }',
                   'complaint_resolved { complaint: "c" }', 'complaint_reopened { complaint: "c" }',
                   'complaint_progressed { complaint: "d" reopens: true }', 'complaint_closed { complaint: "c" }',
                   'complaint_withdrawn { complaint: "d" }'],
    "contracts": [f'contract_signed {{ contract: "k" starts_at_us: {START} ends_at_us: {START + 400 * DAY} '
                  'notice_days: 90 auto_renew: true term_months: 12 annual_value { amount_minor: 120000 '
                  'currency: "EUR" } }',
                  f'contract_renewed {{ contract: "k" ends_at_us: {START + 800 * DAY} }}',
                  f'contract_amended {{ contract: "k" ends_at_us: {START + 700 * DAY} annual_value {{ '
                  'amount_minor: 5 currency: "JPY" } }',
                  f'contract_notice_given {{ contract: "k" ends_at_us: {START + 500 * DAY} }}',
                  'contract_terminated { contract: "k" }'],
    "billing": [f'invoice_issued {{ invoice: "i" amount {{ amount_minor: 900 currency: "EUR" }} '
                f'due_at_us: {START + 14 * DAY} }}', 'invoice_overdue { invoice: "i" }',
                'invoice_paid { invoice: "i" }', 'invoice_written_off { invoice: "i" }',
                'subscription_started { subscription: "s" annual_value { amount_minor: 7 currency: "EUR" } }',
                'subscription_cancelled { subscription: "s" }'],
    "usage": ["usage_rolled_up { period_days: 7 active_users: 30 seats: 40 }",
              "usage_rolled_up { period_days: 1 active_users: 3 seats: 40 }", "usage_limit_reached { }",
              "seats_provisioned { }"],
    "promises": [f'promise_made {{ promise: "p" due_at_us: {START + 9 * DAY} }}',
                 f'promise_revised {{ promise: "p" due_at_us: {START + 19 * DAY} }}', 'promise_missed { promise: "p" }',
                 'promise_kept { promise: "p" }', "survey_answered { kind: SURVEY_KIND_NPS score_milli: 9000 }"],
    "work": ["project_started { }", "milestone_planned { }", "campaign_measured { value_milli: 3 target_milli: 1 }",
             "opportunity_won { }", 'handover_returned { missing: "goals" }'],
    "account": ['account_won { annual_value { amount_minor: 100 currency: "EUR" } }', "account_tier_set { tier: 1 }",
                "stakeholder_added { role: 1 }", "stakeholder_role_changed { role: 2 }", "stakeholder_left { }",
                "survey_sent { }", "survey_answered { }", "promise_made { }", "note_added { }", "account_lost { }"],
}

TOLD = [
    f'alert_transitioned {{ step: ALERT_STEP_ARMED rule: "silence" decided_at_us: {START} severity: 2 }}',
    f'alert_transitioned {{ step: ALERT_STEP_RAISED rule: "silence" decided_at_us: {START + DAY} severity: 2 }}',
    'alert_acted { act: ALERT_ACT_ACKNOWLEDGED rule: "silence" }',
    f'alert_acted {{ act: ALERT_ACT_SNOOZED rule: "silence" until_us: {START + 9 * DAY} }}',
    'alert_acted { act: ALERT_ACT_ASSIGNED rule: "silence" assignee: "ada" }',
    f'alert_transitioned {{ step: ALERT_STEP_ESCALATED rule: "silence" decided_at_us: {START + 5 * DAY} '
    'severity: 4 rung: 1 }',
    f'alert_transitioned {{ step: ALERT_STEP_REMINDED rule: "silence" decided_at_us: {START + 6 * DAY} }}',
    'alert_acted { act: ALERT_ACT_JUDGED rule: "silence" verdict: 2 }',
    f'alert_transitioned {{ step: ALERT_STEP_RAISED rule: "complaint_sla" subject: "c" decided_at_us: {START} '
    'severity: 3 }',
    f'alert_transitioned {{ step: ALERT_STEP_CLEARED rule: "silence" decided_at_us: {START + 10 * DAY} }}',
    'alert_acted { act: ALERT_ACT_CLEARED rule: "complaint_sla" subject: "c" }',
]

# In the order of projections/registry.cc.
FACTS = [
    ("activity", "Activity", f"events: 3 active_days: 2 first_at_us: {START} last_at_us: {START + DAY} gap_us: {DAY} "
     "counts { type: 100 events: 3 }"),
    ("profile", "Profile", f'name: "n" sector: "bank" owner: "ada" tier: 1 won_at_us: {START} currency: "EUR" '
     f"won_minor: 900 champion_left_at_us: {START} values {{ key: 7 minor: 5 until_us: {START + 9 * DAY} active: true }} "
     "people { high: 1 low: 2 role: 1 }"),
    ("relationship", "Relationship", f"last_contact_us: {START} last_client_word_us: {START} unanswered_us: {START} "
     "gaps_s: 9 gaps_s: 900 responses_s: 60 meetings_seen: 3 meetings: 5 words { day: 19675 milli: 1000 } "
     "leaving { day: 19676 milli: 1000 } channels: 7"),
    ("complaints", "Complaints", f'opened: 2 resolved: 1 complaints {{ id: "c" severity: 2 opened_at_us: {START} '
     f"last_at_us: {START} ran_us: 5 }} ended: 9 reopenings_us: {START}"),
    ("contracts", "Contracts", f'currency: "EUR" contracts {{ id: "k" starts_at_us: {START} ends_at_us: {START + 90 * DAY} '
     f'notice_days: 30 term_months: 12 auto_renew: true minor: 900 }} invoices {{ id: "i" minor: 9 due_at_us: {START} }} '
     "settled_ahead: 5 invoices_issued: 1"),
    ("usage", "Usage", f"last_rollup_us: {START} last_active_us: {START} active_users: 9 seats: 10 samples {{ day: 19675 "
     f"period_days: 7 active_users: 9 }} limit_hits_us: {START}"),
    ("opinion", "Opinion", f'risk: 2 given_at_us: {START} until_us: {START + DAY} by: "x"'),
    ("promises", "Promises", f'made: 2 kept: 1 promises {{ id: "p" due_at_us: {START} missed_at_us: {START + DAY} }} '
     f"late_us: {START}"),
]

RULES = """profile: own
calendar: {zone: Europe/Berlin, hours: 'Mon-Fri 09:00-17:00', holidays: DE-BE}
sectors: [bank]
health: []
rules: []
"""

REFERENCE = [
    'calendar_defined { calendar: "office" zone: "Europe/Berlin" hours: "Mon-Fri 09:00-17:00; Sat 10:00-14:00" '
    'holidays: "DE-BE" }',
    'holidays_defined { region: "DE-BE" days: "2023-12-25" days: "2023-12-26" }',
    'rules_activated { profile: "own" initial: true yaml: "%s" }' % RULES.replace("\n", "\\n"),
    f'reports_to_set {{ person: "ada" manager: "bob" effective_at_us: {START + 40 * DAY} }}',
    f'source_gap_opened {{ feed: "mail" from_us: {START + 30 * DAY} }}',
    f'source_gap_closed {{ feed: "mail" until_us: {START + 35 * DAY} }}',
    'source_went_live { partition: "kafka:orders/3" }',
    'offset_gap_accepted { partition: "kafka:orders/3" from_offset: 3 to_offset: 9 }',
]


def request(method, path, body="", more="Content-Type: application/json\r\n"):
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{more}{length}\r\n{body}"


def http():
    api = "/tenure.api.v1."
    seed("http_request", "act", request("POST", api + "AlertService/Act", '{"id": "1", "account": "a", "rule": "r", '
                                        '"act": "snooze", "until": "2027-01-31T00:00:00Z"}'))
    seed("http_request", "account", request("POST", api + "AccountService/GetAccount",
                                            '{"account": "a", "at": "2026-01-31T00:00:00Z", "sense": 1}'))
    seed("http_request", "list_by_get", request(
        "GET", api + "AlertService/ListAlerts?connect=v1&encoding=json&base64=1&message=eyJhY2NvdW50IjoiYSJ9", more=""))
    rules = RULES.replace("\n", "\\n")
    seed("http_request", "rules", request("POST", api + "OperatorService/ActivateRules",
                                          '{"actor": "ada", "yaml": "%s"}' % rules))
    seed("http_request", "binary", request("POST", api + "AlertService/Act", "\n\x011\x12\x01a\x1a\x01r*\x05clear",
                                           "Content-Type: application/proto\r\n"))
    chunked = "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\nConnection: close\r\n"
    seed("http_request", "chunked", request("POST", api + "OperatorService/GetStatus", more=chunked) +
         "2\r\n{}\r\n0\r\n\r\n")
    seed("http_request", "two", request("GET", "/healthz", more="Connection: keep-alive, x\r\nExpect: 100-continue\r\n") +
         request("HEAD", "/metrics?a=%41+b", more="Origin: http://127.0.0.1:80\r\n"))


def rows():
    note = "id,account,at,kind,text,value\n1,a,2026-01-31T00:00:00Z,note,\"x\"\"y\nz\",\n2, b ,2026-02-01T00:00:00Z,,,9.50\n"
    seed("file_rows", "csv", note)
    seed("file_rows", "semicolons", "\ufeff" + note.replace(",", ";"))
    seed("file_rows", "ndjson", '{"id": 1, "account": "a", "at": "2026-01-31T00:00:00Z", "kind": "note", "text": "x"}\n\n'
         '{"id": 2, "account": "a", "at": "2026-01-31T00:00:00Z", "value": 9.5}\n')
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = bytearray(pack.compress(note.encode()) + pack.flush())
    packed[4:8] = bytes(4)
    seed("file_rows", "gzip", bytes(packed))


def texts():
    seed("config_yaml", "full", """data: {dir: log, shards: 8}
kafka:
  bootstrap: localhost:9092
  properties: {sasl.password: x, fetch.min.bytes: 1}
sources:
  - {topic: orders, format: cloudevents, start: earliest}
  - {topic: crm, format: json, mapping: crm.yaml, start: 2026-01-31T00:00:00Z, may_send_reference: true}
rules: [rules.yaml]
http: {listen: 127.0.0.1:0}
workers: 2
checkpoint: {restart_bound: 2s, max_interval: 60s}
limits: {commit_events: 100, commit_wait: 5ms, log_cache_bytes: 64MiB}
""", "workers=3", "kafka.properties.client.id=x", "rules=[a, b]")
    seed("config_yaml", "anchors", "data: &a {dir: x}\nhttp: *a\n")
    seed("calendar", "office", "Europe/Berlin", "Mon-Fri 09:00-17:00; Sat 10:00-14:00", "90", "2023-12-25", "2024-02-29")
    seed("calendar", "night", "America/New_York", "Sun 00:00-06:00; Mon-Fri 22:00-24:00", "12", "1999-12-31")
    seed("calendar", "always", "Asia/Kathmandu", "always", "zz")
    for number, text in enumerate(["2026-11-23T09:41:07.5+01:00", "2026-11-23 09:41:60Z", "never", "21d", "500ms"]):
        seed("time_texts", f"text_{number}", text)
    mapping = (ROOT / "deploy/mappings/helpdesk.yaml").read_text()
    seed("mapping_yaml", "helpdesk", mapping)
    seed("mapping_row", "row", '{"a": "x#3", "b": [1], "c": " A ", "t": "2026-01-31 10:00:00", "u": 1790000000000, '
         '"k": "aab", "v": "9.50", "w": "true", "n": 3, "p": {"id": "7", "name": "n"}, "r": 2}')


def records():
    seed("record_headers", "binary_json", "acc", "ce_specversion", "1.0", "ce_id", "1", "ce_source", "s", "ce_type",
         "note.added", "ce_time", "2023-01-31T00:00:00Z", "content-type", "application/json", '{"text": "x"}')
    seed("record_headers", "structured", "acc", "content-type", "application/cloudevents+json",
         '{"specversion": "1.0", "id": "1", "source": "s", "type": "note.added", "subject": "x", '
         '"datacontenttype": "application/json", "data": {"text": "x"}}')
    seed("decoder_cloudevents", "json", b"\x00" + b'{"contract": "k", "notice_days": 30}')
    seed("decoder_cloudevents", "event", b"\x05" + event(1, 'note_added { text: "x" }'))
    seed("event_envelope", "note", event(1, 'note_added { text: "x" }', more=PERSON))
    seed("event_envelope", "quarantine",
         event(2, "", more='quarantine { reason: 1 message: "m" value: "v" headers { name: "n" value: "w" } }'))


def pasts():
    for name, payloads in PASTS.items():
        # Two events a payload, days apart; some about a person.
        seed("projections", name, *[
            event(k * 2 + turn, payload, more=PERSON if (k + turn) % 2 == 0 else OTHER)
            for turn in range(2) for k, payload in enumerate(payloads)])
    seed("projections", "all", *[event(k * 3, payload, more=PERSON)
                                 for k, payload in enumerate(p for past in PASTS.values() for p in past)])
    seed("alert_ledger", "told", b"", *[event(k, payload) for k, payload in enumerate(TOLD)])
    seed("reference_events", "all", *[event(k, payload, account="") for k, payload in enumerate(REFERENCE)])


def stored():
    golden = (ROOT / "tests/golden/log_format_0/blocks.hex").read_text().split()
    for number in range(0, len(golden), 2):
        seed("log_block", f"block_{number // 2}", bytes.fromhex(golden[number] + golden[number + 1]))
    meta = (ROOT / "tests/golden/log_format_0/meta.hex").read_text().split()
    for name, value in zip(["head", "nature"], meta[1::2]):
        seed("log_block", name, bytes.fromhex(value)[:-8])
    seed("log_block", "offset", struct.pack(">qqQ", 3, 0, 9))
    seed("state_store", "position", b"\x07\xd0\x0f\x01", b"\x01\x04", b"\x08\xa4\x02")
    # An account without facts, and the head of one with some.
    seed("account_row", "cold", b"\x01\x00\x01\x00\x00\x00\x00\x00")
    ledger = b"\x01\x00"
    seed("account_row", "facts", ledger, *[
        message(f"tenure.state.v1.{kind}Facts", text, f"tenure/state/v1/{name}.proto") for name, kind, text in FACTS])
    seed("account_row", "hot", b"\x01\x01\x02\x90\x4e\x02\x03ada\x01\x03" + b"\x01\x02\x00\x01s\x01e" +
         bytes([len(ledger)]) + ledger + b"\x06\x00\x00\x00\x00\x00\x00")


if __name__ == "__main__":
    http()
    rows()
    texts()
    records()
    pasts()
    stored()
