import io
import os
import re
import subprocess
import sys
import tempfile
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError
from django.test import TestCase, override_settings
from PIL import Image

from entries.models import Entry


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "navy").save(out, kind)
    return SimpleUploadedFile(f"holiday.{kind.lower()}", out.getvalue())


@override_settings(STATICFILES_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage", ALLOWED_HOSTS=["testserver"])
class GuestbookTest(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = override_settings(MEDIA_ROOT=folder.name)
        settings.enable()
        self.addCleanup(settings.disable)

    def sign(self, **fields):
        return self.client.post("/", {"name": "Ada", "message": "Hello", **fields})

    def test_a_message_appears_on_the_page(self):
        self.assertRedirects(self.sign(message="Good day"), "/")
        self.assertContains(self.client.get("/"), "Good day")

    def test_what_people_write_is_never_markup(self):
        self.sign(message="<script>alert(1)</script>")
        self.assertNotContains(self.client.get("/"), "<script>")

    def test_an_empty_message_is_refused(self):
        self.assertEqual(self.sign(message="").status_code, 400)
        self.assertFalse(Entry.objects.exists())

    def test_the_worker_makes_a_small_picture(self):
        self.sign(picture=picture())
        call_command("worker", once=True)
        entry = Entry.objects.get()
        with entry.thumbnail.open() as file, Image.open(file) as image:
            self.assertEqual((image.format, image.size), ("JPEG", (320, 240)))

    def test_only_pictures_that_browsers_show_are_taken(self):
        self.assertEqual(self.sign(picture=SimpleUploadedFile("x.png", b"no picture")).status_code, 400)
        self.assertEqual(self.sign(picture=picture("TIFF")).status_code, 400)
        self.assertFalse(Entry.objects.exists())

    def test_a_picture_that_turns_out_broken_is_left_out(self):
        half = SimpleUploadedFile("half.jpg", picture("JPEG").read()[:-400])
        self.assertRedirects(self.sign(picture=half), "/")
        call_command("worker", once=True)
        entry = Entry.objects.get()
        self.assertEqual((entry.checked, entry.picture.name, entry.thumbnail.name), (True, "", ""))

    def test_the_worker_hides_messages_full_of_links(self):
        self.sign(message="buy http://a http://b http://c")
        self.sign(message="see https://example.com")
        call_command("worker", once=True)
        page = self.client.get("/")
        self.assertNotContains(page, "buy")
        self.assertContains(page, "see https://example.com")

    def test_it_is_well_only_while_the_database_answers(self):
        self.assertEqual(self.client.get("/healthz").status_code, 200)
        with mock.patch.object(Entry.objects, "exists", side_effect=OperationalError("disk I/O error")):
            answer = self.client.get("/healthz")
        self.assertContains(answer, "disk I/O error", status_code=503)


@override_settings(ALLOWED_HOSTS=["testserver"])
class StaticFilesTest(TestCase):
    def test_the_stylesheet_that_the_page_names_is_served(self):
        link = re.search(r'<link rel="stylesheet" href="([^"]+)"', self.client.get("/").content.decode())
        answer = self.client.get(link.group(1))
        self.assertEqual((answer.status_code, answer.headers["Content-Type"].split(";")[0]), (200, "text/css"))
        self.assertIn(b"max-width", b"".join(answer.streaming_content))


class SettingsTest(TestCase):
    def load(self, **variables):
        environment = {key: value for key, value in os.environ.items() if key not in ("SECRET_KEY", "STAGE", "DOMAIN")}
        shown = "settings.ALLOWED_HOSTS, settings.DATABASES, settings.MEDIA_ROOT"
        return subprocess.run([sys.executable, "-c", f"from guestbook import settings; print({shown})"],
                              env={**environment, **variables}, capture_output=True, text=True)

    def test_a_secret_key_is_demanded_where_others_can_reach_it(self):
        self.assertIn("SECRET_KEY has to be set", self.load(STAGE="live").stderr)
        self.assertEqual(self.load(STAGE="live", SECRET_KEY="x").returncode, 0)

    def test_every_domain_is_answered(self):
        hosts = self.load(DOMAIN="a.example.com", DOMAIN_ALIASES="b.example.com,c.example.com").stdout
        for name in ("a", "b", "c"):
            self.assertIn(f"'{name}.example.com'", hosts)

    def test_services_that_are_given_are_used(self):
        shown = self.load(DATABASE_URL="postgres://u:p%40%2F@default-service:5432/d1",
                          DEFAULT_STORAGE_DSN="file:///data/media/?url=%2Fmedia%2F").stdout
        for part in ("postgresql", "'PASSWORD': 'p@/'", "'HOST': 'default-service'", "'NAME': 'd1'", " /data/media"):
            self.assertIn(part, shown)

    def test_services_of_another_kind_are_refused(self):
        self.assertIn("mysql", self.load(DATABASE_URL="mysql://u:p@h:3306/d1").stderr)
        self.assertIn("s3", self.load(DEFAULT_STORAGE_DSN="s3://bucket").stderr)
