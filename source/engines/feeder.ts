import * as z from 'zod';

/** The name of a variable of a template. */
export const variableName = z
	.string()
	.regex(/^[A-Za-z_]\w*$/, {error: 'a variable is a word of letters, digits and _'});

const order = z.enum(['sequential', 'random', 'unique']);
/** How long a row is kept: by one user for all its life, or for one pass through what users do. */
const per = z.enum(['user', 'pass']);

/** Rows of data for templates, from a file or as they stand. */
export const feeder = z.union([
	z.strictObject({
		name: variableName,
		/** Absolute. */
		file: z.string().min(1),
		/** Of the file, in hexadecimal digits: whoever reads it later reads the same. */
		sha256: z.string().length(64),
		rows: z.int().min(1),
		order,
		per,
	}),
	z.strictObject({name: variableName, values: z.array(z.record(z.string(), z.json())).min(1), order, per}),
]);
export type Feeder = z.infer<typeof feeder>;
