# ApiLb as a container: one self-contained binary on an image without shell and package manager, as a user without rights.
#
#   docker build --build-arg DOTNET_IMAGES=REGISTRY/dotnet --tag apilb .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /run/apilb:uid=1654,mode=0750 \
#       --network host --ulimit nofile=1048576 --stop-timeout 120 --volume /etc/apilb:/etc/apilb:ro apilb
#
# DOTNET_IMAGES is where Microsoft's .NET images are found, or your mirror of them: the repositories sdk and runtime-deps.
# --network host: a balancer wants the host's addresses, the virtual one too, and the clients' own.
# The files in /etc/apilb must be readable by the user 1654, and /etc/apilb by nobody who should not know them.
#
# No container engine was at hand: neither `docker build` nor `docker run` was tried. What tests/packaging tries instead: the same
# publish, its binary as user 1654 on a read-only root with a tmpfs at /run, entered by chroot on a Debian with the same libraries:
# run, the health check, a client, SIGTERM. What may be wrong in the final image is therefore a library or a path, not a permission.
ARG DOTNET_IMAGES

FROM ${DOTNET_IMAGES}/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
COPY . .
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac \
    && dotnet publish src/ApiLb --runtime "$rid" -p:PublishProfile=Package --output /published \
    && mkdir --parents /image/usr/bin /image/etc/apilb /image/run/apilb /image/usr/share/doc/apilb \
    && cp /published/apilb /image/usr/bin/ \
    && cp LICENSE configs/apilb.yaml /image/usr/share/doc/apilb/ \
    && chmod 0750 /image/run/apilb && chown 1654:1654 /image/run/apilb

# Chiseled: the C library, OpenSSL and CA certificates, no more. Its user `app` is 1654.
FROM ${DOTNET_IMAGES}/runtime-deps:10.0-noble-chiseled
COPY --from=build /image/ /
# No diagnostics socket in /tmp, which may be read-only.
ENV DOTNET_EnableDiagnostics=0
USER 1654:1654
EXPOSE 6443
# Over the admin socket; no curl is needed. It says that the daemon answers, not that a backend is ready: a restart would not help there.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/usr/bin/apilb", "status"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/apilb"]
CMD ["run", "--config", "/etc/apilb/apilb.yaml"]
