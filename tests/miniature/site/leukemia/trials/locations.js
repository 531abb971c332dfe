TRIAL_LOCATIONS = {"mark":"0477bb50f7e70329","places":[],"rows":{}};
