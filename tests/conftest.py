"""Hypothesis profiles, and TensorFlow kept quiet; the profile comes from MODELSPEC_HYPOTHESIS (small or large)."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

settings.register_profile("small", max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("large", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("MODELSPEC_HYPOTHESIS", "small"))
