const DAYS = 90;
const FIRST_HOUR_MS = Date.UTC(2025, 0, 1);
const HOUR_MS = 3_600_000;
const HEADER = 'hour,temperature,rain,price,promotion,cups';

/** Share of a day's customers by the hour: closed at night, a peak on the way to work. */
const BY_HOUR = [
  0, 0, 0, 0, 0, 2, 9, 22, 30, 24, 16, 14, 18, 17, 13, 12, 13, 15, 11, 7, 4, 2, 1, 0,
];

/**
 * Ninety days of a coffee kiosk, hour by hour, as CSV: 2,160 rows in which there is something to
 * learn. The same seed gives the same bytes on every machine.
 *
 * @param seed - an unsigned 32-bit integer
 */
export function salesCsv(seed: number): string {
  const random = mulberry32(seed);
  const lines = [HEADER];
  for (let index = 0; index < DAYS * 24; index += 1) {
    const time = new Date(FIRST_HOUR_MS + index * HOUR_MS);
    const hour = time.getUTCHours();
    const day = Math.floor(index / 24);
    const weekend = [0, 6].includes(time.getUTCDay());
    const temperature =
      3 + day * 0.09 + 4 * Math.sin(((hour - 9) / 24) * 2 * Math.PI) + 2 * normal(random);
    const rain = random() < 0.12 ? 0.1 + 4 * random() ** 2 : 0;
    const promotion = day % 14 < 3 ? 'leaflet' : random() < 0.1 ? 'loyalty' : 'none';
    const price = day < 45 ? 2.8 : 3;
    const expected =
      (BY_HOUR[hour] ?? 0) *
      (weekend ? 0.6 : 1) *
      (1 + (8 - temperature) * 0.02) *
      (rain > 0 ? 0.75 : 1) *
      (promotion === 'none' ? 1 : promotion === 'leaflet' ? 1.25 : 1.1) *
      (1 - (price - 2.8) * 0.5);
    const cups = Math.max(
      0,
      Math.round(expected + Math.sqrt(Math.max(0, expected)) * normal(random)),
    );
    // The thermometer fails now and then: real tables have holes, and the model copes with them.
    const measured = random() < 0.01 ? '' : temperature.toFixed(1);
    const hourText = time.toISOString().slice(0, 19);
    lines.push([hourText, measured, rain.toFixed(1), price.toFixed(2), promotion, cups].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** A standard normal deviate by the polar form's older sibling (Box and Muller, 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Uniform numbers in [0, 1) from a 32-bit state (Tommy Ettinger's mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
