import type { JsonValue } from '../../contracts/index.js';
import type { DocumentPath, Finding, PipelineIssue } from '../issue.js';
import { formatPath, inShort } from '../issue.js';

/** Where a key and its value stand in the text, in UTF-16 units; `end` is exclusive. */
export interface Place {
  readonly key: Span | null;
  readonly value: Span;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where in the file what stands at a path now was written. */
export interface Moved {
  written(path: DocumentPath): DocumentPath;
}

const IN_PLACE: Moved = { written: (path) => path };

/** A YAML file as plain values, each of which knows its place. */
export class SourceDocument {
  readonly #lineStarts: readonly number[];

  constructor(
    readonly file: string,
    readonly text: string,
    readonly value: JsonValue,
    private readonly places: ReadonlyMap<string, Place>,
    private readonly moved: Moved = IN_PLACE,
  ) {
    this.#lineStarts = lineStarts(text);
  }

  /** The same text with another value, whose parts may stand elsewhere than they were written. */
  derive(value: JsonValue, moved: Moved): SourceDocument {
    return new SourceDocument(this.file, this.text, value, this.places, moved);
  }

  /** The finding with its line and column; of a path that is not in the file, the nearest parent. */
  issue(finding: Finding): PipelineIssue {
    const written = this.moved.written(finding.path);
    let depth = written.length;
    let place = this.places.get(placeKey(written));
    while (place === undefined && depth > 0) {
      depth -= 1;
      place = this.places.get(placeKey(written.slice(0, depth)));
    }
    const exact = depth === written.length;
    // What is missing inside a mapping is shown at the mapping's own key.
    const wantsKey = finding.at === 'key' || !exact;
    const span = (wantsKey ? place?.key : null) ?? place?.value ?? { start: 0, end: 0 };
    const part = exact && finding.part !== undefined ? finding.part : null;
    const start = part === null ? span.start : this.#offsetInText(span, part);
    const raw = part === null ? this.text.slice(span.start, span.end) : part.text;
    const { line, column } = this.position(start);
    const issue = {
      file: this.file,
      line,
      column,
      path: inShort(formatPath(finding.path)),
      code: finding.code,
      text: shorten(raw.trim()),
      message: inShort(finding.message),
    };
    return finding.hint === undefined ? issue : { ...issue, hint: inShort(finding.hint) };
  }

  /** Line of the file on which the content of a text begins; `null` where there is no such value. */
  textLine(path: DocumentPath): number | null {
    const place = this.places.get(placeKey(this.moved.written(path)));
    if (place === undefined) return null;
    const { line } = this.position(place.value.start);
    // After the sign of a block, what it holds begins on the line below.
    return /^[|>]/.test(this.text.slice(place.value.start)) ? line + 1 : line;
  }

  position(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /**
   * Where a part of a decoded text stands. Exact for texts on one line without escapes; in others,
   * where the part's own characters are found.
   */
  #offsetInText(span: Span, part: { readonly offset: number; readonly text: string }): number {
    const raw = this.text.slice(span.start, span.end);
    const quoted = raw.startsWith('"') || raw.startsWith("'") ? 1 : 0;
    const direct = part.offset + quoted;
    if (part.text !== '' && raw.startsWith(part.text, direct)) return span.start + direct;
    const found = part.text === '' ? -1 : raw.indexOf(part.text);
    if (found !== -1) return span.start + found;
    return span.start + (raw.length > direct && !raw.includes('\n') ? direct : 0);
  }
}

export function placeKey(path: DocumentPath): string {
  return JSON.stringify(path);
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function shorten(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  const cut = line.length <= 100 ? line : line.slice(0, 99);
  return cut.length === text.length ? text : `${cut}…`;
}
