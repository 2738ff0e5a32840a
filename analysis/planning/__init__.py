"""How certain a study will be: simulated designs and their search. No Django."""
