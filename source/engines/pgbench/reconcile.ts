import type {Doubt} from '../../core/event.ts';
import {formatCount, formatMilliseconds, formatRate} from '../../core/units.ts';
import type {Tally} from './counting.ts';
import type {Report} from './report.ts';

/** The report is rounded to so many milliseconds. */
const rounding = 0.001;
/** Means and spreads of the same numbers agree to so small a share. */
const sameMean = 0.001;
/** The clock of the report begins and ends with the threads, the log with the first and the last transaction. */
const sameRate = 0.1;
/** Of less time a rate says little. Milliseconds. */
const shortest = 2000;

const counts = ['processed', 'failed', 'skipped', 'late', 'retries'] as const;
const countWords: Readonly<Record<(typeof counts)[number], string>> = {
	processed: 'transactions processed',
	failed: 'failed transactions',
	skipped: 'skipped transactions',
	late: 'transactions above the latency limit',
	retries: 'retries',
};

/** Holds what was read from the log against the report. `closed`: the clients did not wait for a rate, nor for connections. */
export const reconcile = (tally: Tally, report: Report | undefined, closed: boolean): readonly Doubt[] => {
	if (report === undefined) {
		return [
			{kind: 'no-report', message: 'pgbench ended without a report of its own: nothing could be held against it.'},
		];
	}

	const differences: string[] = [];
	for (const name of counts) {
		const told = report[name];
		if (told !== undefined && told !== tally[name]) {
			differences.push(`${formatCount(told)} ${countWords[name]}, in its log ${formatCount(tally[name])}`);
		}
	}

	const compare = (what: string, told: number | undefined, ours: number): void => {
		if (told === undefined || !Number.isFinite(told) || Math.abs(told - ours) <= rounding + sameMean * ours) return;
		differences.push(`${what} of ${formatMilliseconds(told)} ms, in its log ${formatMilliseconds(ours)} ms`);
	};
	if (tally.processed > 0) {
		compare('a mean latency', report.latency, tally.mean / 1000);
		compare('a standard deviation', report.stddev, Math.sqrt(tally.squares / tally.processed) / 1000);
	}

	const length = (tally.ended - tally.begun) / 1000;
	const rate = (tally.processed * 1000) / length;
	if (closed && length >= shortest && report.rate !== undefined && Math.abs(report.rate - rate) > sameRate * rate) {
		differences.push(`${formatRate(report.rate)} transactions per second, in its log ${formatRate(rate)}`);
	}

	return [
		...(differences.length === 0
			? []
			: [
					{
						kind: 'report-differs',
						message: `The report of pgbench says otherwise than its log: ${differences.join('; ')}.`,
					},
				]),
		...(tally.unreadable === 0
			? []
			: [
					{
						kind: 'log-unreadable',
						message: `${formatCount(tally.unreadable)} lines of the log of pgbench could not be read.`,
					},
				]),
	];
};
