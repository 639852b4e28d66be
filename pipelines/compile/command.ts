import type { JsonValue, Template } from '../../contracts/index.js';
import { parseTemplate } from '../expressions/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { splitCommand } from './split-command.js';

type Report = (finding: Finding) => void;

export interface Command {
  readonly argv: readonly Template[];
  readonly shell: boolean;
}

/**
 * The argument list of a `run:` step. Values of expressions stay inside the argument they stand in;
 * where one would become a program, a script or shell syntax, the command is refused.
 *
 * @param list - the templates when `run` is a list; they have been checked already
 */
export function buildCommand(
  run: JsonValue,
  list: Template,
  shell: boolean,
  path: DocumentPath,
  report: Report,
): Command | null {
  const refuse = (at: DocumentPath, message: string, hint: string): null => {
    report({ path: at, at: 'value', code: 'unsafe-command', message, hint });
    return null;
  };
  if (shell) {
    if (typeof run !== 'string') {
      return refuse(
        path,
        'with shell: true the command is one text',
        'join the list, or remove shell',
      );
    }
    const parsed = parseTemplate(run);
    if (parsed.ok && parsed.expressions.length > 0) {
      return refuse(
        path,
        'an expression in a shell command could become shell syntax',
        'give the value by with: and read it from inputs.json, or remove shell: true',
      );
    }
    if (run.trim() === '') return refuse(path, 'the command is empty', 'write a command');
    return { argv: [parsed.ok ? parsed.template : run], shell: true };
  }
  let argv: readonly Template[];
  if (typeof run === 'string') {
    const split = splitCommand(run);
    if (!split.ok) {
      report({
        path,
        at: 'value',
        code: 'unsafe-command',
        message: split.message,
        hint: split.hint,
        part: { offset: split.offset, text: run.slice(split.offset, split.offset + 1) },
      });
      return null;
    }
    argv = split.argv;
  } else {
    argv = Array.isArray(list) ? list.map(argumentText) : [];
  }
  const [program] = argv;
  if (program === undefined || program === '') {
    return refuse(path, 'the command is empty', 'write the program and its arguments');
  }
  const at = (index: number): DocumentPath => (typeof run === 'string' ? path : [...path, index]);
  if (typeof program !== 'string') {
    return refuse(at(0), 'the program of a command must be written out', 'let values be arguments');
  }
  const script = scriptArgument(program, argv);
  if (script !== null && typeof argv[script] !== 'string') {
    return refuse(
      at(script),
      `an expression in the script of ${program} could become code`,
      'give the value as an argument of its own after the script, or by with: and inputs.json',
    );
  }
  return { argv, shell: false };
}

/** Numbers and booleans of a list are the text that was written. */
function argumentText(item: Template): Template {
  return typeof item === 'number' || typeof item === 'boolean' ? String(item) : item;
}

const INTERPRETERS: ReadonlyMap<string, RegExp> = new Map([
  ['sh', /^-[a-z]*c$/],
  ['bash', /^-[a-z]*c$/],
  ['dash', /^-[a-z]*c$/],
  ['zsh', /^-[a-z]*c$/],
  ['ksh', /^-[a-z]*c$/],
  ['python', /^-[A-Za-z]*c$/],
  ['python3', /^-[A-Za-z]*c$/],
  ['node', /^(-e|-p|-pe|--eval|--print)$/],
  ['perl', /^-[a-zA-Z]*[eE]$/],
  ['ruby', /^-e$/],
  ['Rscript', /^-e$/],
]);

/** Index of the argument that an interpreter runs as code (`bash -c <this>`). */
function scriptArgument(program: string, argv: readonly Template[]): number | null {
  const name = program.split('/').at(-1) ?? program;
  const flag = INTERPRETERS.get(name) ?? INTERPRETERS.get(name.replace(/[0-9.]+$/, ''));
  if (flag === undefined) return null;
  const index = argv.findIndex((item) => typeof item === 'string' && flag.test(item));
  return index === -1 || index + 1 >= argv.length ? null : index + 1;
}
