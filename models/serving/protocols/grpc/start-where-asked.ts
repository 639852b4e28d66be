import type { TlsContent } from '../../access/tls-files.js';
import { BODY_LIMIT_BYTES } from '../../server.js';
import type { ServingDeps } from '../../serving-deps.js';
import { type GrpcServer, startGrpcServer } from './grpc-server.js';

interface GrpcSettings {
  readonly host: string;
  readonly tls: TlsContent | null;
  /** Absent: gRPC is not spoken. */
  readonly grpcPort?: number;
  readonly bodyLimitBytes?: number;
}

/** Speaks gRPC too where a port for it is given. */
export async function startGrpcWhereAsked(
  deps: ServingDeps,
  { host, tls, grpcPort, bodyLimitBytes = BODY_LIMIT_BYTES }: GrpcSettings,
): Promise<GrpcServer | null> {
  if (grpcPort === undefined) return null;
  return startGrpcServer(deps, { host, port: grpcPort, bodyLimitBytes, tls });
}
