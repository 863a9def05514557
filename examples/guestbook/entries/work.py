"""What the worker does to new entries, apart from waiting for them."""
import io
import logging
import re

from django.core.files.base import ContentFile
from PIL import Image

from .models import Entry

THUMBNAIL_SIZE = (320, 320)
MOST_LINKS = 2
log = logging.getLogger(__name__)


def looks_like_spam(entry):
    return len(re.findall(r"https?://", entry.message)) > MOST_LINKS


def thumbnail_of(entry):
    """The picture, small, as a JPEG."""
    with entry.picture.open() as file, Image.open(file) as image:
        image.thumbnail(THUMBNAIL_SIZE)
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=80)
    return ContentFile(out.getvalue())


def check(entry):
    entry.hidden = looks_like_spam(entry)
    if entry.picture and not entry.hidden:
        try:
            entry.thumbnail.save(f"{entry.pk}.jpg", thumbnail_of(entry), save=False)
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            log.warning("entry %s: its picture cannot be read, so it is shown without: %s", entry.pk, error)
            entry.picture = ""
    entry.checked = True
    entry.save(update_fields=["hidden", "picture", "thumbnail", "checked"])
    log.info("entry %s checked%s", entry.pk, ", hidden as spam" if entry.hidden else "")


def check_new_entries(most=100):
    """Returns how many there were. Doing it twice, or in two workers at once, changes nothing more."""
    entries = list(Entry.objects.filter(checked=False).order_by("id")[:most])
    for entry in entries:
        check(entry)
    return len(entries)
