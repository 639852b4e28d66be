import { type Client, ScheduleNotFoundError } from '@temporalio/client';

/** A schedule that retrains a model. */
export interface ModelSchedule {
  readonly id: string;
  readonly paused: boolean;
  readonly note: string;
}

/** The schedules that start retrainings of this model, by id. */
export async function schedulesOfModel(
  client: Client,
  model: string,
): Promise<readonly ModelSchedule[]> {
  const found: ModelSchedule[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    const description = await client.schedule
      .getHandle(scheduleId)
      .describe()
      .catch((error: unknown) => {
        // Deleted since it was listed.
        if (error instanceof ScheduleNotFoundError) return null;
        throw error;
      });
    if (description === null) continue;
    const [input] = (description.action.args ?? []) as readonly unknown[];
    if (modelOf(input) !== model) continue;
    const { paused, note } = description.state;
    found.push({ id: scheduleId, paused, note: note ?? '' });
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function modelOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'model' in input ? input.model : undefined;
}
