"""What an address may hold in the place of an agency code."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """An agency code as the model allows it; anything else is no address."""

    regex = r"\w[\w.\-]{0,29}"


register_converter(CodeConverter, "code")
