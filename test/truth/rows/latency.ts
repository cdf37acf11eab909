import {z} from 'zod';
import type {TargetLog} from '../servers/plan.ts';
import {percentilesOf} from '../tools/tool.ts';
import {atLeast, atMost, cannot, near, observe, ownClaims, type Row, shown, verdict} from './row.ts';

/** Milliseconds by which two clocks and two event loops may differ, on a machine that does other things too. */
const slack = 1.5;
/** What a histogram of three digits and a target's own timers leave open. */
const share = 0.02;

const tolerance = (truth: number): number => Math.max(slack, share * truth);

const constant: Row = {
	id: '1',
	situation: 'constant 100 ms, 5 requests per second',
	truth: 'as many latencies as replies; p50 100 ms (±2 %)',
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: ['ok'], delay: 100}, {connections: 5, rate: 5, duration: 3000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const truth = percentilesOf(log.services).p50! / 1000;
		return verdict([
			near('p50', figures.latency.p50, truth, tolerance(truth)),
			// What is in flight at the end is answered and not counted.
			near('latencies', figures.samples, log.ended.ok ?? 0, 5),
			near('requests', log.requests, 15 * scale, 2),
		]);
	},
};

const mixture: Row = {
	id: '1b',
	situation: '90 % take 5 ms, 9 % 50 ms, 1 % 200 ms',
	truth: "p50, p95, p99.9 of the target's own clock (±2 % or 1.5 ms)",
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(
			tool,
			{
				replies: ['ok'],
				mixture: [
					{share: 0.9, delay: 5},
					{share: 0.09, delay: 50},
					{share: 0.01, delay: 200},
				],
			},
			{connections: 20, duration: 2000 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const truth = percentilesOf(log.services.map((microseconds) => microseconds / 1000));
		const at = (key: 'p50' | 'p95' | 'p999') =>
			figures.latency[key] === undefined ? [] : [near(key, figures.latency[key], truth[key]!, tolerance(truth[key]!))];
		return verdict([near('p50', figures.latency.p50, truth.p50!, tolerance(truth.p50!)), ...at('p95'), ...at('p999')]);
	},
};

const fast: Row = {
	id: '2',
	situation: 'replies in less than a millisecond',
	truth: '0 < min ≤ p50 ≤ p90 ≤ p99 ≤ max, finer than a millisecond',
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: ['ok']}, {connections: 1, duration: 1000 * scale});
		if (seen === undefined) return cannot;
		const {min, p50, p90, p99, max} = seen.figures.latency;
		const known = [min, p50, p90, p99, max].filter((value) => value !== undefined);
		const p50Said = `p50 ${shown(p50)} ms`;
		return verdict([
			[p50 !== undefined && p50 > 0 && !Number.isInteger(p50), p50Said],
			[known.every((value, index) => value >= (known[index - 1] ?? 0)), `out of order: ${known.map(shown).join(' ')}`],
			[(min ?? 1) > 0, `min ${shown(min)}`],
		]);
	},
};

/** By how much arrivals miss the even grid that fits them best: the median, in milliseconds. */
export const offGrid = (arrivals: readonly number[], rate: number): number => {
	const residuals = arrivals
		.toSorted((a, b) => a - b)
		.map((arrival, index) => (arrival - arrivals[0]!) / 1000 - (index * 1000) / rate)
		.toSorted((a, b) => a - b);
	const middle = residuals[Math.floor(residuals.length / 2)] ?? 0;
	const distances = residuals.map((residual) => Math.abs(residual - middle)).toSorted((a, b) => a - b);
	return distances[Math.floor(distances.length / 2)] ?? Number.NaN;
};

const even: Row = {
	id: '3',
	situation: '100 requests per second over 10 connections',
	truth: "arrivals within 1 ms of an even grid (median), by the target's log",
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: ['ok']}, {connections: 10, rate: 100, duration: 2000 * scale});
		if (seen === undefined) return cannot;
		const {arrivals, requests} = seen.log;
		return verdict([atMost('off the grid, ms', offGrid(arrivals, 100), 1), near('requests', requests, 200 * scale, 3)]);
	},
};

/** Quantiles of a target that answers in `service` and freezes for `frozen` of each `period`: P(T > service + x) = (frozen − x) / period. */
export const stallTruth = (service: number, {frozen, period}: {frozen: number; period: number}, q: number): number =>
	Math.max(service, service + frozen - (1 - q) * period);

/** The freeze that holds at a moment, of those that a target had. */
const freezeAt = ({freezes}: TargetLog, moment: number) =>
	freezes.find(({began, first}) => moment >= began && moment < first);

/**
 * The same for the requests that came and the freezes as long as they were: each is answered after `service` or, one after
 * the other, at the end of its freeze. A busy machine wakes the target late, and answering a hundred takes it some
 * milliseconds; neither is an error of the generator's.
 */
const stallSeen = (service: number, log: TargetLog): readonly number[] =>
	log.arrivals.map((arrival) => {
		const ready = arrival + service * 1000;
		const freeze = freezeAt(log, ready);
		if (freeze === undefined) return service;
		const {began, first, last} = freeze;
		const answered = first + ((last - first) * (ready - began)) / (first - began);
		return (answered - arrival) / 1000;
	});

const stall: Row = {
	id: '4',
	situation: '1 ms, frozen 200 ms of every 2 s, open loop at 500/s',
	truth: 'p95 101, p99 181, p99.9 199 ms (±2 %), as late as the target woke; p50 1 ms (±1.5)',
	alone: true,
	judge: async (tool, scale) => {
		const duration = 6000 * scale;
		const seen = await observe(
			tool,
			{replies: ['ok'], delay: 1, stall: {frozen: 200, period: 2000}},
			{connections: 100, mostConnections: 400, rate: 500, duration},
		);
		if (seen === undefined) return cannot;
		const {latency} = seen.figures;
		const {log} = seen;
		const {p50 = 0} = percentilesOf(log.services.map((microseconds) => microseconds / 1000));
		const truth = percentilesOf(stallSeen(p50, log));
		// Whoever holds back what is due while the target is frozen has less to tell.
		const inFreezes = log.arrivals.filter((arrival) => freezeAt(log, arrival) !== undefined).length;
		const at = (key: 'p95' | 'p999') =>
			latency[key] === undefined ? [] : [near(key, latency[key], truth[key]!, tolerance(truth[key]!))];
		return verdict([
			near('p99', latency.p99, truth.p99!, tolerance(truth.p99!)),
			...at('p95'),
			...at('p999'),
			near('p50', latency.p50, p50, slack),
			atLeast('sent into freezes', inFreezes, 0.9 * 0.1 * 500 * (duration / 1000)),
			...ownClaims(seen.figures, ({summary}) => [
				atMost('uncorrected p99', summary.uncorrectedLatency?.p99 ?? undefined, 1.02 * (latency.p99 ?? 0)),
			]),
		]);
	},
};

const timeouts: Row = {
	id: '9',
	situation: '10 % of the requests take 5 s, timeout 1 s',
	truth: 'p99 ≥ 1 s; each timeout counted once',
	alone: false,
	judge: async (tool, scale) => {
		const connections = 20;
		const seen = await observe(
			tool,
			{replies: [...Array<'ok'>(9).fill('ok'), 'late'], delay: 10},
			{connections, duration: 3000 * scale, timeout: 1000},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const begun = log.ended['late begun'] ?? 0;
		return verdict([
			atLeast('p99', figures.latency.p99, 1000),
			// Those that had not waited long enough when the time was over are in flight, one a connection at most.
			near('timeouts', figures.failures, begun - connections / 2, connections / 2),
			...ownClaims(figures, ({summary}) => [near('by name', summary.outcomes.timeout, figures.failures ?? 0, 0)]),
		]);
	},
};

const inFlight: Row = {
	id: '12',
	situation: 'in flight when the time is over',
	truth: 'counted, with the time that they waited',
	alone: false,
	judge: async (tool, scale) => {
		const duration = 1000 * scale;
		const seen = await observe(tool, {replies: ['never']}, {connections: 5, duration});
		if (seen === undefined) return cannot;
		const {figures} = seen;
		return verdict([
			atLeast('p50', figures.latency.p50, 0.9 * duration),
			...ownClaims(figures, ({summary}) => [
				near('waiting', summary.latency.waiting.count, 5, 0),
				atLeast('longest', summary.latency.waiting.longest ?? undefined, 0.9 * duration),
				near('offered', summary.operations.offered, summary.operations.inFlight, 0),
			]),
		]);
	},
};

/** Not every engine sees it. */
const withFirstByte = z.looseObject({firstByteLatency: z.looseObject({p50: z.number()})});

const definitions: Row = {
	id: '18',
	situation: 'headers at once, the body 50 ms later',
	truth: 'says what its latency spans; first byte and last byte both told',
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: ['halves']}, {connections: 2, duration: 1000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const truth = percentilesOf(log.services).p50! / 1000;
		const {report, latency} = figures;
		return verdict([
			[
				report !== undefined && /last byte/.test(report.summary.latency.means),
				report === undefined
					? `p50 ${shown(latency.p50)} of what, is not said`
					: `means ${report.summary.latency.means}`,
			],
			near('p50', latency.p50, truth, tolerance(truth)),
			...ownClaims(figures, ({summary}) => [
				atMost('first byte p50', withFirstByte.safeParse(summary).data?.firstByteLatency.p50, 10),
			]),
		]);
	},
};

export const latencyRows: readonly Row[] = [constant, mixture, fast, even, stall, timeouts, inFlight, definitions];
