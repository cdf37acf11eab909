import type {PercentileKey} from '../../core/summary.ts';
import type {Format, ToldRun} from '../format.ts';

const factors: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000};
const sizes: Readonly<Record<string, number>> = {B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4};

/** '5.43ms' in milliseconds. */
const timeIn = (text: string): number => {
	const [, figure, unit] = /^([\d.]+)(us|ms|s|m|h)$/.exec(text) ?? [];
	return Number(figure) * (factors[unit ?? ''] ?? Number.NaN);
};

const figureIn = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1];

const keys: Readonly<Record<number, PercentileKey>> = {
	50: 'p50',
	75: 'p75',
	90: 'p90',
	99: 'p99',
	99.9: 'p999',
	99.99: 'p9999',
};

const opening = /^Running (\S+) test @ (\S+)$/m;

const readOne = (text: string): ToldRun => {
	const [, , url = ''] = opening.exec(text) ?? [];
	const [, requests, , took = '', read = ''] =
		/^\s*(\d+) requests in (\s*)([\d.]+\w+), ([\d.]+[KMGT]?B) read/m.exec(text) ?? [];
	if (requests === undefined) throw new Error('the line "… requests in …" is missing');
	const [, amount, size = 'B'] = /^([\d.]+)([KMGT]?B)$/.exec(read) ?? [];
	const bad = Number(figureIn(text, /^\s*Non-2xx or 3xx responses: (\d+)/m) ?? 0);
	const [, connect = 0, reading = 0, writing = 0, timeouts = 0] =
		/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text) ?? [];
	const threads = figureIn(text, /^\s*(\d+) threads and \d+ connections/m);
	const connections = figureIn(text, /^\s*\d+ threads and (\d+) connections/m);
	const [, mean = '', deviation = '', most = ''] =
		/^\s*Latency\s+([\d.]+\w+)\s+([\d.]+\w+)\s+([\d.]+\w+)/m.exec(text) ?? [];
	// wrk2 with --u_latency tells a second distribution, of what its schedule held back.
	const [corrected = ''] = text.split(/^\s*Latency Distribution \(HdrHistogram - Uncorrected/m);
	const isWrk2 = corrected.includes('(HdrHistogram - Recorded Latency)') || /^\s*Thread calibration:/m.test(text);
	const recorded = figureIn(corrected, /^#\[Max .*Total count\s*=\s*(\d+)\]/m);
	const percentiles = [...corrected.matchAll(/^\s*([\d.]+)%\s+([\d.]+(?:us|ms|s|m|h))\s*$/gm)];
	const total = Number(requests);
	const rate = Number(figureIn(text, /^Requests\/sec:\s*([\d.]+)/m));
	return {
		name: url,
		target: url,
		// The rate is told more exactly than the time.
		duration: rate > 0 ? (total / rate) * 1000 : timeIn(took),
		means: isWrk2
			? 'from when a request was due to the end of its reply, as wrk2 times it'
			: 'from sending a request to the end of its reply, as wrk times it',
		counted: [
			{outcome: '2xx or 3xx', failed: false, count: total - bad},
			{outcome: 'non-2xx or 3xx', failed: true, count: bad},
			{outcome: 'connection failed', failed: true, count: Number(connect)},
			{outcome: 'read error', failed: true, count: Number(reading)},
			{outcome: 'write error', failed: true, count: Number(writing)},
			{outcome: 'timeout', failed: true, count: Number(timeouts)},
		].filter(({count}) => count > 0),
		bytesIn: Math.round(Number(amount) * (sizes[size] ?? 1)),
		latency: {
			count: recorded === undefined ? total : Number(recorded),
			...Object.fromEntries(
				percentiles.flatMap(([, share = '', value = '']) => {
					const key = keys[Number(share)];
					return key === undefined ? [] : [[key, timeIn(value)]];
				}),
			),
			...(mean === '' ? {} : {mean: timeIn(mean), stddev: timeIn(deviation), max: timeIn(most)}),
		},
		settings: {
			...(connections === undefined ? {} : {connections: Number(connections)}),
			...(threads === undefined ? {} : {threads: Number(threads)}),
		},
		limits: [
			'Latencies have three digits. A reply that comes after its timeout counts as both.',
			isWrk2
				? `Latencies leave out those of wrk2's first ten seconds, in which it calibrates itself${recorded === undefined ? ': how many are left is not told' : ''}.`
				: 'On connections that had to wait, wrk adds made-up latencies for what it could not send meanwhile.',
		],
	};
};

/** What wrk prints, with --latency or without; figures of three digits. */
export const wrk: Format = {
	name: 'wrk',
	about: 'HTTP load by wrk or wrk2',
	made: 'wrk --latency http://localhost:3000 > FILE',
	recognise: ({text}) => opening.test(text) && /^Requests\/sec:/m.test(text),
	read: ({text}) =>
		text
			.split(/^(?=Running \S+ test @ )/m)
			.filter((part) => opening.test(part))
			.map(readOne),
};
