import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './http-error.js';

/** What the router cannot read of a path, before a route or a hook is asked. */
export function refusePath(
  error: FastifyError,
  { method }: FastifyRequest,
  reply: FastifyReply,
): void {
  const { statusCode = 400 } = error;
  const what =
    error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? errorBody('a name in the path is too long', 'see GET /v2 and the docs')
      : errorBody(`the path of this ${method} cannot be read`, 'a % begins two hex digits');
  reply.code(statusCode).send(what);
}

/** What Node cannot read as a request, or has waited for too long: the connection ends with it. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, what] = connectionError(error);
  const body = JSON.stringify(what);
  if (socket.writable) {
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy(error);
}

function connectionError({ code }: NodeJS.ErrnoException): readonly [number, { error: string }] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, errorBody('the request did not arrive whole in time', 'send it again')];
    case 'HPE_HEADER_OVERFLOW':
      return [431, errorBody('the headers are larger than any client has use for', 'send fewer')];
    default:
      return [400, errorBody('this cannot be read as a request of HTTP/1.1')];
  }
}
