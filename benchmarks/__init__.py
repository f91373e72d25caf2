"""What reading and writing cost, as ratios within one run and as a user would meet them: `python -m benchmarks`."""
