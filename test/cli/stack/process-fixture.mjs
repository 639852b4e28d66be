// Stands where a worker or gateway would: it keeps the same rules (ready line, SIGTERM, standard
// input), and does as its environment says so that each way of dying can be tested.
import { appendFileSync, existsSync } from 'node:fs';

const { FIXTURE_DIRECTORY = '.', MILLRACE_GATEWAY_PORT, TEMPORAL_ADDRESS } = process.env;
const tell = (event) =>
  appendFileSync(`${FIXTURE_DIRECTORY}/events`, `${event} ${process.argv[1].split('/').at(-1)}\n`);

if (existsSync(`${FIXTURE_DIRECTORY}/refuse`)) {
  process.stderr.write('cannot go on: no such model\n');
  process.exit(3);
}
const end = (reason) => {
  tell(reason);
  process.exit(0);
};
process.on('SIGTERM', () => end('SIGTERM'));
process.stdin.on('end', () => end('pipe closed')).resume();
tell('started');
process.stdout.write('not a ready line\n');
process.stdout.write(
  `${JSON.stringify({ event: 'ready', port: MILLRACE_GATEWAY_PORT, temporal: TEMPORAL_ADDRESS })}\n`,
);
setInterval(() => {}, 1_000);
