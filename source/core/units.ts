import type {Unit} from './metric.ts';

// The one place where numbers become text and text becomes numbers. Inside: milliseconds, bytes, per second.

const nothing = '–';

/** Three significant digits without an exponent: 0.123 · 1.23 · 12.3 · 123 · 1234. */
const significant = (value: number): string => {
	const magnitude = Math.abs(value);
	if (magnitude === 0) return '0';
	if (magnitude < 0.001) return '<0.001'.replace('<', value < 0 ? '>-' : '<');
	if (magnitude < 0.9995) return value.toFixed(3);
	if (magnitude < 9.995) return value.toFixed(2);
	if (magnitude < 99.95) return value.toFixed(1);
	return value.toFixed(0);
};

/** A latency in milliseconds, without its unit: '2.31', '15.4', '1204'. */
export const formatMilliseconds = (milliseconds: number | undefined): string =>
	milliseconds === undefined || !Number.isFinite(milliseconds) ? nothing : significant(milliseconds);

/** The units that latencies are shown in. */
export const latencyUnits = ['ms', 's', 'us'] as const;
export type LatencyUnit = (typeof latencyUnits)[number];

/** A unit of latencies as people write it. */
export const latencyUnitName = (unit: LatencyUnit): string => (unit === 'us' ? 'µs' : unit);

const perMillisecond = {ms: 1, s: 0.001, us: 1000} as const satisfies Record<LatencyUnit, number>;

/** A latency in the unit that was chosen, without it: '2.31', '15.4', '1204'. */
export const formatLatency = (milliseconds: number | null | undefined, unit: LatencyUnit): string => {
	if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return nothing;
	switch (unit) {
		case 'ms':
			return significant(milliseconds);
		case 'us':
			// What is recorded: no fraction of one is known.
			return String(Math.round(milliseconds * 1000));
		case 's': {
			const seconds = milliseconds / 1000;
			// As many digits as milliseconds show, down to ten microseconds: further ones have no column.
			if (milliseconds >= 999.5 || milliseconds === 0) return significant(seconds);
			return milliseconds < 10 ? seconds.toFixed(5) : milliseconds < 100 ? seconds.toFixed(4) : seconds.toFixed(3);
		}
	}
};

/** A latency with the unit that was chosen: '2.31 ms'. */
export const formatLatencyAndUnit = (milliseconds: number | null | undefined, unit: LatencyUnit): string => {
	const text = formatLatency(milliseconds, unit);
	return text === nothing ? nothing : `${text} ${latencyUnitName(unit)}`;
};

/** A bound between latencies, in the unit that was chosen and exactly as it is: '0.5', '64', '125'. */
export const formatLatencyBound = (milliseconds: number, unit: LatencyUnit): string =>
	Number((milliseconds * perMillisecond[unit]).toPrecision(12)).toString();

const scaled = (value: number, base: number, prefixes: readonly string[]): string => {
	let scale = 0;
	let rest = value;
	while (Math.abs(rest) >= base * 0.9995 && scale < prefixes.length - 1) {
		rest /= base;
		scale += 1;
	}

	return `${significant(rest)}${prefixes[scale]}`;
};

/** A count with thin groups for people: 84 020. Whole numbers only. */
export const formatCount = (count: number): string =>
	Math.round(count)
		.toString()
		.replace(/\B(?=(\d{3})+$)/g, ' ');

/** Operations per second: '9.50', '1999', '12.4k'. */
export const formatRate = (perSecond: number | undefined): string => {
	if (perSecond === undefined || !Number.isFinite(perSecond)) return nothing;
	return perSecond < 9999.5 ? significant(perSecond) : scaled(perSecond, 1000, ['', 'k', 'M', 'G']);
};

export const formatBytes = (bytes: number | undefined): string =>
	bytes === undefined || !Number.isFinite(bytes) ? nothing : scaled(bytes, 1024, ['B', 'K', 'M', 'G', 'T', 'P']);

/** A share in percent: '0%', '0.01%', '12.3%', '100%'. A share above zero never reads 0 %. */
export const formatPercent = (percent: number | undefined): string => {
	if (percent === undefined || !Number.isFinite(percent)) return nothing;
	if (percent === 0) return '0%';
	const magnitude = Math.abs(percent);
	if (magnitude < 0.01) return percent < 0 ? '>-0.01%' : '<0.01%';
	if (magnitude < 9.995) return `${percent.toFixed(2)}%`;
	if (magnitude >= 99.95 && magnitude < 100) return `${percent < 0 ? '-' : ''}99.9%`;
	return `${magnitude < 99.95 ? percent.toFixed(1) : percent.toFixed(0)}%`;
};

/** More than a hundred times as much is not told more exactly. Percent. */
const greatestChange = 9999.5;

/** A relative change in percent with its sign: '+8.1%', '-0.3%', '+124%', '0.0%', '>+9999%'. */
export const formatChange = (ratio: number | undefined): string => {
	if (ratio === undefined || !Number.isFinite(ratio)) return nothing;
	const percent = ratio * 100;
	if (percent >= greatestChange) return '>+9999%';
	// A loss of nearly all is no loss of all.
	const text = Math.abs(percent) < 99.95 || (percent > -100 && percent < 0) ? percent.toFixed(1) : percent.toFixed(0);
	return `${percent > 0 && Number(text) !== 0 ? '+' : ''}${Number(text) === 0 ? '0.0' : text}%`;
};

/** How the values of a unit are written. */
export type MeasureFormat = {
	/** A value alone: '1.23 µs', '2.48G', '85.1/s', '12.3k'. */
	readonly figure: (value: number | null | undefined) => string;
	/** What belongs behind it, unless something beside it says so: a word, or '/op'. */
	readonly unit: string;
};

const nanosecondsIn: Readonly<Record<string, number>> = {ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9};
const timeScale = [
	['ns', 1],
	['µs', 1e3],
	['ms', 1e6],
	['s', 1e9],
] as const;

/** A time in the unit that shows three digits: '0.123 ns', '1.23 µs', '12.3 ms', '1234 s'. */
const formatNanoseconds = (nanoseconds: number): string => {
	const magnitude = Math.abs(nanoseconds);
	const [unit, size] = timeScale.findLast(([, least]) => magnitude >= least * 0.9995) ?? timeScale[0];
	return `${significant(nanoseconds / size)} ${unit}`;
};

/** Three digits of anything: '12', '0.00012', '12.3k'. */
const formatNumber = (value: number): string => {
	const magnitude = Math.abs(value);
	if (magnitude >= 9999.5) return scaled(value, 1000, ['', 'k', 'M', 'G', 'T']);
	if (Number.isInteger(value)) return String(value);
	return magnitude < 0.0995 ? String(Number(value.toPrecision(3))) : significant(value);
};

const known =
	(format: (value: number) => string): MeasureFormat['figure'] =>
	(value) =>
		value === null || value === undefined || !Number.isFinite(value) ? nothing : format(value);

/** How values are written that are in a unit as people call it: times and bytes are scaled, any other word stays. */
export const measureFormat = (unit: string): MeasureFormat => {
	if (unit === '1/s' || unit === '/s') return {figure: known((value) => `${formatRate(value)}/s`), unit: ''};
	if (unit === '%') return {figure: known(formatPercent), unit: ''};
	if (unit === '' || unit === '1' || unit === 'count') return {figure: known(formatNumber), unit: ''};
	const [base = '', ...per] = unit.split('/');
	const rest = per.length === 0 ? '' : `/${per.join('/')}`;
	const nanoseconds = nanosecondsIn[base];
	if (nanoseconds !== undefined)
		return {figure: known((value) => (value === 0 ? `0 ${base}` : formatNanoseconds(value * nanoseconds))), unit: rest};
	if (/^(bytes?|B)$/.test(base)) return {figure: known(formatBytes), unit: rest};
	return {figure: known(formatNumber), unit};
};

/** A value with its unit, whatever that is: '1.23 µs', '2.48G/op', '85.1/s', '12 files'. */
export const formatMeasure = (value: number | null | undefined, unit: string): string => {
	const format = measureFormat(unit);
	const text = format.figure(value);
	if (text === nothing || format.unit === '') return text;
	return format.unit.startsWith('/') ? `${text}${format.unit}` : `${text} ${format.unit}`;
};

/** A value with its unit, for panes and text. */
export const formatValue = (value: number | undefined, unit: Unit): string => {
	switch (unit) {
		case 'ms':
			return value === undefined ? nothing : `${formatMilliseconds(value)} ms`;
		case '1/s':
			return value === undefined ? nothing : `${formatRate(value)}/s`;
		case '%':
			return formatPercent(value);
		case 'bytes':
			return formatBytes(value);
		case 'bytes/s':
			return value === undefined ? nothing : `${formatBytes(value)}/s`;
		case 'count':
			return value === undefined ? nothing : formatCount(value);
		case '1':
			return value === undefined ? nothing : significant(value);
	}
};

/** A clock reading of a run: '00:42', '1:02:03'. */
export const formatClock = (milliseconds: number): string => {
	const seconds = Math.max(0, Math.floor(milliseconds / 1000));
	const minutes = Math.floor(seconds / 60);
	const two = (value: number): string => value.toString().padStart(2, '0');
	return minutes < 60
		? `${two(minutes)}:${two(seconds % 60)}`
		: `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
};

/** A duration as users write it: '500ms', '30s', '5m', '1h 30m'. */
export const formatDuration = (milliseconds: number): string => {
	if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)}ms`;
	const tenths = Number((milliseconds / 1000).toFixed(1));
	if (tenths < 60) return `${tenths}s`;
	const seconds = Math.round(milliseconds / 1000);
	const parts = [
		[Math.floor(seconds / 3600), 'h'],
		[Math.floor(seconds / 60) % 60, 'm'],
		[seconds % 60, 's'],
	] as const;
	return parts
		.filter(([value]) => value > 0)
		.map(([value, unit]) => `${value}${unit}`)
		.join(' ');
};

const durationUnits: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000};

/** '500ms', '30s', '1.5m', '1h30m', or seconds as a bare number; `undefined` for anything else. In milliseconds. */
export const parseDuration = (text: string): number | undefined => {
	const trimmed = text.trim();
	if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
	if (!/^(\d+(\.\d+)?(ms|s|m|h)\s*)+$/.test(trimmed)) return undefined;
	let milliseconds = 0;
	for (const [, value, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
		milliseconds += Number(value) * durationUnits[unit!]!;
	}

	return milliseconds;
};

/** '100', '1.5k', '2M'; `undefined` for anything else, negative numbers included. */
export const parseNumber = (text: string): number | undefined => {
	const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text.trim());
	if (match === null) return undefined;
	return Number(match[1]) * (match[2] === 'k' ? 1000 : match[2] === 'M' ? 1_000_000 : 1);
};

/** '4k', '256m', '1.5g' in powers of 1024, or plain bytes; `undefined` for anything that is no whole number of bytes. */
export const parseBytes = (text: string): number | undefined => {
	const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])i?)?b?$/i.exec(text.trim());
	if (match === null) return undefined;
	const bytes = Number(match[1]) * 1024 ** ' kmgt'.indexOf(match[2]?.toLowerCase() ?? ' ');
	return Number.isSafeInteger(bytes) ? bytes : undefined;
};
