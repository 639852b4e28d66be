/** Off-diagonal entries this much smaller than their neighbours on the diagonal are 0. */
const NEGLIGIBLE = 2 ** -52;
const MAX_STEPS_PER_VALUE = 60;

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Row i is the unit vector that belongs to value i. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to a tridiagonal one,
 * then QR steps with Wilkinson's shift. Costs about 9 size³ operations.
 *
 * @param matrix - row-major, finite, symmetric; stays as it is
 * @throws RangeError when the length is not size², or the steps do not converge
 * @example symmetricEigen(Float64Array.of(2, 1, 1, 2), 2).values; // Float64Array [3, 1]
 * @see G. H. Golub, C. F. Van Loan, Matrix Computations, 4th edition, section 8.3
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  if (matrix.length !== size * size) {
    throw new RangeError(
      `a ${size} × ${size} matrix has ${size * size} numbers, not ${matrix.length}`,
    );
  }
  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) rows[i * size + i] = 1;
  const { diagonal, beside } = tridiagonal(Float64Array.from(matrix), rows, size);
  diagonalise(diagonal, beside, rows, size);
  const order = Array.from(diagonal, (_, i) => i).sort(
    (a, b) => (diagonal[b] ?? 0) - (diagonal[a] ?? 0),
  );
  const vectors = new Float64Array(size * size);
  order.forEach((from, to) => {
    vectors.set(rows.subarray(from * size, (from + 1) * size), to * size);
  });
  return { values: Float64Array.from(order, (i) => diagonal[i] ?? 0), vectors };
}

/** Reflects column after column onto the first entry below the diagonal; `rows` takes part. */
function tridiagonal(a: Float64Array, rows: Float64Array, size: number) {
  const reflector = new Float64Array(size);
  const image = new Float64Array(size);
  for (let k = 0; k + 2 < size; k += 1) {
    const first = k + 1;
    let norm = 0;
    for (let i = first; i < size; i += 1) norm = Math.hypot(norm, a[i * size + k] ?? 0);
    if (norm === 0) continue;
    const head = a[first * size + k] ?? 0;
    const target = head > 0 ? -norm : norm;
    for (let i = first; i < size; i += 1) reflector[i] = a[i * size + k] ?? 0;
    reflector[first] = head - target;
    const factor = 1 / (norm * (norm + Math.abs(head)));
    let product = 0;
    for (let i = first; i < size; i += 1) {
      let sum = 0;
      for (let j = first; j < size; j += 1) sum += (a[i * size + j] ?? 0) * (reflector[j] ?? 0);
      image[i] = factor * sum;
      product += (image[i] ?? 0) * (reflector[i] ?? 0);
    }
    for (let i = first; i < size; i += 1) {
      image[i] = (image[i] ?? 0) - (factor / 2) * product * (reflector[i] ?? 0);
    }
    for (let i = first; i < size; i += 1) {
      const [u, w] = [reflector[i] ?? 0, image[i] ?? 0];
      for (let j = first; j < size; j += 1) {
        const at = i * size + j;
        a[at] = (a[at] ?? 0) - u * (image[j] ?? 0) - w * (reflector[j] ?? 0);
      }
    }
    a[first * size + k] = target;
    reflectRows(rows, reflector, factor, first, size);
  }
  return {
    diagonal: Float64Array.from({ length: size }, (_, i) => a[i * size + i] ?? 0),
    beside: Float64Array.from({ length: size }, (_, i) => a[(i + 1) * size + i] ?? 0),
  };
}

function reflectRows(
  rows: Float64Array,
  reflector: Float64Array,
  factor: number,
  first: number,
  size: number,
): void {
  const sums = new Float64Array(size);
  for (let i = first; i < size; i += 1) {
    const u = reflector[i] ?? 0;
    for (let j = 0; j < size; j += 1) sums[j] = (sums[j] ?? 0) + u * (rows[i * size + j] ?? 0);
  }
  for (let i = first; i < size; i += 1) {
    const u = factor * (reflector[i] ?? 0);
    for (let j = 0; j < size; j += 1) {
      const at = i * size + j;
      rows[at] = (rows[at] ?? 0) - u * (sums[j] ?? 0);
    }
  }
}

/** `beside[i]` stands between `diagonal[i]` and `diagonal[i + 1]`; all of them become 0. */
function diagonalise(
  diagonal: Float64Array,
  beside: Float64Array,
  rows: Float64Array,
  size: number,
): void {
  let stepsLeft = MAX_STEPS_PER_VALUE * size;
  for (let high = size - 1; high > 0; ) {
    if (isNegligible(diagonal, beside, high - 1)) {
      beside[high - 1] = 0;
      high -= 1;
      continue;
    }
    let low = high - 1;
    while (low > 0 && !isNegligible(diagonal, beside, low - 1)) low -= 1;
    if (stepsLeft === 0) throw new RangeError('the eigenvalues of this matrix do not converge');
    stepsLeft -= 1;
    step(diagonal, beside, rows, size, low, high);
  }
}

function isNegligible(diagonal: Float64Array, beside: Float64Array, i: number): boolean {
  const neighbours = Math.abs(diagonal[i] ?? 0) + Math.abs(diagonal[i + 1] ?? 0);
  const entry = Math.abs(beside[i] ?? 0);
  return entry <= NEGLIGIBLE * neighbours || entry < Number.MIN_VALUE / NEGLIGIBLE;
}

/** One QR step on the block from `low` to `high`: a bulge is chased down the diagonal. */
function step(
  diagonal: Float64Array,
  beside: Float64Array,
  rows: Float64Array,
  size: number,
  low: number,
  high: number,
): void {
  const half = ((diagonal[high - 1] ?? 0) - (diagonal[high] ?? 0)) / 2;
  const last = beside[high - 1] ?? 0;
  const root = Math.hypot(half, last);
  const shift = (diagonal[high] ?? 0) - (last / (half + (half < 0 ? -root : root))) * last;
  let along = (diagonal[low] ?? 0) - shift;
  let bulge = beside[low] ?? 0;
  for (let k = low; k < high; k += 1) {
    const radius = Math.hypot(along, bulge);
    const [c, s] = radius === 0 ? [1, 0] : [along / radius, bulge / radius];
    if (k > low) beside[k - 1] = radius;
    const [a, b, t] = [diagonal[k] ?? 0, diagonal[k + 1] ?? 0, beside[k] ?? 0];
    diagonal[k] = c * c * a + 2 * c * s * t + s * s * b;
    diagonal[k + 1] = s * s * a - 2 * c * s * t + c * c * b;
    along = c * s * (b - a) + (c * c - s * s) * t;
    beside[k] = along;
    if (k + 1 < high) {
      bulge = s * (beside[k + 1] ?? 0);
      beside[k + 1] = c * (beside[k + 1] ?? 0);
    }
    rotateRows(rows, k * size, (k + 1) * size, size, c, s);
  }
}

function rotateRows(
  rows: Float64Array,
  first: number,
  second: number,
  size: number,
  c: number,
  s: number,
): void {
  for (let j = 0; j < size; j += 1) {
    const [a, b] = [rows[first + j] ?? 0, rows[second + j] ?? 0];
    rows[first + j] = c * a + s * b;
    rows[second + j] = c * b - s * a;
  }
}
