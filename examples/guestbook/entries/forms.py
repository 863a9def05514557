from django import forms

from .models import Entry

LARGEST_PICTURE = 5 * 1024 * 1024
PICTURE_KINDS = {"JPEG", "PNG", "GIF", "WEBP"}


class EntryForm(forms.ModelForm):
    class Meta:
        model = Entry
        fields = ["name", "message", "picture"]
        widgets = {"message": forms.Textarea(attrs={"rows": 4})}

    def clean_picture(self):
        picture = self.cleaned_data.get("picture")
        if picture and picture.size > LARGEST_PICTURE:
            raise forms.ValidationError("A picture may have 5 MB.")
        if picture and getattr(picture, "image", None) and picture.image.format not in PICTURE_KINDS:
            raise forms.ValidationError("A picture may be a JPEG, PNG, GIF or WebP.")
        return picture
