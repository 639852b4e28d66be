import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { JsonValue } from '../../contracts/index.js';
import { type DocumentPath, type IssueCode, inShort, type PipelineIssue } from '../issue.js';
import { aliasTargets } from './alias-targets.js';
import { type Place, placeKey, SourceDocument, type Span } from './document.js';
import { andMore } from './finding-list.js';
import { LIMITS, refuseHostileText, TOO_DEEP } from './limits.js';
import { syntaxFaults } from './syntax-fault.js';

export interface ReadDocument {
  /** Null when the text is not YAML at all. */
  readonly document: SourceDocument | null;
  readonly issues: readonly PipelineIssue[];
}

/**
 * Reads YAML 1.2 into plain values that know their places. Anchors and merge keys (`<<`) are
 * followed; what has no place in JSON (NaN, keys that are not text) or would be dangerous
 * (`__proto__`, alias bombs, foreign tags) is an issue.
 */
export function readDocument(text: string, file: string): ReadDocument {
  const empty = new SourceDocument(file, text, null, new Map());
  const issues: PipelineIssue[] = [];
  const report = (code: IssueCode, message: string, span: Span, hint?: string): void => {
    const { line, column } = empty.position(span.start);
    const raw =
      text.slice(span.start, Math.min(span.end, span.start + 100)).split('\n', 1)[0] ?? '';
    const told = inShort(message);
    const issue = { file, line, column, path: '', code, text: raw.trim(), message: told };
    if (issues.length === LIMITS.issues) {
      issues.push(andMore(issue));
      throw new LimitReached();
    }
    issues.push(hint === undefined ? issue : { ...issue, hint: inShort(hint) });
  };
  const refused = refuseHostileText(text);
  if (refused !== null) {
    report(
      refused.code,
      refused.message,
      { start: refused.offset, end: refused.offset + 1 },
      refused.hint,
    );
    return { document: null, issues };
  }
  const yaml = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  for (const { code, message, span, hint } of syntaxFaults(
    [...yaml.errors, ...yaml.warnings],
    text,
  )) {
    report(code, message, span, hint);
  }
  if (issues.length > 0) return { document: null, issues };
  const reader = new NodeReader(yaml, report);
  const value = reader.read();
  if (reader.stopped) return { document: null, issues };
  return { document: new SourceDocument(file, text, value, reader.places), issues };
}

type Report = (code: IssueCode, message: string, span: Span, hint?: string) => void;

/** Raised inside the reader to stop at a limit that has been reported already. */
class LimitReached extends Error {}

class NodeReader {
  readonly places = new Map<string, Place>();
  /** A limit was reached: what was read is not the whole. */
  stopped = false;
  #targets: ReadonlyMap<Alias, Node> | null = null;
  #nodes = 0;
  readonly #open = new Set<Node>();

  constructor(
    private readonly yaml: Document.Parsed,
    private readonly report: Report,
  ) {}

  read(): JsonValue {
    const root = this.yaml.contents;
    try {
      return root === null ? null : this.#value(root, [], null, NOWHERE);
    } catch (error) {
      if (error instanceof LimitReached) this.stopped = true;
      else throw error;
      return null;
    }
  }

  /** @param use - where an alias stands, when the node is read through one */
  #value(node: unknown, path: DocumentPath, key: Span | null, use: Span): JsonValue {
    this.#count(use);
    if (path.length > LIMITS.depth) this.#stop(TOO_DEEP.message, use);
    if (isAlias(node)) return this.#aliased(node, path, key);
    const span = use === NOWHERE || !isNode(node) ? spanOf(node, use) : use;
    this.places.set(placeKey(path), { key, value: span });
    if (isMap(node)) return this.#mapping(node, path, span);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        return this.#value(item, [...path, index], null, spanOf(item, span));
      });
    }
    return isScalar(node) ? this.#scalar(node, span) : null;
  }

  #aliased(alias: Alias, path: DocumentPath, key: Span | null): JsonValue {
    const use = spanOf(alias, NOWHERE);
    const target = this.#target(alias);
    if (target === undefined) {
      this.places.set(placeKey(path), { key, value: use });
      this.#noAnchor(alias, use);
      return null;
    }
    if (this.#open.has(target))
      this.#stop(`the alias *${alias.source} stands inside its own anchor`, use);
    this.#open.add(target);
    try {
      return this.#value(target, path, key, spanOf(target, use));
    } finally {
      this.#open.delete(target);
    }
  }

  #noAnchor({ source }: Alias, use: Span): void {
    this.report('syntax', `there is no anchor &${source} before this alias`, use);
  }

  #target(alias: Alias): Node | undefined {
    // Most files have no alias; the pass over all nodes is for those that do.
    this.#targets ??= aliasTargets(this.yaml);
    return this.#targets.get(alias);
  }

  #mapping(map: YAMLMap, path: DocumentPath, span: Span): JsonValue {
    const own: Record<string, JsonValue> = {};
    const merged: Pair[] = [];
    const seen = new Map<string, Span>();
    for (const pair of map.items) {
      const key = this.#key(pair, span);
      if (key === null) continue;
      if (key.text === '<<' && key.plain) {
        merged.push(pair);
        continue;
      }
      const earlier = seen.get(key.text);
      if (earlier !== undefined) {
        this.report(
          'duplicate-key',
          `the key ${key.text} stands twice in this mapping`,
          key.span,
          'keep one of them',
        );
        continue;
      }
      seen.set(key.text, key.span);
      own[key.text] = this.#value(
        pair.value,
        [...path, key.text],
        key.span,
        spanOf(pair.value, key.span),
      );
    }
    for (const pair of merged) this.#merge(pair, own, path, span);
    return own;
  }

  /** The keys of `<<: *anchor` that the mapping itself does not have; earlier sources win. */
  #merge(pair: Pair, own: Record<string, JsonValue>, path: DocumentPath, span: Span): void {
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      // Merging costs steps even where it adds no key: a chain of merges counts like values do.
      this.#count(span);
      if (this.#open.size > LIMITS.depth) this.#stop('merge keys are nested too deeply', span);
      const target = isAlias(source) ? this.#target(source) : source;
      const use = spanOf(source, span);
      if (isAlias(source) && target === undefined) {
        this.#noAnchor(source, use);
        continue;
      }
      if (!isMap(target)) {
        this.report(
          'syntax',
          '<< merges mappings only',
          use,
          'name an anchor of a mapping: <<: *name',
        );
        continue;
      }
      if (this.#open.has(target)) this.#stop('a merge key stands inside its own anchor', use);
      this.#open.add(target);
      for (const item of target.items) {
        const key = this.#key(item, use);
        if (key === null) continue;
        if (key.text === '<<' && key.plain) this.#merge(item, own, path, use);
        else if (!Object.hasOwn(own, key.text)) {
          own[key.text] = this.#value(
            item.value,
            [...path, key.text],
            key.span,
            spanOf(item.value, key.span),
          );
        }
      }
      this.#open.delete(target);
    }
  }

  #key(
    pair: Pair,
    parent: Span,
  ): { readonly text: string; readonly span: Span; readonly plain: boolean } | null {
    const node = isAlias(pair.key) ? this.#target(pair.key) : pair.key;
    const span = spanOf(pair.key, parent);
    if (!isScalar(node) || (typeof node.value !== 'string' && typeof node.value !== 'number')) {
      this.report('wrong-type', 'a key must be text', span, 'quote it');
      return null;
    }
    const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    if (FORBIDDEN_KEYS.has(text)) {
      this.report('forbidden-key', `the key ${text} is not allowed`, span, 'rename it');
      return null;
    }
    return { text, span, plain: node.type === 'PLAIN' };
  }

  #scalar(scalar: Scalar, span: Span): JsonValue {
    const value = scalar.value;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        this.report(
          'out-of-range',
          'the integer is too large to be exact',
          span,
          'quote it to keep it as text',
        );
        return 0;
      }
      if (Number.isFinite(value)) return value;
    }
    this.report(
      'bad-value',
      'the number is not finite',
      span,
      'write a finite number, or quote it',
    );
    return 0;
  }

  #count(span: Span): void {
    this.#nodes += 1;
    if (this.#nodes <= LIMITS.nodes) return;
    this.#stop(
      `the file holds more than ${LIMITS.nodes} values once its aliases are followed`,
      span,
    );
  }

  #stop(message: string, span: Span): never {
    this.report('too-large', message, span);
    throw new LimitReached();
  }
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const NOWHERE: Span = { start: 0, end: 0 };

function spanOf(node: unknown, fallback: Span): Span {
  if (!isNode(node) || !node.range) return fallback;
  const [start, end] = node.range;
  return { start, end };
}
