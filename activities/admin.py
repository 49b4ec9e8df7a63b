"""Topics of training are edited here, as other reference data."""

from django.contrib import admin

from activities.models import TrainingTopic
from agencies.admin import ReferenceAdmin


@admin.register(TrainingTopic)
class TopicAdmin(ReferenceAdmin):
    """What courses are about."""

    list_display = ("name", "name_en", "position")
