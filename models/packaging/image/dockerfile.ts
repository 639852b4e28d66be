export interface ImageFacts {
  readonly model: string;
  readonly version: number;
  readonly packageHash: string;
  readonly productVersion: string;
}

/** Nobody's user on the host, and the group that the pod's volumes belong to. */
export const USER_ID = 10_001;
export const PORT = 7_700;

/**
 * The image of a gateway that serves one package. Two stages: what only a worker runs, and programs
 * for other systems, stay in the first.
 */
export function dockerfile({ model, version, packageHash, productVersion }: ImageFacts): string {
  return `# ${model}@${version}, served by millrace ${productVersion}. Build it in this directory:
#   docker build --tag ${model}:${version} .
ARG NODE_IMAGE=node:20.20-bookworm-slim

# hadolint ignore=DL3006
FROM \${NODE_IMAGE} AS build
WORKDIR /opt/millrace
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY millrace/package*.json ./
RUN if [ -f package-lock.json ]; then install=ci; else install=install; fi \\
 && npm "$install" --omit=dev --ignore-scripts --no-audit --no-fund \\
 && rm -rf node_modules/@temporalio/core-bridge node_modules/@temporalio/worker \\
      node_modules/webpack node_modules/@swc node_modules/terser \\
      node_modules/memfs node_modules/@jsonjoy.com \\
 && find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 ! -name linux -exec rm -rf {} + \\
 && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 ! -name "$(node -p process.arch)" -exec rm -rf {} +
COPY millrace/ ./

# hadolint ignore=DL3006
FROM \${NODE_IMAGE}
LABEL org.opencontainers.image.title="${model}" \\
      org.opencontainers.image.version="${version}" \\
      org.opencontainers.image.revision="sha256:${packageHash}"
COPY --from=build /opt/millrace /opt/millrace
COPY package/ /opt/package/
ENV NODE_ENV=production \\
    MALLOC_ARENA_MAX=2 \\
    MILLRACE_HOME=/state \\
    MILLRACE_PACKAGE=/opt/package \\
    MILLRACE_GATEWAY_HOST=0.0.0.0 \\
    MILLRACE_GATEWAY_PORT=${PORT}
RUN install -d -o ${USER_ID} -g ${USER_ID} -m 0700 /state
WORKDIR /state
VOLUME ["/state"]
USER ${USER_ID}:${USER_ID}
EXPOSE ${PORT}
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:${PORT}/v2/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=8", "/opt/millrace/dist/gateway.js"]
`;
}

/** What the build is sent: the program and the package, and nothing that lies beside them. */
export function dockerignore(): string {
  return '*\n!millrace\n!package\n';
}
