"""Settings for all tests."""

from hypothesis import HealthCheck, settings

# A machine under load is slow: that is no failure of a rule.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
