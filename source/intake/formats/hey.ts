import {outcomeOf} from '../../core/error-words.ts';
import type {PercentileKey} from '../../core/summary.ts';
import type {Format, ToldRun} from '../format.ts';
import {cutOff, isTableCutOff, textLines} from '../given.ts';

const means =
	'from sending a request, with making its connection where that is new, to the end of its reply, as hey times it';

const header = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset';

const keys: Readonly<Record<string, PercentileKey>> = {50: 'p50', 75: 'p75', 90: 'p90', 95: 'p95', 99: 'p99'};

const seconds = (text: string, label: string): number | undefined => {
	const [, figure] = new RegExp(`^\\s*${label}:\\s*([\\d.]+) secs`, 'm').exec(text) ?? [];
	return figure === undefined ? undefined : Number(figure) * 1000;
};

const readSummary = (text: string): ToldRun => {
	const [, errors = ''] = text.split(/^Error distribution:/m);
	const counted = [
		...[...text.matchAll(/^\s*\[(\d{3})\]\s+(\d+) responses/gm)].map(([, status = '', count]) => ({
			outcome: status,
			failed: /^[45]/.test(status),
			count: Number(count),
		})),
		...[...errors.matchAll(/^\s*\[(\d+)\]\s+(.+)$/gm)].map(([, count, words = '']) => ({
			outcome: outcomeOf(words),
			failed: true,
			count: Number(count),
		})),
	];
	if (counted.length === 0) throw new Error('it ends early: how many requests were answered is not there');
	const answered = counted.filter(({outcome}) => /^\d{3}$/.test(outcome)).reduce((sum, {count}) => sum + count, 0);
	const figures = {
		mean: seconds(text, 'Average'),
		min: seconds(text, 'Fastest'),
		max: seconds(text, 'Slowest'),
		...Object.fromEntries(
			[...text.matchAll(/^\s*(\d+)%+ in ([\d.]+) secs/gm)].flatMap(([, share = '', figure]) => {
				const key = keys[share];
				return key === undefined ? [] : [[key, Number(figure) * 1000]];
			}),
		),
	};
	const duration = seconds(text, 'Total');
	const [, bytes] = /^\s*Total data:\s*(\d+) bytes/m.exec(text) ?? [];
	return {
		name: 'hey',
		...(duration === undefined ? {} : {duration}),
		means,
		counted,
		latency: {
			count: answered,
			...Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined)),
		},
		...(bytes === undefined ? {} : {bytesIn: Number(bytes)}),
		limits: [
			'hey does not say what it loaded; latencies are told to a tenth of a millisecond, and those of requests that failed are not among them.',
		],
	};
};

function* readLines(text: string) {
	for (const line of textLines(text)) {
		const columns = line.trim().split(',');
		const [time, , , , , , status = '', offset] = columns;
		if (columns.length !== 8 || !/^[\d.]+$/.test(time ?? '')) continue;
		yield {
			outcome: status,
			failed: !/^[123]\d\d$/.test(status),
			microseconds: Number(time) * 1e6,
			at: (Number(offset) + Number(time)) * 1000,
		};
	}
}

/** What hey prints: its summary, or with -o csv every request. */
export const hey: Format = {
	name: 'hey',
	about: 'HTTP load by hey',
	made: 'hey -o csv http://localhost:3000 > FILE',
	recognise: ({text}) =>
		text.startsWith(header) ||
		(/^Summary:\s*$/m.test(text) && /^\s*Slowest:\s*[\d.]+ secs/m.test(text) && /^\s*resp wait:/m.test(text)),
	read: ({text}) =>
		text.startsWith(header)
			? [
					{
						name: 'hey',
						means,
						timed: readLines(text),
						doubts: isTableCutOff(text, header) ? [cutOff] : [],
						limits: [
							'hey does not say what it loaded; latencies are told to a tenth of a millisecond, and requests that failed, or were beyond the first million, are not among them.',
						],
					},
				]
			: text
					.split(/^(?=Summary:\s*$)/m)
					.filter((part) => part.startsWith('Summary:'))
					.map(readSummary),
};
