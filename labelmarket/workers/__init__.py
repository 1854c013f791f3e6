"""Jobs and the numbers they compute."""
