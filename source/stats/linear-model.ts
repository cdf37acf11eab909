/** A fit by least squares; the errors of the coefficients are the square roots of the covariance's diagonal. */
export type Solution = {
	readonly coefficients: readonly number[];
	/** (XᵀX)⁻¹: times the variance of the residuals it is the covariance of the coefficients. */
	readonly inverse: ReadonlyArray<readonly number[]>;
	/** Sum of the squares that are left. */
	readonly left: number;
};

/** A column that is a combination of the others, but for rounding. */
const dependent = 1e-13;

const lengthOf = (column: ArrayLike<number>, from: number): number => {
	let squares = 0;
	for (let row = from; row < column.length; row++) squares += column[row]! ** 2;
	return Math.sqrt(squares);
};

/**
 * Least squares of values on columns by Householder's reflections (Golub, Numerische Mathematik 7, 1965), which lose half
 * as many digits as normal equations do. `undefined` where a column depends on others, or columns are more than values.
 */
export const solveLeastSquares = (
	columns: ReadonlyArray<ArrayLike<number>>,
	values: ArrayLike<number>,
): Solution | undefined => {
	const rows = values.length;
	const width = columns.length;
	if (rows < width) return undefined;
	const matrix = columns.map((column) => Float64Array.from(column));
	const right = Float64Array.from(values);
	const diagonal = new Float64Array(width);
	for (const [place, column] of matrix.entries()) {
		const [whole, length] = [lengthOf(columns[place]!, 0), lengthOf(column, place)];
		if (!(length > dependent * whole)) return undefined;
		diagonal[place] = column[place]! > 0 ? -length : length;
		// The reflection is kept where the column was.
		column[place]! -= diagonal[place]!;
		let squares = 0;
		for (let row = place; row < rows; row++) squares += column[row]! ** 2;
		for (const other of [...matrix.slice(place + 1), right]) {
			let product = 0;
			for (let row = place; row < rows; row++) product += column[row]! * other[row]!;
			for (let row = place; row < rows; row++) other[row]! -= ((2 * product) / squares) * column[row]!;
		}
	}

	const entry = (row: number, place: number): number => (row === place ? diagonal[row]! : matrix[place]![row]!);
	const backwards = (rhs: ArrayLike<number>): number[] => {
		const solved = new Array<number>(width).fill(0);
		for (let row = width - 1; row >= 0; row--) {
			let rest = rhs[row]!;
			for (let place = row + 1; place < width; place++) rest -= entry(row, place) * solved[place]!;
			solved[row] = rest / diagonal[row]!;
		}

		return solved;
	};

	// The columns of R⁻¹, whose products are (XᵀX)⁻¹.
	const roots = columns.map((_, place) => backwards(columns.map((__, row) => (row === place ? 1 : 0))));
	const left = right.subarray(width).reduce((sum, value) => sum + value * value, 0);
	return {
		coefficients: backwards(right),
		inverse: columns.map((_, row) =>
			columns.map((__, place) => roots.reduce((sum, root) => sum + root[row]! * root[place]!, 0)),
		),
		left,
	};
};
