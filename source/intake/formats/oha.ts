import * as z from 'zod';
import {outcomeOf} from '../../core/error-words.ts';
import type {Format, ToldRun} from '../format.ts';
import {cutOff, fits, isTableCutOff, readAs, textLines} from '../given.ts';

const means =
	'from sending a request, with making its connection where that is new, to the end of its reply, as oha times it';

const header = 'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status';

const figure = z.number().nullable();
const whole = z.object({
	summary: z.object({total: z.number(), slowest: figure, fastest: figure, average: figure, totalData: z.number()}),
	latencyPercentiles: z.record(z.string(), figure),
	statusCodeDistribution: z.record(z.string(), z.number()),
	/** Older ones do not tell it. */
	errorDistribution: z.record(z.string(), z.number()).optional(),
});

const milliseconds = (seconds: number | null | undefined): number | null => (seconds == null ? null : seconds * 1000);

/** What was cut off at the deadline is no failure of the target's. */
const atDeadline = 'aborted due to deadline';

const readSummary = (json: unknown): ToldRun => {
	const {summary, latencyPercentiles, statusCodeDistribution, errorDistribution = {}} = readAs(whole, json);
	const statuses = Object.entries(statusCodeDistribution);
	const aborted = errorDistribution[atDeadline] ?? 0;
	return {
		name: 'oha',
		duration: summary.total * 1000,
		means,
		counted: [
			...statuses.map(([status, count]) => ({outcome: status, failed: /^[45]/.test(status), count})),
			...Object.entries(errorDistribution)
				.filter(([words]) => words !== atDeadline)
				.map(([words, count]) => ({outcome: outcomeOf(words), failed: true, count})),
		],
		bytesIn: summary.totalData,
		latency: {
			count: statuses.reduce((sum, [, count]) => sum + count, 0),
			mean: milliseconds(summary.average),
			min: milliseconds(summary.fastest),
			p50: milliseconds(latencyPercentiles.p50),
			p75: milliseconds(latencyPercentiles.p75),
			p90: milliseconds(latencyPercentiles.p90),
			p95: milliseconds(latencyPercentiles.p95),
			p99: milliseconds(latencyPercentiles.p99),
			p999: milliseconds(latencyPercentiles['p99.9']),
			p9999: milliseconds(latencyPercentiles['p99.99']),
			max: milliseconds(summary.slowest),
		},
		limits: [
			'oha does not say what it loaded; requests that failed, timeouts among them, have no latency.',
			...(aborted === 0
				? []
				: [`${aborted} requests were in flight when the time was over: oha does not tell how long they had waited.`]),
		],
	};
};

function* readLines(text: string) {
	for (const line of textLines(text)) {
		const [start, , , , took, , status = ''] = line.trim().split(',');
		if (!/^[\d.]+(?:e-?\d+)?$/.test(start ?? '')) continue;
		yield {
			outcome: status,
			failed: !/^[123]\d\d$/.test(status),
			microseconds: Number(took) * 1e6,
			at: (Number(start) + Number(took)) * 1000,
		};
	}
}

const bytesIn = (text: string): number => {
	let sum = 0;
	for (const line of textLines(text)) {
		const bytes = Number(line.split(',')[5]);
		if (Number.isFinite(bytes)) sum += bytes;
	}

	return sum;
};

/** oha's JSON, or with --output-format csv every request; of both, seconds. */
export const oha: Format = {
	name: 'oha',
	about: 'HTTP load by oha',
	made: 'oha --no-tui --output-format json http://localhost:3000 > FILE',
	recognise: ({json, text}) => fits(whole, json) || text.startsWith(header),
	read: ({json, text}) => [
		text.startsWith(header)
			? {
					name: 'oha',
					means,
					timed: readLines(text),
					doubts: isTableCutOff(text, header) ? [cutOff] : [],
					bytesIn: bytesIn(text),
					limits: ['oha does not say what it loaded; requests that failed are not among those that it tells.'],
				}
			: readSummary(json),
	],
};
