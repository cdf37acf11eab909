/** The parameters of a benchmark, of all that a matrix makes of one. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

type Matrix = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** How many benchmarks a matrix makes; 1 without one. */
export const sizeOf = (matrix: Matrix): number =>
	Object.values(matrix).reduce((size, values) => size * values.length, 1);

/** Every combination of the values, the last name changing first. */
export const combinations = (matrix: Matrix): readonly Parameters[] =>
	Object.entries(matrix).reduce<readonly Parameters[]>(
		(made, [name, values]) => made.flatMap((parameters) => values.map((value) => ({...parameters, [name]: value}))),
		[{}],
	);

/** What a benchmark of a matrix is called: 'search connections=8 size=small'. */
export const nameWith = (name: string, parameters: Parameters): string =>
	[name, ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`)].join(' ');
