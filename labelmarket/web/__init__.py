"""The web application: what answers on the market's port."""
