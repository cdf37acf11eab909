import {join} from 'node:path';
import * as z from 'zod';
import {outcomeOf} from '../../core/error-words.ts';
import type {Doubt} from '../../core/event.ts';
import {formatMilliseconds} from '../../core/units.ts';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {bodyWords, headerWords, requestOf} from './request.ts';
import type {Tally} from './tally.ts';

const report = z.object({
	summary: z.object({total: z.number()}),
	latencyPercentiles: z.record(z.string(), z.number().nullable()),
	statusCodeDistribution: z.record(z.string(), z.number()),
	errorDistribution: z.record(z.string(), z.number()),
});

type Report = z.infer<typeof report>;

/** What oha calls the requests that it breaks off at the end. */
const brokenOff = 'aborted due to deadline';

const reportIn = (lines: readonly string[]): Report | undefined => {
	try {
		return report.parse(JSON.parse(lines.join('\n')));
	} catch {
		return undefined;
	}
};

/** Counts each request that got a reply, out of the database that oha writes when it is done; false where there is none. */
const countRequests = async (path: string, hasRate: boolean, tally: Tally): Promise<boolean> => {
	const {DatabaseSync} = await import('node:sqlite');
	try {
		const database = new DatabaseSync(path, {readOnly: true});
		try {
			const rows = database
				.prepare('select duration * 1e6 as latency, (end - start) * 1e6 as sent, status, len_bytes as size from oha')
				.iterate();
			for (const {latency, sent, status, size} of rows) {
				tally.answered(Number(status), Number(latency), hasRate ? Number(sent) : undefined);
				tally.received(Number(size));
			}

			return true;
		} finally {
			database.close();
		}
	} catch {
		return false;
	}
};

const interruptedDoubt = ({latencyPercentiles}: Report): Doubt => {
	const shown = ['p50', 'p90', 'p95', 'p99'].flatMap((name) => {
		const seconds = latencyPercentiles[name];
		return seconds === undefined || seconds === null ? [] : [`${name} ${formatMilliseconds(seconds * 1000)} ms`];
	});
	return {
		kind: 'only-percentiles',
		message: `oha was interrupted, and then tells the latencies of no single request: ${shown.join(', ')} is what it says of all.`,
	};
};

const launch = ({plan, limit, folder, tally}: Errand): Launch => {
	const request = requestOf(plan);
	const database = join(folder, 'requests.db');
	const lines: string[] = [];
	const conclude = async (): Promise<Told | undefined> => {
		const read = reportIn(lines);
		if (read === undefined) return undefined;
		const statuses = Object.entries(read.statusCodeDistribution);
		const isComplete = await countRequests(database, plan.rate !== undefined, tally);
		if (!isComplete) {
			for (const [status, number] of statuses) tally.untimed(status, Number(status) >= 400, number);
		}

		const {[brokenOff]: inFlight = 0, ...errors} = read.errorDistribution;
		for (const [words, number] of Object.entries(errors)) tally.failed(outcomeOf(words), number);
		tally.inFlight(inFlight);
		const requests = [...statuses, ...Object.entries(errors)].reduce((sum, [, number]) => sum + number, 0);
		return {duration: read.summary.total * 1000, requests, doubts: isComplete ? [] : [interruptedDoubt(read)]};
	};
	return {
		words: [
			...['--no-tui', '--output-format', 'json', '--db-url', database],
			...('duration' in limit ? ['-z', `${limit.duration}ms`] : ['-n', String(limit.amount)]),
			...['-c', String(plan.connections), '-t', `${plan.timeout}ms`, '--worker-threads', String(plan.threads ?? 1)],
			...(plan.rate === undefined ? [] : ['-q', String(plan.rate), '--latency-correction']),
			...['-m', request.method, '-r', '0', '--disable-compression'],
			...headerWords(request),
			...bodyWords(request, '-D', folder),
			request.url.href,
		],
		hear: (line) => lines.push(line),
		conclude,
	};
};

/** oha: each request comes out of its database, all else out of its report. */
export const oha: Adapter = {
	name: 'oha',
	about: 'HTTP/1.1 requests by oha, at a rate or as fast as its connections allow',
	tool: {name: 'oha', programs: ['oha'], hint: 'Install it: cargo install oha, or brew install oha'},
	version: {words: ['--version'], pattern: /^oha (\S+)/m},
	latencyMeans:
		'from sending the request to the last byte of its reply, from when it was due under a rate; the first one on a connection includes looking up the name and connecting',
	can: {rate: true, amount: true, threads: true},
	leavesOutTimeouts: true,
	limits: () => [
		'Requests in flight at the end are counted; how long they had waited is not told.',
		'oha tells only percentiles, and no single latency, when it is stopped early.',
	],
	launch,
};
