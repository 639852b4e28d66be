import { formatDurationMs, type PipelinePlan } from '../../contracts/index.js';
import type { Output } from '../output.js';
import { LiveRegion } from '../render/live-region.js';
import { statusText } from '../render/status.js';
import { truncate } from '../render/table.js';
import { formatMetrics } from '../render/values.js';
import type { RunDocument, StepDocument } from './document.js';
import { graphGutters } from './graph-view.js';
import { stepTable } from './view.js';

/** Shows how a run goes on, on stderr. */
export interface RunProgress {
  readonly show: (run: RunDocument) => void;
  readonly notice: (text: string) => void;
  /** Takes away what is redrawn, so that the final table stands alone. */
  readonly end: () => void;
}

/**
 * A table redrawn in place on a terminal; a line for every change where there is none.
 *
 * @param graph - draw the steps as the graph of this plan; `null`: as a list
 */
export function createRunProgress(out: Output, graph: PipelinePlan | null): RunProgress {
  const gutters = graphGutters(graph?.steps ?? []);
  return out.live && !out.json ? liveTable(out, gutters) : plainLines(out);
}

function liveTable(out: Output, gutters: ReadonlyMap<string, string>): RunProgress {
  const region = new LiveRegion(
    (text) => out.draw(text),
    () => out.terminalSize,
  );
  const notices: string[] = [];
  return {
    show(run) {
      const { columns } = out.terminalSize;
      const done = Object.values(run.steps).filter(isOver).length;
      const total = Object.keys(run.steps).length;
      const elapsed = Math.max(0, Date.now() - Date.parse(run.startedAt));
      const title = `${run.pipeline} ${done}/${total} steps, ${formatDurationMs(Math.floor(elapsed / 1000) * 1000)}`;
      const advice = 'Ctrl-C stops watching, not the run';
      region.draw([
        ...stepTable(run, columns, out.noteStyle, gutters),
        ...pausedLines(run, out),
        ...notices.map((notice) => out.noteStyle.yellow(truncate(notice, columns))),
        out.noteStyle.dim(
          truncate(
            title.length + advice.length + 4 > columns ? title : `${title} · ${advice}`,
            columns,
          ),
        ),
      ]);
    },
    notice(text) {
      if (!notices.includes(text)) notices.push(text);
    },
    end: () => region.clear(),
  };
}

function pausedLines({ paused }: RunDocument, { noteStyle }: Output): readonly string[] {
  if (paused === null) return [];
  return [noteStyle.yellow(`paused by ${paused.actor}: ${paused.reason}`)];
}

function plainLines(out: Output): RunProgress {
  const told = new Map<string, string>();
  return {
    show(run) {
      for (const [id, step] of Object.entries(run.steps)) {
        const tenth = Math.floor(10 * (step.progress?.share ?? 0));
        const state = `${step.status} ${step.attempts} ${tenth}`;
        if (step.status === 'pending' || told.get(id) === state) continue;
        told.set(id, state);
        out.note(plainLine(id, step, out));
      }
    },
    notice: (text) => out.note(text),
    end: () => undefined,
  };
}

function plainLine(id: string, step: StepDocument, out: Output): string {
  const facts = [
    step.tolerated ? 'tolerated' : '',
    step.attempts > 1 ? `attempt ${step.attempts}` : '',
    step.cached ? 'cached' : '',
    step.durationMs === null || step.status === 'skipped' ? '' : formatDurationMs(step.durationMs),
    typeof step.progress?.share === 'number' ? `${Math.floor(100 * step.progress.share)} %` : '',
    formatMetrics(step.progress?.metrics ?? step.metrics, 3),
  ].filter((fact) => fact !== '');
  const tail = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return `${statusText(step.status, out.noteStyle)} ${id}${tail}`;
}

function isOver({ status }: StepDocument): boolean {
  return status !== 'pending' && status !== 'running';
}
