import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadRequest, LoadResult } from './load.js';

/** wrk asks Lua for the request once, and tells it the figures at the end; times are microseconds. */
const SCRIPT = `
local file = io.open(os.getenv("LOAD_BODY"), "r")
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local bearer = os.getenv("LOAD_BEARER")
if bearer then wrk.headers["Authorization"] = "Bearer " .. bearer end
wrk.body = file:read("*a")
file:close()
function done(summary, latency)
  local errors = summary.errors
  print(string.format('RESULT {"requests": %d, "us": %d, "p50": %f, "p99": %f, "failures": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;

interface Summary {
  readonly requests: number;
  readonly us: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

/** @param program - wrk's executable */
export function runWithWrk(program: string) {
  return async (
    { url, body, connections, seconds, bearer }: LoadRequest,
    env: NodeJS.ProcessEnv,
  ): Promise<LoadResult> => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-wrk-'));
    try {
      const [script, bodyFile] = [join(directory, 'post.lua'), join(directory, 'body.json')];
      await writeFile(script, SCRIPT);
      await writeFile(bodyFile, body);
      const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url];
      const { stdout } = await promisify(execFile)(program, args, {
        env: { ...env, LOAD_BODY: bodyFile, ...(bearer !== undefined && { LOAD_BEARER: bearer }) },
      });
      const said = /^RESULT (.*)$/m.exec(stdout)?.[1] ?? '{}';
      const { requests, us, p50, p99, failures } = JSON.parse(said) as Summary;
      return {
        requests: requests - failures,
        requestsPerSecond: (requests - failures) / (us / 1e6),
        p50Ms: p50 / 1_000,
        p99Ms: p99 / 1_000,
        failures,
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
}
