# The image that the manifests of `migrate manifest` run (deploy/kubernetes).
#   docker build --tag registry.example/migrate:0.1.0 .
ARG SWIFT=swift:6.3-bookworm
ARG DEBIAN=debian:bookworm-slim

FROM ${SWIFT} AS build
WORKDIR /src
COPY . .
# Installs what Debian has of what it needs, and links Swift's own libraries into the program.
RUN apt-get update && apt-get install -y --no-install-recommends make && make build \
	&& strip -o /migrate .build/release/migrate

FROM ${DEBIAN}
# What the program is linked to; `make test-image` reads them here, and looks that no library is missing.
ARG RUNTIME_PACKAGES="libbpf1 libsqlite3-0 libssl3 libstdc++6"
RUN apt-get update && apt-get install -y --no-install-recommends ${RUNTIME_PACKAGES} && rm -rf /var/lib/apt/lists/*
COPY --from=build /migrate /usr/local/bin/migrate
COPY LICENSE /usr/share/doc/migrate/copyright
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="migrate" \
	org.opencontainers.image.description="Moves a node from map-based packet redirect to the kernel's own routing tables, and back" \
	org.opencontainers.image.version="${VERSION}" \
	org.opencontainers.image.licenses="Apache-2.0" \
	org.opencontainers.image.base.name="debian:bookworm-slim"
# Root, for that is what capabilities are given to; which, the manifest says.
USER 0:0
ENTRYPOINT ["migrate"]
CMD ["--help"]
