import type { ASTNode } from '@marcbachmann/cel-js';
import { isItemNumber, pathOf } from './references.js';
import { COUNTING, INTEGER_ARGUMENTS, REPLACED } from './vocabulary.js';

/** An expression written for {@link createEnvironment}, and where its parts came from. */
export interface DialectText {
  readonly text: string;
  /** Offset in the source of the innermost part that covers this offset of `text`. */
  readonly sourceOffset: (offset: number) => number;
}

/**
 * Writes an expression again so that CEL's two kinds of numbers are one. JSON does not tell 2 from
 * 2.0, CEL does and refuses to multiply one by the other; here literals become doubles, counts are
 * converted, and `/` and `%` become functions that refuse a zero.
 *
 * @example toDialect(parseExpression('metrics.mae / 2')).text; // 'mrDivide(metrics.mae, 2.0)'
 */
export function toDialect(ast: ASTNode): DialectText {
  const parts: { readonly start: number; end: number; readonly source: number }[] = [];
  let text = '';

  const put = (piece: string): void => {
    text += piece;
  };
  const list = (nodes: readonly ASTNode[], each: (node: ASTNode, index: number) => void): void => {
    nodes.forEach((node, index) => {
      if (index > 0) put(', ');
      each(node, index);
    });
  };
  const wrapped = (name: string, node: ASTNode): void => {
    put(`${name}(`);
    write(node);
    put(')');
  };

  const write = (node: ASTNode): void => {
    const part = { start: text.length, end: 0, source: node.start };
    parts.push(part);
    writeNode(node);
    part.end = text.length;
  };

  const writeNode = (node: ASTNode): void => {
    switch (node.op) {
      case 'value':
        put(literal(node.args));
        return;
      case 'id':
        put(node.args);
        return;
      case '.':
      case '.?':
        write(node.args[0]);
        put(`.${node.args[1]}`);
        return;
      case '[]':
      case '[?]':
        write(node.args[0]);
        put('[');
        if (isItemNumber(node)) put(quote(String(node.args[1].args)));
        // A literal index stays visible to the type check; any other may be a double.
        else if (node.args[1].op !== 'value') wrapped('dyn', node.args[1]);
        else if (typeof node.args[1].args === 'bigint') put(String(node.args[1].args));
        else write(node.args[1]);
        put(']');
        return;
      case 'call': {
        const [name, args] = node.args;
        const asked = name === 'has' && args.length === 1 ? bracketed(args[0]) : null;
        if (asked !== null) {
          put(`(${quote(asked.key)} in dyn(`);
          write(asked.owner);
          put('))');
          return;
        }
        put(COUNTING.has(name) ? `double(${name}(` : `${REPLACED.get(name) ?? name}(`);
        list(args, write);
        put(COUNTING.has(name) ? '))' : ')');
        return;
      }
      case 'rcall': {
        const [name, receiver, args] = node.args;
        if (COUNTING.has(name)) put('double(');
        write(receiver);
        put(`.${name}(`);
        const integers = INTEGER_ARGUMENTS.get(name) ?? [];
        list(args, (arg, index) => {
          if (integers.includes(index)) wrapped('int', arg);
          else write(arg);
        });
        put(COUNTING.has(name) ? '))' : ')');
        return;
      }
      case 'list':
        put('[');
        list(node.args, write);
        put(']');
        return;
      case 'map':
        put('{');
        node.args.forEach(([key, value], index) => {
          if (index > 0) put(', ');
          write(key);
          put(': ');
          write(value);
        });
        put('}');
        return;
      case '?:':
        put('(');
        write(node.args[0]);
        put(' ? ');
        write(node.args[1]);
        put(' : ');
        write(node.args[2]);
        put(')');
        return;
      case '!_':
      case '-_':
        put(`(${node.op[0]}`);
        write(node.args);
        put(')');
        return;
      case '/':
      case '%':
        put(node.op === '/' ? 'mrDivide(' : 'mrRemainder(');
        list(node.args, write);
        put(')');
        return;
      default:
        put('(');
        write(node.args[0]);
        put(` ${node.op} `);
        write(node.args[1]);
        put(')');
    }
  };

  write(ast);
  return {
    text,
    sourceOffset(offset) {
      let best = ast.start;
      let width = Number.POSITIVE_INFINITY;
      for (const part of parts) {
        if (part.start <= offset && offset < part.end && part.end - part.start <= width) {
          best = part.source;
          width = part.end - part.start;
        }
      }
      return best;
    },
  };
}

/**
 * What `has(steps["my-step"].rows)` asks for, of whom. CEL's own `has` takes names with dots between
 * alone, and no other name has a hyphen or a number; `null` where it will do.
 */
function bracketed(node: ASTNode | undefined): {
  readonly owner: ASTNode;
  readonly key: string;
} | null {
  if (node === undefined || pathOf(node) === null) return null;
  if (node.op === '[]' && node.args[1].op === 'value') {
    return { owner: node.args[0], key: String(node.args[1].args) };
  }
  if (node.op !== '.') return null;
  let owner = node.args[0];
  while (owner.op === '.') owner = owner.args[0];
  return owner.op === '[]' ? { owner: node.args[0], key: node.args[1] } : null;
}

function literal(value: unknown): string {
  if (typeof value === 'bigint') return `${value}.0`;
  if (typeof value === 'number') return decimal(value);
  return typeof value === 'string' ? quote(value) : String(value);
}

function decimal(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const LONE_SURROGATE = /\p{Surrogate}/gu;

/** JSON's escapes are CEL's, but for lone surrogates, which CEL cannot write. */
function quote(value: string): string {
  return JSON.stringify(value.replace(LONE_SURROGATE, '\uFFFD'));
}
