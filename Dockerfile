# docker build -t mlk-export .
# docker run --rm -v ~/Notes:/notes:ro -v "$PWD/out":/out -u "$(id -u)" mlk-export --vault /notes --format skos --out /out
FROM python:3.13-slim AS build
WORKDIR /source
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY exporter exporter
COPY native native
# Rust for the compiled core; of which version Debian says.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends cargo && rm -rf /var/lib/apt/lists/*
# Of constraints.txt the versions alone: with its hashes pip would want those of this folder, too.
RUN grep -oE '^[A-Za-z0-9_.-]+==[^ ]+' constraints.txt > versions.txt \
    && python -m venv /app \
    && /app/bin/pip install --no-cache-dir --constraint versions.txt ".[diagrams,parquet]" \
    && /app/bin/pip uninstall --yes pip

FROM python:3.13-slim
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH MLK_EXPORT_CACHE=/tmp/mlk-export
WORKDIR /notes
USER 65534
ENTRYPOINT ["mlk-export"]
CMD ["--help"]
