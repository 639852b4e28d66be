import { connect } from 'node:net';
import { Connection } from '@temporalio/client';

const ATTEMPT_TIMEOUT_MS = 2_000;

/**
 * Whether the server at `address` answers for the namespace and knows the search attributes (it
 * registers them after it begins to listen).
 */
export async function isServerReady(
  address: string,
  namespace: string,
  searchAttributes: readonly string[],
): Promise<boolean> {
  // Far cheaper than a gRPC channel, which also waits longer and longer between its own attempts.
  if (!(await listens(address))) return false;
  const connection = Connection.lazy({ address });
  try {
    return await connection.withDeadline(Date.now() + ATTEMPT_TIMEOUT_MS, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      const known = await connection.operatorService.listSearchAttributes({ namespace });
      const names = Object.keys(known.customAttributes ?? {});
      return searchAttributes.every((name) => names.includes(name));
    });
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(ATTEMPT_TIMEOUT_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
