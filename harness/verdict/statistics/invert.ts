/**
 * Where an increasing function takes the value `target`, by bisection: slow, sure, and exact to the last bit or two,
 * which is all that a handful of bounds in a report ask for. `high` is widened until it lies above.
 */
export function invertIncreasing(
  f: (x: number) => number,
  target: number,
  low: number,
  high: number,
): number {
  let [a, b] = [low, high];
  while (f(b) < target && b < 1e300) b *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    if (f(middle) < target) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}
