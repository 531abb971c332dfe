TRIAL_LOCATIONS = {"mark":"a943dd5083fb1c62","places":[],"rows":{}};
