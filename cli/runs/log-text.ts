import { type LogFile, readLog } from './log-files.js';

/** The text of a log, a piece at a time. */
export async function* textOf(file: LogFile): AsyncGenerator<string> {
  // A character of several bytes may lie across two pieces.
  const decoder = new TextDecoder();
  for await (const chunk of readLog(file)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** A text in pieces without the white space at its end; no piece where that is all of it. */
export async function* trimmedEnd(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of pieces) {
    const text = piece.trimEnd();
    if (text === '') held += piece;
    else {
      yield held + text;
      held = piece.slice(text.length);
    }
  }
}

/** The JSON of `logs`, in pieces: a run's logs together may be longer than any text can be. */
export async function* logsDocument(
  runId: string,
  files: readonly LogFile[],
): AsyncGenerator<string> {
  yield `{"runId": ${JSON.stringify(runId)}, "logs": [`;
  for (const [index, file] of files.entries()) {
    const { step, attempt, path } = file;
    const start = JSON.stringify({ step, attempt, file: path }).slice(0, -1);
    yield `${index > 0 ? ',' : ''}\n${start},"text":"`;
    for await (const text of textOf(file)) yield JSON.stringify(text).slice(1, -1);
    yield '"}';
  }
  yield ']}';
}
