"""What a section of a spec may say, as data: settings, and the kinds of values that they have."""

from modelspec.language.settings.setting import (
    Kind,
    Setting,
    described,
    label,
    read_settings,
    read_values,
    schema_of,
    setting,
    settings_of,
)

__all__ = [
    "Kind",
    "Setting",
    "described",
    "label",
    "read_settings",
    "read_values",
    "schema_of",
    "setting",
    "settings_of",
]
