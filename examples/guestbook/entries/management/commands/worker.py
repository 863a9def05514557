import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from entries.work import check_new_entries

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Looks at new entries: makes thumbnails of their pictures and hides spam. Ends cleanly on SIGTERM."

    def add_arguments(self, parser):
        parser.add_argument("--pause", type=float, default=2.0, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *, pause, once, **_):
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        log.info("worker: waiting for entries")
        while not ended.is_set():
            try:
                found = check_new_entries()
            except DatabaseError as error:
                log.warning("worker: the database does not answer, trying again: %s", error)
                found = 0
                close_old_connections()
            if once:
                break
            if not found:
                ended.wait(pause)
        log.info("worker: ended")
