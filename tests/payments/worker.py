"""A process that pays what is held until it is killed: worker.py URL RECORD."""

import sys
import time
from pathlib import Path

from peergrid.database.pool import Database
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import Sandbox

ANSWER_S = 0.02  # long enough to be killed in


def work(url: str, record: Path) -> None:
    provider = Sandbox(record, answer_s=ANSWER_S)
    database = Database(url)
    database.open()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        pay_held(database, provider)
        time.sleep(ANSWER_S)


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]))
