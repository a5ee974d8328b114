# Two images of one build: `platform` is the backend with its dashboards, `simulation` the model
# besides. A machine that reaches no image registry passes its own BASE_IMAGE.
ARG BASE_IMAGE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE_IMAGE} AS tools
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=/opt/peergrid
WORKDIR /source
COPY deploy/docker/tools.lock ./
# `ca` holds the authorities of a network that looks into TLS; no layer keeps it.
RUN --mount=type=secret,id=ca,target=/run/ca,required=false --mount=type=cache,target=/root/.cache \
    if [ -s /run/ca ]; then export PIP_CERT=/run/ca SSL_CERT_FILE=/run/ca; fi \
 && python3 -m venv /opt/tools && /opt/tools/bin/pip install --require-hashes -r tools.lock \
 && python3 -m venv --without-pip "$VIRTUAL_ENV"

FROM tools AS wheel
COPY pyproject.toml README.md LICENSE ./
COPY scenarios scenarios
COPY src src
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --no-index -w /wheel .

FROM tools AS platform-files
COPY requirements.lock ./
RUN --mount=type=secret,id=ca,target=/run/ca,required=false --mount=type=cache,target=/root/.cache \
    if [ -s /run/ca ]; then export SSL_CERT_FILE=/run/ca; fi \
 && /opt/tools/bin/uv pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock
COPY --from=wheel /wheel /wheel
# What browsers load is packed here, once; a third of all the rest is never loaded. PACK=--quick
# packs in seconds instead of minutes, a sixth larger: for an image that is only tried.
ARG PACK
COPY deploy/docker/slim.sh ./
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils >/dev/null
RUN /opt/tools/bin/uv pip install --no-deps --offline /wheel/*.whl \
 && PEERGRID_CACHE_DIR=/opt/peergrid/cache /opt/peergrid/bin/peergrid build-web $PACK \
 && sh slim.sh /opt/peergrid

FROM tools AS simulation-files
COPY requirements-simulation.lock ./
RUN --mount=type=secret,id=ca,target=/run/ca,required=false --mount=type=cache,target=/root/.cache \
    if [ -s /run/ca ]; then export SSL_CERT_FILE=/run/ca; fi \
 && /opt/tools/bin/uv pip install --require-hashes --no-deps --only-binary :all: \
    -r requirements-simulation.lock
COPY --from=wheel /wheel /wheel
RUN /opt/tools/bin/uv pip install --no-deps --offline /wheel/*.whl

FROM ${BASE_IMAGE} AS nobody
RUN groupadd --gid 10001 peergrid \
 && useradd --uid 10001 --gid peergrid --no-create-home --home-dir /nonexistent \
    --shell /usr/sbin/nologin peergrid \
 && install -d -o peergrid -g peergrid -m 700 /backups
ENV PATH=/opt/peergrid/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PEERGRID_DATA_DIR=/tmp/peergrid
WORKDIR /tmp
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["peergrid"]

FROM nobody AS simulation
ENV PEERGRID_CACHE_DIR=/tmp/cache
COPY --from=simulation-files /opt/peergrid /opt/peergrid
CMD ["laboratory"]

FROM nobody AS platform
ENV PEERGRID_CACHE_DIR=/opt/peergrid/cache
COPY --from=platform-files /opt/peergrid /opt/peergrid
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
  CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["serve", "--host", "0.0.0.0"]
