"""What is measured, each against what a user would pick instead, side by side in one run: ``python -m benchmarks``."""
