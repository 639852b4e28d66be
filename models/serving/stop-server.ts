import type { FastifyInstance } from 'fastify';

/** How often connections that have fallen idle are looked for, in ms. */
const LOOK_MS = 25;

/** Longest time that requests in flight are given, in ms. */
const GRACE_MS = 10_000;

/**
 * Stops listening, lets every request in flight be answered, and returns when all connections are
 * closed. A client that keeps its connection open is told to close it with its answer; one that
 * sends nothing more is closed.
 */
export async function stopServer(app: FastifyInstance): Promise<void> {
  const { server } = app;
  // Node closes the connections that are idle now, not those that become idle while it waits.
  const look = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  const giveUp = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearInterval(look);
    clearTimeout(giveUp);
  }
}

/**
 * Answers given while the server stops end their connection.
 *
 * @param onStopping - for answers that the app does not give
 */
export function closeConnectionsWhenStopping(app: FastifyInstance, onStopping: () => void): void {
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
    onStopping();
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    if (stopping) reply.header('connection', 'close');
    done(null, payload);
  });
}
