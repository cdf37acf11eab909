import type {Doubt} from '../../core/event.ts';
import {gaugeMean} from '../../core/gauge.ts';
import {isSecretName, redactUrl} from '../../core/secret.ts';
import {coveredIn, endedIn, failedIn, type Snapshot} from '../../core/snapshot.ts';
import {formatCount, formatPercent, formatRate} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Engine, Versions} from '../engine.ts';
import {connectionOf} from './connection.ts';
import {loadByPgbench} from './load.ts';
import {type PgbenchPlan, pgbenchPlan} from './plan.ts';
import {findPgbench, pgbenchVersion} from './program.ts';
import {hashOfScript} from './scripts.ts';
import {pgbenchSuite} from './suite.ts';
import {checkTables} from './tables.ts';

const probe = async (plan: PgbenchPlan, signal: AbortSignal): Promise<void> => {
	findPgbench(plan);
	for (const script of plan.scripts) {
		if ('file' in script && hashOfScript(script.file) !== script.sha256) {
			throw new BenchtopError(`The script ${script.file} is no longer the one that was asked for.`, {
				hint: 'It was changed meanwhile: start the benchmark anew.',
				exitCode: 4,
			});
		}
	}

	const version = await pgbenchVersion(plan);
	if (plan.maxTries !== 1 && version !== undefined && Number.parseInt(version, 10) < 15) {
		throw new BenchtopError(`pgbench ${version} tries no transaction again: maxTries is for version 15 and later.`, {
			hint: 'Leave out maxTries, or install a later PostgreSQL client.',
			exitCode: 4,
		});
	}

	await checkTables(plan, signal);
};

const disclose = (plan: PgbenchPlan) => {
	const {password, written} = connectionOf(plan.url);
	const {environment, url, ...rest} = plan;
	const hidden = Object.entries(environment).flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
	const names = Object.keys(environment).sort();
	return {
		plan: {...rest, url: redactUrl(url), environment: names.length === 0 ? {} : names},
		secrets: [
			...hidden,
			...(password === undefined || written === undefined ? [] : [password, written, encodeURIComponent(password)]),
		].filter((secret) => secret !== ''),
	};
};

const limitsOf = ({rate, latencyLimit, reconnect, statements, threads, log}: PgbenchPlan): readonly string[] => [
	log === 'lines'
		? 'pgbench writes its log line by line, into a terminal: each transaction costs it a call of the system more.'
		: 'pgbench writes its log in blocks of 4 KiB for each thread, about 110 transactions: of loads slower than some 300 transactions per second and thread the time line shows lumps, unless it is asked for lines (log: lines). Totals and percentiles are exact.',
	rate === undefined
		? 'Closed loop: a client begins a transaction when its last one is over, so a stall of the server counts once per client (coordinated omission). With a rate it would show.'
		: 'Open loop: transactions are due at random moments (Poisson). Those that were due and had not begun when the load ended are in no figure.',
	...(latencyLimit !== undefined && rate !== undefined
		? ['Transactions that were skipped have no latency: the percentiles are of those that began in time.']
		: []),
	...(reconnect
		? [
				`Making a connection is in the throughput, and not in the latency of the transaction on it; ${threads === 1 ? 'the thread' : 'a thread'} makes one after the other, and the transactions of its other clients wait for that.`,
			]
		: []),
	...(statements
		? ['The times of statements are means over the whole load, warm-up included, and known at its end only.']
		: []),
];

/** Of so many transactions that were due, this share may be missing by chance alone. */
const fewest = 0.95;
/** A thread that works so much of its time is what limits the load, %. */
const busyThread = 90;

const doubtsOf = ({rate, threads}: PgbenchPlan, total: Snapshot): readonly Doubt[] => {
	const ended = endedIn(total);
	const failed = failedIn(total);
	const skipped = total.outcomes.skipped ?? 0;
	const cpu = total.gauges['tool.cpu'];
	const busy = cpu === undefined ? 0 : gaugeMean(cpu);
	const due = rate === undefined ? 0 : (rate * coveredIn(total)) / 1000;
	return [
		// Moments of a Poisson process: their number has a standard deviation of its root.
		...(rate !== undefined && ended < Math.min(fewest * due, due - 4 * Math.sqrt(due))
			? [
					{
						kind: 'rate-not-kept',
						message: `${formatRate(rate)} transactions per second were due, and ${formatRate((ended * 1000) / coveredIn(total))} were done: those that waited at the end are in no figure.`,
					},
				]
			: []),
		...(skipped > 0
			? [
					{
						kind: 'skipped',
						message: `${formatCount(skipped)} of ${formatCount(ended)} transactions were skipped, since they could not begin within the latency limit: the latencies are of the others.`,
					},
				]
			: []),
		...(failed > skipped
			? [
					{
						kind: 'failed-transactions',
						message: `${formatCount(failed - skipped)} of ${formatCount(ended)} transactions failed, and have no latency: the latencies are of the others.`,
					},
				]
			: []),
		...(busy > busyThread * threads
			? [
					{
						kind: 'tool-saturated',
						message: `pgbench was the bottleneck: its ${threads === 1 ? 'thread' : `${threads} threads`} took ${formatPercent(busy)} of one core. More threads (-j) may load more.`,
					},
				]
			: []),
	];
};

const versions = async (plan: PgbenchPlan): Promise<Versions> => {
	const pgbench = await pgbenchVersion(plan);
	return pgbench === undefined ? {} : {pgbench};
};

/** Transactions on PostgreSQL by pgbench, read from its log as they end. */
export const pgbenchEngine: Engine<PgbenchPlan> = {
	name: 'pgbench',
	about: "transactions on PostgreSQL by pgbench: its own scripts or yours, each one's time from its log",
	plan: pgbenchPlan,
	latencyMeans:
		'one transaction, which is one run through a script with all its tries and pauses, as timed by pgbench; with a rate from when it was due',
	run: loadByPgbench,
	probe,
	disclose,
	limits: limitsOf,
	doubts: doubtsOf,
	versions,
	timedElsewhere: true,
	suite: pgbenchSuite,
};
