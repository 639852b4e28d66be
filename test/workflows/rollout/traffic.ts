/** What one request came to. */
export interface Answered {
  readonly key: string;
  readonly version: number;
  readonly predictionId: string;
  readonly prediction: number;
  /** What the model without a fault answers. */
  readonly expected: number;
  readonly address: string;
  readonly atMs: number;
}

export interface Traffic {
  readonly answers: readonly Answered[];
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

const IN_FLIGHT = 2;
const KEYS = 40;
/** Several rollouts run at once, and leave each other room. */
const PAUSE_MS = 10;

/**
 * Asks a model without a pause, the gateways in turn, each request with one of a few keys.
 *
 * @param onAnswer - what a client does then: sends the label, the revenue
 */
export function startTraffic(
  addresses: readonly string[],
  model: string,
  onAnswer: (answered: Answered) => Promise<void> = async () => undefined,
): Traffic {
  const answers: Answered[] = [];
  const failures: string[] = [];
  let goesOn = true;
  let asked = 0;
  const client = async (): Promise<void> => {
    while (goesOn) {
      asked += 1;
      const address = addresses[asked % addresses.length] ?? '';
      const key = `customer-${asked % KEYS}`;
      const a = asked % 17;
      try {
        const response = await fetch(`${address}/models/${model}/invocations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-millrace-route-key': key },
          body: JSON.stringify({ dataframe_records: [{ a, b: 1 }] }),
        });
        const body = (await response.json()) as {
          predictions?: number[];
          prediction_ids?: string[];
          model_version?: string;
        };
        if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
        const answered = {
          key,
          version: Number(body.model_version),
          predictionId: body.prediction_ids?.[0] ?? '',
          prediction: body.predictions?.[0] ?? Number.NaN,
          expected: 2 * a + 1,
          address,
          atMs: Date.now(),
        };
        answers.push(answered);
        await onAnswer(answered);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const clients = Array.from({ length: IN_FLIGHT }, client);
  return {
    answers,
    failures,
    async stop() {
      goesOn = false;
      await Promise.all(clients);
    },
  };
}

export async function sendLabel({ address, predictionId, expected }: Answered): Promise<void> {
  await post(`${address}/labels`, { labels: [{ id: predictionId, label: expected }] });
}

export async function sendRevenue(
  { address, predictionId }: Answered,
  revenue: number,
): Promise<void> {
  await post(`${address}/metrics-feedback`, { predictionId, metrics: { revenue } });
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
