import {outcomeOf} from '../../core/error-words.ts';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {betweenRanks} from './ranks.ts';
import {bodyWords, headerWords, requestOf, writePrivate} from './request.ts';

/** The shares of the requests whose latencies bombardier is asked for: each twentieth of a percent, and the last ones closer. */
const shares: readonly number[] = [
	...Array.from({length: 2000}, (_, index) => index / 2000),
	...[0.9996, 0.9997, 0.9998, 0.9999, 0.99999, 1],
];

/** Its own formats give five percentiles. */
const template = [
	'{{ with .Result }}all {{ .TimeTaken.Nanoseconds }} {{ .BytesRead }} {{ .BytesWritten }} {{ .Others }}',
	...[1, 2, 3, 4, 5].map((digit) => `{{ "\\n" }}status ${digit}xx {{ .Req${digit}XX }}`),
	'{{ range .Errors }}{{ "\\n" }}error {{ .Count }} {{ printf "%q" .Error }}{{ end }}',
	`{{ with .LatenciesStats (FloatsToArray ${shares.join(' ')}) }}{{ range $share, $latency := .Percentiles }}{{ "\\n" }}share {{ $share }} {{ $latency }}{{ end }}{{ end }}{{ end }}{{ "\\n" }}end{{ "\\n" }}`,
].join('');

/** It takes no time that is shorter. Milliseconds. */
const shortest = 1000;

const launch = ({plan, limit, folder, tally}: Errand): Launch => {
	const request = requestOf(plan);
	const statuses = new Map<string, number>();
	const errors = new Map<string, number>();
	const known: Array<readonly [share: number, microseconds: number]> = [];
	let [duration, others] = [0, 0];
	let isWhole = false;
	const conclude = (): Told | undefined => {
		if (!isWhole) return undefined;
		const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
		const outcomes: ReadonlyArray<readonly [outcome: string, isFailure: boolean, count: number]> = [
			...[...statuses].map(([status, count]) => [status, status >= '4', count] as const),
			...[...errors].map(([outcome, count]) => [outcome, true, count] as const),
			['other status', true, Math.max(0, others - failed)],
		];
		const ended = outcomes.reduce((sum, [, , count]) => sum + count, 0);
		// Its rank of a share, counted from 1.
		const ranked = known.map(
			([share, latency]) => [Math.max(0, Math.floor(share * ended + 0.5) - 1), latency] as const,
		);
		const latencies = betweenRanks(ranked, ended);
		let rank = 0;
		for (const [outcome, isFailure, count] of outcomes) {
			for (let request = 0; request < count; request++) tally.timed(outcome, isFailure, latencies[rank++] ?? 0);
		}

		return {duration: duration / 1e6, requests: rank};
	};
	return {
		words: [
			...['--print=r', `--format=path:${writePrivate(folder, 'template', template)}`],
			...('duration' in limit ? ['-d', `${Math.max(shortest, limit.duration)}ms`] : ['-n', String(limit.amount)]),
			...['-c', String(plan.connections), '-t', `${plan.timeout}ms`, '-m', request.method],
			...(plan.rate === undefined ? [] : ['-r', String(plan.rate)]),
			...headerWords(request),
			...bodyWords(request, '-f', folder),
			request.url.href,
		],
		...('duration' in limit && limit.duration < shortest ? {interruptAfter: limit.duration} : {}),
		environment: {GOMAXPROCS: String(plan.threads ?? 1)},
		hear(line) {
			const [kind, first = '', second = '', ...rest] = line.split(' ');
			if (kind === 'all') {
				duration = Number(first);
				others = Number(rest[1]);
				tally.received(Number(second));
			} else if (kind === 'status' && Number(second) > 0) statuses.set(first, Number(second));
			else if (kind === 'error') {
				const outcome = outcomeOf([second, ...rest].join(' '));
				errors.set(outcome, (errors.get(outcome) ?? 0) + Number(first));
			} else if (kind === 'share') known.push([Number(first), Number(second)]);
			else if (line === 'end') isWhole = true;
		},
		conclude,
	};
};

/** bombardier: its figures come by an output template of ours. */
export const bombardier: Adapter = {
	name: 'bombardier',
	about: 'HTTP/1.1 requests by bombardier, at a rate or as fast as its connections allow',
	tool: {
		name: 'bombardier',
		programs: ['bombardier'],
		hint: 'Install it: go install github.com/codesenberg/bombardier@latest, or brew install bombardier',
	},
	version: {words: ['--version'], pattern: /version v?(\d\S*)/},
	latencyMeans:
		'from sending the request to the last byte of its reply, or to its failure; the first one on a connection includes looking up the name and connecting',
	can: {rate: 'whole', amount: true, threads: true},
	limits: () => [
		'bombardier tells the latency of each twentieth of a percent of the requests, to the microsecond: what lies between is interpolated.',
		'What timed out or was lost with its connection bombardier sends again by itself: where that helps, it counts once, as a success, with the time of both, and the target sees more requests than are counted.',
		'It tells statuses apart by their first digit alone. Requests in flight at the end are not told.',
	],
	launch,
};
