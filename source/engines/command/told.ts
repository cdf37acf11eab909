import type {Metric} from '../../core/samples.ts';

/** A value that a command told of itself. */
export type Told = Metric & {readonly value: number};

/** What could be read, and what could not, in words. */
export type Reading = {readonly told: readonly Told[]; readonly faults: readonly string[]};

/** More values than this in one run, and more names than this in all, are not read. */
export const mostTold = 200;

/** The square of a larger number is none that can be reckoned with. */
const largest = 1e150;

const forms =
	'a number, {"value": 1.5, "unit": "ms", "better": "lower"}, or Bencher Metric Format: {"benchmark": {"measure": {"value": 1.5}}}';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** The measures that Bencher knows by name (bencher.dev/docs/reference/bencher-metric-format). */
const measures: Readonly<Record<string, Pick<Metric, 'unit' | 'better'>>> = {
	latency: {unit: 'ns', better: 'lower'},
	throughput: {unit: '1/s', better: 'higher'},
	'build-time': {unit: 's', better: 'lower'},
	'file-size': {unit: 'bytes', better: 'lower'},
	memory: {unit: 'bytes', better: 'lower'},
	instructions: {unit: 'instructions', better: 'lower'},
};

const readOne = (name: string, given: Readonly<Record<string, unknown>>): Told | string => {
	const {value, unit = '', better} = given;
	if (!isNumber(value)) return `${name}: its value is no number`;
	if (typeof unit !== 'string') return `${name}: its unit is no text`;
	if (better !== undefined && better !== 'lower' && better !== 'higher')
		return `${name}: better is "lower" or "higher"`;
	return {name, value, unit, ...(better === undefined ? {} : {better})};
};

/** The measures of one benchmark of the Bencher Metric Format; a measure with bounds gives them as metrics beside it. */
const readBenchmark = (benchmark: string, given: Readonly<Record<string, unknown>>): ReadonlyArray<Told | string> =>
	Object.entries(given).flatMap(([measure, members]): ReadonlyArray<Told | string> => {
		const name = `${benchmark} ${measure}`;
		if (!isObject(members) || !isNumber(members.value)) return [`${name}: it has no number as its value`];
		const known = measures[measure] ?? {unit: ''};
		return [
			{name, value: members.value, ...known},
			...(['lower', 'upper'] as const).flatMap((side): ReadonlyArray<Told | string> => {
				const bound = members[`${side}_value`];
				if (bound === undefined || bound === null) return [];
				return [
					isNumber(bound)
						? {name: `${name} (${side} bound)`, value: bound, unit: known.unit}
						: `${name}: its ${side}_value is no number`,
				];
			}),
		];
	});

/** Reads the metrics that a command told: by their names numbers, or values with units, or the Bencher Metric Format. */
export const readTold = (text: string): Reading => {
	if (text.trim() === '') return {told: [], faults: []};
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch {
		return {told: [], faults: ['it is no JSON']};
	}

	if (!isObject(document)) return {told: [], faults: ['it is no object of names and values']};
	const read = Object.entries(document).flatMap(([name, given]): ReadonlyArray<Told | string> => {
		if (isNumber(given)) return [{name, value: given, unit: ''}];
		if (!isObject(given)) return [`${name}: it is not ${forms}`];
		if ('value' in given && !isObject(given.value)) return [readOne(name, given)];
		return Object.keys(given).length === 0 ? [`${name}: it is not ${forms}`] : readBenchmark(name, given);
	});
	const numbers = read.filter((one) => typeof one !== 'string');
	const told = numbers.filter(({value}) => Math.abs(value) <= largest);
	const faults = [
		...read.filter((one) => typeof one === 'string'),
		...numbers.filter((one) => !told.includes(one)).map(({name, value}) => `${name}: ${value} is too large a number`),
	];
	return told.length > mostTold
		? {told: told.slice(0, mostTold), faults: [...faults, `of ${told.length} metrics, ${mostTold} are read`]}
		: {told, faults};
};

/** The same on an output that has other words before: all of it, or its last line. */
export const readToldOutput = (text: string): Reading => {
	const all = readTold(text);
	if (all.faults[0] !== 'it is no JSON') return all;
	const last = text.trimEnd().split('\n').at(-1) ?? '';
	return last.trim().startsWith('{') ? readTold(last) : {told: [], faults: ['standard output ends with no JSON']};
};
