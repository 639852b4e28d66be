/**
 * Contrast of two colours.
 *
 * @param a - `#rrggbb` or `rgb(r, g, b)`
 * @returns 1 (none) to 21
 * @see Web Content Accessibility Guidelines 2.2, "contrast ratio"
 */
export function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(colour: string): number[] {
  if (colour.startsWith('#')) {
    return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  }
  return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}
