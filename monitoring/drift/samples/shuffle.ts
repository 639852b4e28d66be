/**
 * Puts numbers into a random order, in place (Fisher and Yates): every order is as likely.
 *
 * @param random - gives numbers in [0, 1)
 */
export function shuffle(places: number[] | Int32Array, random: () => number): void {
  for (let i = places.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const moved = places[i] ?? 0;
    places[i] = places[j] ?? 0;
    places[j] = moved;
  }
}
