from django.db import migrations, models
import entries.models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('message', models.TextField(max_length=2000)),
                ('picture', models.ImageField(blank=True, upload_to=entries.models.unguessable_name)),
                ('thumbnail', models.ImageField(blank=True, upload_to='thumbnails')),
                ('hidden', models.BooleanField(default=False)),
                ('checked', models.BooleanField(default=False)),
                ('written_at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                'ordering': ['-written_at', '-id'],
            },
        ),
    ]
