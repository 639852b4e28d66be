import { fileURLToPath } from 'node:url';
import { quantile } from '../../report/samples.js';
import { runProgram } from '../../spawned.js';
import type { AutocannonResult } from './autocannon-main.js';
import type { LoadRequest, LoadResult } from './load.js';

export async function runWithAutocannon(
  request: LoadRequest,
  env: NodeJS.ProcessEnv,
): Promise<LoadResult> {
  const program = fileURLToPath(new URL('./autocannon-main.js', import.meta.url));
  const { stdout } = await runProgram([program, JSON.stringify(request)], { env });
  const { latenciesMs, seconds, failures } = JSON.parse(stdout) as AutocannonResult;
  const at = (share: number) => (latenciesMs.length === 0 ? 0 : quantile(latenciesMs, share));
  return {
    requests: latenciesMs.length,
    requestsPerSecond: latenciesMs.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures,
  };
}
