"""A book of many accounts for the browser: rows of NDJSON, a mapping for them, and a server that has them."""
import json
import os
import random
import re
import subprocess
import time

MAPPING = """source: crm
id: id
account: account
occurred_at: {field: at, format: unix_s}
events:
  - when: {kind: profile}
    type: account.profile_set
    set: {name: name, sector: sector}
  - when: {kind: owner}
    type: account.assigned
    set: {owner: owner}
  - when: {kind: contract}
    type: contract.signed
    set:
      contract: contract
      starts_at_us: {field: starts, as: time, format: unix_s}
      ends_at_us: {field: ends, as: time, format: unix_s}
      notice_days: {field: notice, as: int}
      auto_renew: {const: 'true', as: bool}
      annual_value: {field: value, as: money, currency: EUR}
  - when: {kind: mail}
    type: interaction.email.received
    set: {topic: subject}
"""
DAY = 86400
SYLLABLES = "al bor cor dar el fen gar hal is jor kal lun mor nor ost pel quin ras sol tor ul ven wil yar zen".split()
KINDS = "Bank Studio Networks Freight Cargo Trading Mutual Utilities Cloud Partners".split()
SECTORS = "bank agency network logistics tech insurance".split()


def rows(accounts, now):
    dice = random.Random(1)
    for k in range(accounts):
        account = f"acc-{k:06d}"
        name = "".join(dice.choice(SYLLABLES) for _ in range(3)).capitalize() + " " + dice.choice(KINDS)
        starts = now - dice.randrange(30, 360) * DAY
        for row in ({"kind": "profile", "name": name, "sector": dice.choice(SECTORS)},
                    {"kind": "owner", "owner": f"owner.{k % 200:03d}"},
                    {"kind": "contract", "contract": f"C-{k}", "starts": starts, "ends": starts + 365 * DAY,
                     "notice": 30, "value": str(dice.randrange(1000, 400000))},
                    {"kind": "mail", "subject": "Figures", "at": now - dice.randrange(1, 60) * DAY}):
            yield {"id": f"{account}-{row['kind']}", "account": account, "at": starts, **row}


def serve(binary, folder, accounts, said):
    """Imports the book into `folder` and starts a server on it; the process and its address."""
    book, mapping = os.path.join(folder, "book.ndjson"), os.path.join(folder, "mapping.yaml")
    with open(book, "w", encoding="utf-8") as out:
        for row in rows(accounts, int(time.time())):
            out.write(json.dumps(row) + "\n")
    with open(mapping, "w", encoding="utf-8") as out:
        out.write(MAPPING)
    data = os.path.join(folder, "data")
    done = subprocess.run([binary, "import", book, "--mapping", mapping, "--data", data], capture_output=True,
                          text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    print(done.stdout.strip())
    process = subprocess.Popen([binary, "serve", "--data", data, "--set", "http.listen=127.0.0.1:0"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        said.write(line.encode())
        found = re.search(r"(?:127\.0\.0\.1|localhost):(\d+)", line)
        if found and found.group(1) != "0":
            return process, f"http://127.0.0.1:{found.group(1)}"
    return process, ""
