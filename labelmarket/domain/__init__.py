"""Facts and the decisions that make them; no input or output."""
