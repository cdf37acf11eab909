import type * as z from 'zod';
import type {Given} from './format.ts';

const jsonOf = (text: string): unknown => {
	// What is no JSON at its first sign is not tried as a whole.
	if (!/^\s*[[{"\d-]/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

/* A text of many lines is walked, not split: it may be large. */
function* linesOf(text: string): Iterable<string> {
	for (let from = 0; from < text.length; ) {
		const newline = text.indexOf('\n', from);
		const end = newline < 0 ? text.length : newline;
		yield text.slice(from, end);
		from = end + 1;
	}
}

function* jsonLines(text: string): Iterable<unknown> {
	let number = 0;
	let wrong: number | undefined;
	for (const line of linesOf(text)) {
		number += 1;
		if (line.trim() === '') continue;
		// What follows it shows that it is not the end that a crash left.
		if (wrong !== undefined) throw new Error(`line ${wrong} is no JSON`);
		let value: unknown;
		try {
			value = JSON.parse(line);
		} catch {
			wrong = number;
			continue;
		}

		yield value;
	}
}

/** Whether the last line of a text of JSON lines is no whole one: whoever wrote it was ended, or the file was cut off. */
export const isCutOff = (text: string): boolean => {
	const whole = text.trimEnd();
	return jsonOf(whole.slice(whole.lastIndexOf('\n') + 1)) === undefined;
};

/** Whether the last line of a table has fewer columns than its header. */
export const isTableCutOff = (text: string, header: string): boolean => {
	const whole = text.trimEnd();
	return whole.slice(whole.lastIndexOf('\n') + 1).split(',').length < header.split(',').length;
};

/** The doubt about such a file. */
export const cutOff = {
	kind: 'cut-off',
	message: 'The file ends in the middle of a line: it may tell a part of the run only.',
} as const;

/** A file as formats look at it. */
export const givenOf = (text: string, path: string, unit?: string): Given => ({
	text,
	json: jsonOf(text),
	lines: () => jsonLines(text),
	file: path.split(/[\\/]/).at(-1) ?? path,
	path,
	unit,
});

/** The lines of a text, one after the other. */
export const textLines = linesOf;

/** The first line of JSON; `undefined` where there is none. */
export const firstLine = ({lines}: Given): unknown => {
	try {
		for (const line of lines()) return line;
	} catch {
		// Its first line is none.
	}

	return undefined;
};

/** Whether a value is what a schema describes; further members are no fault. */
export const fits = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

/** A value as a schema describes it. Throws an Error that says where it is not. */
export const readAs = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> => {
	const read = schema.safeParse(value);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw new Error(`${issue?.path.map(String).join('.') || 'the whole'}: ${issue?.message ?? 'it does not fit'}`);
};

/** Milliseconds since 1970 of a moment in RFC 3339. Those of Go have nine digits behind the second, more than a Date keeps. */
export const momentIn = (text: string): number => {
	const [, whole = '', fraction = '', zone = 'Z'] = /^(.+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
	return Date.parse(`${whole}${zone}`) + Number(`0.${fraction || 0}`) * 1000;
};
