import uuid
from pathlib import PurePath

from django.db import models


def unguessable_name(_, file_name):
    return f"pictures/{uuid.uuid4().hex}{PurePath(file_name).suffix.lower()[:8]}"


class Entry(models.Model):
    name = models.CharField(max_length=80)
    message = models.TextField(max_length=2000)
    picture = models.ImageField(upload_to=unguessable_name, blank=True)
    thumbnail = models.ImageField(upload_to="thumbnails", blank=True)  # made by the worker
    hidden = models.BooleanField(default=False)  # the worker took it for spam
    checked = models.BooleanField(default=False)  # the worker has looked at it
    written_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-written_at", "-id"]

    def __str__(self):
        return f"{self.name}, {self.written_at:%Y-%m-%d}"
