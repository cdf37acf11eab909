import {outcomeOf} from '../../core/error-words.ts';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {bodyWords, headerIn, headerWords, requestOf, secondsAbove} from './request.ts';

/** hey keeps no more results than this one by one. */
const mostResults = 1_000_000;

/** Each latency with its status, and what is told of all of them: hey's own formats round to 0.1 ms, and one leaves out the errors. */
const template = [
	'{{ range $index, $latency := .Lats }}{{ printf "%.9f" $latency }} {{ index $.StatusCodes $index }}\n{{ end }}',
	'end {{ printf "%.9f" .Total.Seconds }} {{ .NumRes }} {{ .SizeTotal }} {{ jsonify .ErrorDist }}',
].join('');

/** Errors and how often there were. */
const errorsIn = (text: string): ReadonlyArray<readonly [string, number]> => {
	try {
		const read: unknown = JSON.parse(text);
		return typeof read !== 'object' || read === null
			? []
			: Object.entries(read).map(([words, number]) => [words, Number(number)] as const);
	} catch {
		return [];
	}
};

const launch = ({plan, limit, folder, tally}: Errand): Launch => {
	const request = requestOf(plan);
	const contentType = headerIn(request, 'content-type');
	let told: Told | undefined;
	let rows = 0;
	const conclude = (line: string): void => {
		const [, seconds, results, size, errors = ''] = /^end (\S+) (\d+) (\d+) (.*)$/.exec(line) ?? [];
		const requests = Number(results);
		let failed = 0;
		for (const [words, number] of errorsIn(errors)) {
			tally.failed(outcomeOf(words), number);
			failed += number;
		}

		const left = requests - failed - rows;
		if (left > 0) tally.untimed('not told', false, left);
		tally.received(Number(size));
		told = {
			duration: Number(seconds) * 1000,
			requests,
			doubts:
				left > 0
					? [
							{
								kind: 'results-left-out',
								message: `hey keeps the first ${mostResults} results alone: the latency and the status of ${left} more are not known.`,
							},
						]
					: [],
		};
	};
	return {
		words: [
			...('duration' in limit ? ['-z', `${limit.duration}ms`] : ['-n', String(limit.amount)]),
			...['-c', String(plan.connections), '-t', String(secondsAbove(plan.timeout)), '-cpus', String(plan.threads ?? 1)],
			...(plan.rate === undefined ? [] : ['-q', String(plan.rate / plan.connections)]),
			...['-m', request.method, '-disable-redirects', '-disable-compression', '-o', template],
			...headerWords(request),
			...(contentType === undefined ? [] : ['-T', contentType]),
			...bodyWords(request, '-D', folder),
			request.url.href,
		],
		hear(line) {
			if (line.startsWith('end ')) return conclude(line);
			const [seconds, status] = line.split(' ');
			if (status === undefined || !/^\d/.test(line)) return;
			rows += 1;
			tally.answered(Number(status), Number(seconds) * 1e6);
		},
		conclude: () => told,
	};
};

/** hey: its results come by an output template of ours, to the nanosecond. */
export const hey: Adapter = {
	name: 'hey',
	about: 'HTTP/1.1 requests by hey, one worker for each connection',
	tool: {
		name: 'hey',
		programs: ['hey'],
		hint: 'Install it: apt install hey, brew install hey, or go install github.com/rakyll/hey@latest',
	},
	latencyMeans:
		'from beginning the request to the last byte of its reply; the first one on a connection includes looking up the name and connecting',
	can: {rate: true, amount: 'even', threads: true, wholeSeconds: true},
	leavesOutTimeouts: true,
	isBursty: true,
	sendsAgain: true,
	limits: () => [
		'hey does not tell its version.',
		'At the end hey waits for the requests in flight, which count in its time.',
		'Sizes are those that Content-Length says.',
	],
	launch,
};
