from django.apps import AppConfig
from django.db.backends.signals import connection_created


def let_readers_go_on_while_one_writes(connection, **_):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")


class EntriesConfig(AppConfig):
    name = "entries"

    def ready(self):
        connection_created.connect(let_readers_go_on_while_one_writes)
