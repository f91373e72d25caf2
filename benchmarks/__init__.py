"""What the program costs, measured as a user would: `make bench` writes docs/benchmarks.md."""
