import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Doubt} from '../../core/event.ts';
import {formatCount, formatMilliseconds} from '../../core/units.ts';
import type {Adapter, Errand, Launch, Told} from './adapter.ts';
import {type PlainRequest, requestOf, secondsAbove, writePrivate} from './request.ts';
import {type Counted, spread, withoutCorrection} from './wrk-histogram.ts';

/** A text of Lua that stands for these bytes, whatever they are. */
const luaText = (text: string | Uint8Array): string => {
	const bytes = typeof text === 'string' ? Buffer.from(text) : text;
	return `"${[...bytes].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
};

/**
 * The request, and what wrk does when it is done. `latency(i)` looks through all of the histogram for each i, minutes in all, so that
 * it is read where it lies, if that is what wrk 4 has there.
 */
const scriptOf = ({url, method, headers, body}: PlainRequest, output: string): string => `
wrk.method = ${luaText(method)}
wrk.path = ${luaText(`${url.pathname}${url.search}`)}
${headers.map(([name, value]) => `wrk.headers[${luaText(name)}] = ${luaText(value)}`).join('\n')}
${body === undefined ? '' : `wrk.body = ${luaText(body)}`}

local function inPlace(latency, tell)
	local ffi = require("ffi")
	ffi.cdef("typedef struct { uint64_t count, limit, min, max, data[]; } benchtop_stats;")
	local stats = ffi.cast("benchtop_stats **", latency)[0]
	local low, high = tonumber(stats.min), tonumber(stats.max)
	assert(low == latency.min and high == latency.max and high < tonumber(stats.limit))
	local sum = 0
	for value = low, high do sum = sum + tonumber(stats.data[value]) end
	assert(sum == tonumber(stats.count))
	for value = low, high do
		if stats.data[value] > 0 then tell(value, tonumber(stats.data[value])) end
	end
end

function done(summary, latency)
	local file = assert(io.open(${luaText(output)}, "w"))
	local errors = summary.errors
	file:write(string.format("%d %d %d %d %d %d %d %d\\n", summary.duration, summary.requests, summary.bytes,
		errors.connect, errors.read, errors.write, errors.timeout, errors.status))
	local function tell(value, count) file:write(string.format("%d %d\\n", value, count)) end
	if #latency > 0 and not pcall(inPlace, latency, tell) then
		for index = 1, #latency do tell(latency(index)) end
	end
	file:write("end\\n")
	file:close()
end
`;

/** Percentiles that differ by less than this are the same. */
const leastDifference = 0.05;

const at = (values: Float64Array, percent: number): number =>
	values[Math.min(values.length - 1, Math.floor((percent * values.length) / 100))] ?? 0;

/** Says so where what wrk adds moves a percentile. */
const correctionDoubts = (corrected: Float64Array, real: Float64Array, made: number): readonly Doubt[] => {
	const [most] = [50, 90, 95, 99]
		.map((percent) => {
			const [shown, sent] = [at(corrected, percent), at(real, percent)];
			return {percent, shown, sent, difference: Math.abs(shown - sent) / Math.max(1, sent)};
		})
		.sort((a, b) => b.difference - a.difference);
	if (most === undefined || most.difference < leastDifference) return [];
	return [
		{
			kind: 'corrected-latencies',
			message: `wrk added ${formatCount(made)} made-up samples to ${formatCount(real.length)} real ones, for what its connections could not send while they waited: its p${most.percent} is ${formatMilliseconds(most.shown / 1000)} ms, that of the requests it sent ${formatMilliseconds(most.sent / 1000)} ms (uncorrected).`,
		},
	];
};

const count = ({plan, tally}: Errand, output: string): Told | undefined => {
	let lines: readonly string[];
	try {
		lines = readFileSync(output, 'utf8').trimEnd().split('\n');
	} catch {
		return undefined;
	}

	const [summary = '', ...rest] = lines;
	if (rest.pop() !== 'end') return undefined;
	const [duration = 0, requests = 0, bytes = 0, connect = 0, read = 0, write = 0, timeout = 0, status = 0] = summary
		.split(' ')
		.map(Number);
	const counted: Counted = rest.map((line) => {
		const [value = 0, number = 0] = line.split(' ').map(Number);
		return [value, number] as const;
	});
	const timed = requests - timeout;
	const all = counted.reduce((sum, [, number]) => sum + number, 0);
	const rounds = Math.floor(requests / plan.connections);
	const interval = rounds === 0 ? 0 : Math.floor(duration / rounds);
	const known = all === timed ? counted : withoutCorrection(counted, interval, timed);
	const corrected = spread(counted, timed);
	const real = known === undefined ? undefined : spread(known, timed);
	const failures = Math.min(status, timed);
	for (const [index, latency] of corrected.entries()) {
		const isFailure = index < failures;
		const uncorrected = all === timed ? undefined : real?.[index];
		tally.timed(isFailure ? '4xx or 5xx' : '2xx or 3xx', isFailure, latency, uncorrected);
	}

	tally.failed('timeout', timeout);
	tally.failed('connection failed', connect);
	tally.failed('closed before response', read);
	tally.failed('EPIPE', write);
	tally.received(bytes);
	return {
		duration: duration / 1000,
		requests: requests + connect + read + write,
		doubts:
			all === timed
				? []
				: real === undefined
					? [
							{
								kind: 'corrected-latencies',
								message: `wrk tells ${formatCount(all)} latencies of ${formatCount(timed)} requests, and not how it came to the others.`,
							},
						]
					: correctionDoubts(corrected, real, all - timed),
	};
};

const launch = (errand: Errand): Launch => {
	const {plan, limit, folder} = errand;
	const request = requestOf(plan);
	const output = join(folder, 'told');
	const script = writePrivate(folder, 'request.lua', scriptOf(request, output));
	const duration = 'duration' in limit ? limit.duration : 0;
	return {
		words: [
			...['-t', String(plan.threads ?? 1), '-c', String(plan.connections), '-d', `${secondsAbove(duration)}s`],
			...['--timeout', `${secondsAbove(plan.timeout)}s`, '--latency', '-s', script, request.url.origin],
		],
		...(duration % 1000 === 0 ? {} : {interruptAfter: duration}),
		conclude: () => count(errand, output),
	};
};

/** wrk 4: its latencies come out of its Lua function `done`, to the microsecond. */
export const wrk: Adapter = {
	name: 'wrk',
	about: 'HTTP/1.1 requests by wrk, as fast as its connections allow',
	tool: {name: 'wrk', programs: ['wrk'], hint: 'Install it: apt install wrk, or brew install wrk'},
	version: {words: ['-v'], pattern: /^wrk (?:\w+\/)?(\S+)/m},
	latencyMeans:
		'from writing the request to the last byte of its reply, connecting left out, with the samples that wrk adds for waiting connections ("corrected"); uncorrected: those of the requests it sent',
	// After HEAD it waits for a body that never comes.
	can: {threads: 'even', wholeSeconds: true, methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']},
	leavesOutTimeouts: true,
	hidesHeaders: true,
	limits: () => [
		'wrk does not tell statuses apart: 2xx or 3xx, and 4xx or 5xx, is all it counts. A request that takes longer than the timeout is waited for, and has no latency.',
		'The percentiles are those that wrk prints: it adds made-up samples for what its connections could not send while they waited (coordinated omission, by its mean interval). Those of the requests that were sent are the uncorrected ones.',
		'Requests in flight at the end are not told, and requests on a connection that breaks are named by how it broke, not one by one.',
	],
	launch,
};
