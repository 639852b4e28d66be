import type { Client } from '@temporalio/client';

/** What the schedules start their workflows with: the plans of runs that are still to come. */
export async function* scheduledInputs(client: Client): AsyncGenerator<string> {
  for await (const { scheduleId } of client.schedule.list()) {
    const { action } = await client.schedule.getHandle(scheduleId).describe();
    yield JSON.stringify(action.args ?? []);
  }
}
