// The worker process of the hand-written workflow: set up as millrace's own, without millrace.
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createLogger, temporalLogger } from '../../logging/logger.js';
import { temporalTarget } from '../../temporal/connection.js';
import { controlWorkerOptions, stepWorkerOptions } from '../../temporal/worker-options.js';
import * as activities from './plain-activities.js';
import { PLAIN_QUEUE } from './plain-queues.js';

const codePath = process.env['MILLRACE_BENCH_BUNDLE'];
if (codePath === undefined) throw new Error('MILLRACE_BENCH_BUNDLE is not set');
Runtime.install({ logger: temporalLogger(createLogger('worker')), shutdownSignals: [] });
const { namespace, connection: reach } = temporalTarget();
const connection = await NativeConnection.connect(reach);
const common = { namespace, connection, activities };
const workers = await Promise.all([
  Worker.create({
    ...controlWorkerOptions(),
    taskQueue: PLAIN_QUEUE.control,
    ...common,
    workflowBundle: { codePath },
  }),
  Worker.create({ ...stepWorkerOptions(PLAIN_QUEUE.steps), ...common }),
]);
const shutdown = (): void => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.once('SIGTERM', shutdown);
process.stdin.once('end', shutdown).resume();
const running = Promise.all(workers.map((worker) => worker.run()));
process.stdout.write(`${JSON.stringify({ event: 'ready', pid: process.pid })}\n`);
await running;
await connection.close();
process.exit(0);
