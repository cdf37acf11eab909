// A suite file to begin with, as text: what it says is for its user to change, so it is short and explains itself.

/** A server that a project can start. */
export type DraftServer = {
	/** A line for the shell. */
	readonly command: string;
	readonly port: number;
	/** What it was read from, in words. */
	readonly from: string;
};

/** A benchmark for a draft. */
export type DraftBenchmark = {
	readonly name: string;
	/** Why it is there, for a comment. */
	readonly about?: string;
	/** Its own members, in their order. */
	readonly members: Readonly<Record<string, unknown>>;
	/** Whether it needs the server. */
	readonly onServer?: boolean;
	readonly tags: readonly string[];
};

export type Draft = {
	/** Where the JSON Schema is, from the file's folder: a path or a URL. */
	readonly schema?: string;
	readonly server?: DraftServer;
	readonly benchmarks: readonly DraftBenchmark[];
	/** What was seen and not made use of, a line each. */
	readonly notes: readonly string[];
};

/** Words that YAML, of this version or the last, takes for something else than text. */
const reserved = /^(?:null|true|false|yes|no|on|off|y|n|~)$/i;
const duration = /^\d+(?:ms|s|m|h)$/;
const plain = /^[A-Za-z_/](?:[\w./@+-]|[ =](?! )|:(?! |$))*$/;

/** A text as a file has it that fills in variables. */
const literal = (text: string): string => text.replace(/\$+(?=\{)/g, (dollars) => dollars + dollars);

const isPlain = (text: string): boolean =>
	(plain.test(text) || duration.test(text)) && !reserved.test(text) && text.trim() === text;

/** In quotes, as JSON has it and YAML reads it; YAML takes fewer signs as they are. */
const quoted = (value: unknown): string =>
	JSON.stringify(value).replace(
		/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
		(sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

/** A name of a member: in these nothing is filled in. */
const key = (name: string): string => (isPlain(name) ? name : quoted(name));

type FromEnvironment = {readonly fromEnvironment: string};

/** A value that the environment gives, or nothing. */
export const fromEnvironment = (name: string): FromEnvironment => ({fromEnvironment: name});

const isFromEnvironment = (value: unknown): value is FromEnvironment =>
	typeof value === 'object' &&
	value !== null &&
	'fromEnvironment' in value &&
	typeof value.fromEnvironment === 'string';

const deepLiteral = (value: unknown): unknown => {
	if (typeof value === 'string') return literal(value);
	if (Array.isArray(value)) return value.map(deepLiteral);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, deepLiteral(each)]));
};

const scalar = (value: unknown): string => {
	if (isFromEnvironment(value)) return quoted(`\${${value.fromEnvironment}:-}`);
	return typeof value === 'string' ? key(literal(value)) : quoted(deepLiteral(value));
};

const isSimple = (value: unknown): boolean =>
	typeof value !== 'object' || value === null || Object.keys(value).length === 0 || isFromEnvironment(value);

/** A member with its value, indented so far. */
const memberLines = (name: string, value: unknown, indent: string): readonly string[] => {
	const start = `${indent}${key(name)}:`;
	if (isSimple(value)) return [`${start} ${scalar(value)}`];
	if (Array.isArray(value)) {
		if (value.every(isSimple) && value.length <= 6) return [`${start} [${value.map(listed).join(', ')}]`];
		return [start, ...value.flatMap((each) => itemLines(each, `${indent}  `))];
	}

	return [start, ...Object.entries(Object(value)).flatMap(([inner, each]) => memberLines(inner, each, `${indent}  `))];
};

/** Within brackets, a comma would end a text. */
const listed = (value: unknown): string =>
	typeof value === 'string' && /[,[\]{}]/.test(value) ? quoted(literal(value)) : scalar(value);

const itemLines = (value: unknown, indent: string): readonly string[] => {
	if (isSimple(value) || Array.isArray(value)) return [`${indent}- ${scalar(value)}`];
	const lines = Object.entries(Object(value)).flatMap(([name, each]) => memberLines(name, each, `${indent}  `));
	return lines.map((line, index) => (index === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line));
};

/** Comments hold what was read from files: one line each. */
const comment = (text: string, indent = ''): string =>
	`${indent}# ${text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')}`;

const serverLines = ({command, port, from}: DraftServer, indent: string): readonly string[] => [
	comment(`Runs meanwhile, and is ended again. ${from}`, indent),
	`${indent}start: ${scalar(command)}`,
	`${indent}ready: ${scalar(`port ${port}`)}`,
];

/** YAML takes no name of more than a line that could be read; people none of more than this. */
const longestName = 80;

/** With names that a suite can have, each only once. */
export const uniqueNames = (benchmarks: readonly DraftBenchmark[]): readonly DraftBenchmark[] => {
	const taken = new Set<string>();
	return benchmarks.map((benchmark) => {
		const base =
			benchmark.name
				.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028-\u202f\u2066-\u2069]+/g, ' ')
				.replace(/^[-\s]+/, '')
				.trim()
				.slice(0, longestName)
				.trim() || 'benchmark';
		let name = base;
		for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base} ${number}`;
		taken.add(name.toLowerCase());
		return {...benchmark, name};
	});
};

/** The text of a suite file in YAML. The benchmarks have unique names. */
export const suiteDraft = ({schema, server, benchmarks, notes}: Draft): string => {
	// Around all of them, unless some are better off without.
	const isForAll = server !== undefined && benchmarks.every(({onServer}) => onServer === true);
	const needsServer = ({onServer}: DraftBenchmark): boolean => onServer === true && server !== undefined && !isForAll;
	const [first] = benchmarks;
	const lines = [
		...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
		comment('What this repository measures: benchtop run, or benchtop run smoke.'),
		comment('All that can be said here: benchtop schema suite'),
		'',
		...(isForAll ? [...serverLines(server, ''), ''] : []),
		'benchmarks:',
		...benchmarks.flatMap((benchmark, index) => [
			...(index === 0 ? [] : ['']),
			`  ${key(benchmark.name)}:`,
			...(benchmark.about === undefined ? [] : [comment(benchmark.about, '    ')]),
			...Object.entries(benchmark.members).flatMap(([name, value]) => memberLines(name, value, '    ')),
			...memberLines('tags', benchmark.tags, '    '),
			...(needsServer(benchmark) && server !== undefined ? serverLines(server, '    ') : []),
			...(benchmark === first && benchmark.onServer === true
				? ['    # thresholds:', '    #   latency.p95: < 450ms', '    #   errors: < 0.1%']
				: []),
		]),
		...(notes.length === 0 ? [] : ['', ...notes.map((note) => comment(note))]),
	];
	return `${lines.join('\n')}\n`;
};
