# syntax=docker/dockerfile:1
# Targets: web (also the worker of imports and reports) and gpu-worker (generation).

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN useradd --system --uid 10001 --create-home mimic \
    && mkdir -p /data/media /data/checkpoints /data/environments /data/frames /app/staticfiles \
    && mkdir -m 700 /backups \
    && chown -R mimic /data /app/staticfiles /backups
COPY requirements/analysis.txt requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/analysis.txt

FROM base AS web
COPY . .
# Who runs it, so that a later version may add to its static files.
USER 10001
# The build needs settings to load, not secrets: these values never leave this step.
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build \
    python manage.py collectstatic --noinput
ENV MEDIA_ROOT=/data/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", \
     "config.wsgi:application"]

FROM base AS gpu-worker
COPY requirements/generation.txt requirements/torch.txt requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/generation.txt \
    && pip install --no-cache-dir -r requirements/torch.txt
COPY . .
USER 10001
ENV MEDIA_ROOT=/data/media
# One process: it owns the GPU and keeps the weights loaded between shards.
CMD ["celery", "-A", "config", "worker", "--pool", "solo", "--queues", \
     "generation.transformers,generation.subprocess,generation.http", \
     "--loglevel", "info"]
