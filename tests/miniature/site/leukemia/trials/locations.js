TRIAL_LOCATIONS = {"places":[],"rows":[[],[],[],[],[],[]]};
