import os
import socket

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .forms import EntryForm
from .models import Entry

SHOWN_ENTRIES = 50


@require_http_methods(["GET", "HEAD", "POST"])
def guestbook(request):
    form = EntryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("guestbook")
    return render(request, "entries/guestbook.html", {
        "form": form,
        "entries": Entry.objects.filter(hidden=False)[:SHOWN_ENTRIES],
        "stage": settings.STAGE,
        "release": os.environ.get("DIVIO_RELEASE", ""),
        "instance": os.environ.get("DIVIO_INSTANCE") or socket.gethostname(),
    }, status=400 if form.errors else 200)


@require_safe
def health(request):
    """Well when the database answers and its tables are there."""
    try:
        Entry.objects.exists()
    except DatabaseError as error:
        return HttpResponse(f"the database does not answer: {error}\n", content_type="text/plain", status=503)
    return HttpResponse("well\n", content_type="text/plain")
