import type { Finding, IssueCode, PipelineIssue } from '../issue.js';
import type { SourceDocument } from './document.js';
import { LIMITS } from './limits.js';

/** Thrown by a list of findings that is full: nobody reads on, and each costs time to tell. */
export class TooManyFindings extends Error {}

/** What is wrong with a file, as far as it is told at once. */
export class FindingList {
  readonly #findings: Finding[] = [];
  readonly #told: ReadonlySet<string>;

  /**
   * @param document - in which the findings have their places
   * @param told - how it is written: what is wrong with a value that could not be read is told by these
   */
  constructor(
    public document: SourceDocument,
    told: readonly PipelineIssue[],
  ) {
    this.#told = new Set(told.map(placeOf));
  }

  /** @throws TooManyFindings when it is one too many */
  readonly report = (finding: Finding): void => {
    if (this.#findings.length >= LIMITS.issues) throw new TooManyFindings();
    this.#findings.push(finding);
  };

  has(code: IssueCode): boolean {
    return this.#findings.some((finding) => finding.code === code);
  }

  issues(): readonly PipelineIssue[] {
    return this.#findings
      .map((finding) => this.document.issue(finding))
      .filter((issue) => !this.#told.has(placeOf(issue)));
  }
}

function placeOf({ line, column }: PipelineIssue): string {
  return `${line}:${column}`;
}

/** Said after the last that is told. */
export function andMore(last: PipelineIssue): PipelineIssue {
  const { hint: _, ...place } = last;
  const message = `there is more: these are the first ${LIMITS.issues} errors`;
  return { ...place, code: 'too-large', text: '', message, hint: 'mend these, and ask again' };
}
