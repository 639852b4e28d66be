import { BATCH, chunked, clipped, LONGEST, mlflowName } from './limits.js';
import type { MirrorPass } from './ports.js';
import { digestOf, type RemoteRun, tagList } from './remote-run.js';

/** Writes tags and params of a run, whatever their number, where they have changed. */
export async function writeFacts(
  pass: MirrorPass,
  run: RemoteRun,
  item: string,
  facts: {
    readonly params: Readonly<Record<string, string>>;
    readonly tags: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const book = pass.registry.mirror;
  const { name: target } = pass.target;
  const digest = digestOf(facts);
  const known = await book.item(target, item);
  if (known?.state === 'written' && known.digest === digest) return;
  const params = Object.entries(facts.params).map(([key, value]) => ({
    key: mlflowName(key),
    value: clipped(value, LONGEST.param),
  }));
  const send = (batch: object) =>
    pass.client.send('logging params and tags', 'runs/log-batch', { run_id: run.id, ...batch });
  // Both may be repeated: a param of the same value and a tag change nothing.
  for (const chunk of chunked(params, BATCH.params)) await send({ params: chunk });
  for (const chunk of chunked(tagList(facts.tags), BATCH.tags)) await send({ tags: chunk });
  await book.putItem(target, item, { state: 'written', digest, remote: null });
}
