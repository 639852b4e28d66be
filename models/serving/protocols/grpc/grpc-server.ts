import type { ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { MillraceError } from '../../../../contracts/index.js';
import type { ServingDeps } from '../../serving-deps.js';
import { grpcError } from './grpc-error.js';
import { type Call, type Caller, inferenceCalls } from './inference-calls.js';
import { INFERENCE_PROTO } from './inference-proto.js';

const SERVICE = 'inference.GRPCInferenceService';
/** Time that calls in flight are given when the server stops. */
const GRACE_MS = 10_000;

export interface GrpcOptions {
  readonly host: string;
  /** 0: chosen by the system. */
  readonly port: number;
  /** Largest message in bytes, as over HTTP. */
  readonly bodyLimitBytes: number;
  /** Certificate and key; `null`: without TLS. */
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null;
}

export interface GrpcServer {
  /** `127.0.0.1:8001` */
  readonly address: string;
  /** Lets the calls in flight be answered, then ends. */
  close(): Promise<void>;
}

/**
 * Serves the Open Inference Protocol V2 over gRPC. Its library is loaded here: a gateway that does
 * not speak it does not pay for it.
 *
 * @throws MillraceError `ServiceUnavailable` when the port is taken
 */
export async function startGrpcServer(
  deps: ServingDeps,
  options: GrpcOptions,
): Promise<GrpcServer> {
  const { Server, ServerCredentials, Metadata } = await import('@grpc/grpc-js');
  const server = new Server({
    'grpc.max_receive_message_length': options.bodyLimitBytes,
    // A client that keeps a connection and says nothing is asked whether it is still there.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.max_concurrent_streams': 1_024,
  });
  const metadataOf = (retryAfter: number | null) => {
    const metadata = new Metadata();
    if (retryAfter !== null) metadata.set('retry-after', String(retryAfter));
    return metadata;
  };
  const answer =
    (call: Call) =>
    async (unary: ServerUnaryCall<unknown, object>, done: sendUnaryData<object>): Promise<void> => {
      try {
        done(null, await call(unary.request as never, callerOf(unary)));
      } catch (error) {
        const { code, details, retryAfter } = grpcError(error, deps.logger);
        done({ code, details, metadata: metadataOf(retryAfter) });
      }
    };
  const calls = inferenceCalls(deps);
  server.addService(
    await serviceDefinition(),
    Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, answer(call)])),
  );
  const credentials =
    options.tls === null
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          {
            cert_chain: Buffer.from(options.tls.cert),
            private_key: Buffer.from(options.tls.key),
          },
        ]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${bracketed(options.host)}:${options.port}`, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(notBound(options, error)),
    );
  });
  return {
    address: `${bracketed(options.host)}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const giveUp = setTimeout(() => server.forceShutdown(), GRACE_MS);
        server.tryShutdown(() => {
          clearTimeout(giveUp);
          resolve();
        });
      }),
  };
}

function callerOf(call: ServerUnaryCall<unknown, object>): Caller {
  return {
    address: call.getPeer().replace(/:\d+$/, ''),
    metadata: (key) => {
      const [value] = call.metadata.get(key);
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** How each method's messages are read and written, from the text of the protocol. */
async function serviceDefinition(): Promise<ServiceDefinition> {
  const { default: protobuf } = await import('protobufjs');
  const { root } = protobuf.parse(INFERENCE_PROTO, { keepCase: true });
  const service = root.lookupService(SERVICE);
  return Object.fromEntries(
    service.methodsArray.map(({ name, requestType, responseType }) => {
      const request = root.lookupType(`inference.${requestType}`);
      const response = root.lookupType(`inference.${responseType}`);
      return [
        name,
        {
          path: `/${SERVICE}/${name}`,
          requestStream: false,
          responseStream: false,
          requestSerialize: (message: object) => Buffer.from(request.encode(message).finish()),
          requestDeserialize: (bytes: Buffer) => request.toObject(request.decode(bytes), PLAIN),
          responseSerialize: (message: object) =>
            Buffer.from(response.encode(response.fromObject(message)).finish()),
          responseDeserialize: (bytes: Buffer) => response.toObject(response.decode(bytes), PLAIN),
        },
      ];
    }),
  );
}

/** 64-bit integers as numbers, absent fields and lists with their defaults. */
const PLAIN = { longs: Number, defaults: true, arrays: true, objects: true } as const;

function bracketed(host: string): string {
  return host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
}

function notBound({ host, port }: GrpcOptions, cause: Error): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    `port ${port} of ${host} cannot be listened on for gRPC: ${cause.message}`,
    'stop what holds it, or set MILLRACE_GRPC_PORT to another port (0: any)',
    { cause },
  );
}
