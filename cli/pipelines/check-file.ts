import { readFile } from 'node:fs/promises';
import {
  type CompiledPipeline,
  compilePipeline,
  parsePipelineFile,
} from '../../pipelines/compile.js';
import type { PipelineIssue } from '../../pipelines/issue.js';
import type { Cli } from '../command.js';

/** What became of one pipeline file that a command was given. */
export interface CheckedFile {
  /** As it was named; `-` is stdin. */
  readonly file: string;
  readonly compiled: CompiledPipeline;
  readonly issues: readonly PipelineIssue[];
  /** Its text, to show lines of; `null` where it has no issue or cannot be read. */
  readonly source: string | null;
}

/**
 * Compiles a file, or stdin for `-`, in one of its environments. What is wrong with it are
 * issues, never an exception.
 */
export async function checkPipelineFile(
  cli: Cli,
  file: string,
  environment?: string,
): Promise<CheckedFile> {
  if (file === '-') {
    const source = await readStdin();
    const compiled = compilePipeline(source, {
      file,
      baseDirectory: cli.cwd,
      ...(environment !== undefined && { environment }),
    });
    return { file, compiled, issues: issuesOf(compiled), source };
  }
  const compiled = await parsePipelineFile(file, environment);
  const issues = issuesOf(compiled);
  const source = issues.length === 0 ? null : await readFile(file, 'utf8').catch(() => null);
  return { file, compiled, issues, source };
}

function issuesOf(compiled: CompiledPipeline): readonly PipelineIssue[] {
  return compiled.ok ? [] : compiled.errors;
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
