"""One module or package, one format; `exporter/writer.py` is the contract."""
