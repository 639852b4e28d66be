import type { RunStatus, StepStatus } from '../../contracts/index.js';
import type { Style } from './style.js';
import type { Cell } from './table.js';

export const STATUS_MARK: Readonly<Record<StepStatus, string>> = {
  pending: '·',
  running: '▸',
  completed: '✓',
  failed: '✗',
  skipped: '-',
  cancelled: '■',
  rejected: '✗',
};

const COLOUR: Readonly<Record<StepStatus, keyof Style>> = {
  pending: 'dim',
  running: 'cyan',
  completed: 'green',
  failed: 'red',
  skipped: 'dim',
  cancelled: 'yellow',
  rejected: 'yellow',
};

/** A status with its mark and colour: `✓ completed`. */
export function statusCell(status: RunStatus | StepStatus, style: Style): Cell {
  return { text: `${STATUS_MARK[status]} ${status}`, paint: style[COLOUR[status]] };
}

/** The same as text, for a line of its own. */
export function statusText(status: RunStatus | StepStatus, style: Style): string {
  return style[COLOUR[status]](`${STATUS_MARK[status]} ${status}`);
}
