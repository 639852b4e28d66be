import type { Severity } from '../../contracts/index.js';
import type { Style } from '../render/style.js';
import type { Cell } from '../render/table.js';

const MARK: Readonly<Record<Severity, string>> = { critical: '✗', warning: '!', info: '·' };
const COLOUR: Readonly<Record<Severity, keyof Style>> = {
  critical: 'red',
  warning: 'yellow',
  info: 'cyan',
};

/** A severity with its mark and colour: `✗ critical`. */
export function severityCell(severity: Severity, style: Style): Cell {
  return { text: `${MARK[severity]} ${severity}`, paint: style[COLOUR[severity]] };
}

export function severityText(severity: Severity, style: Style): string {
  return style[COLOUR[severity]](`${MARK[severity]} ${severity}`);
}
