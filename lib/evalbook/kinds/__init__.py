"""The kinds: one class each = its fields (the YAML) + its arithmetic + its sentence of explanation."""
