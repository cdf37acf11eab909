import {printable} from '../../core/printable.ts';
import {formatCount, formatMilliseconds} from '../../core/units.ts';
import type {Control, Recorder} from '../engine.ts';
import type {GivenUp} from './clients.ts';
import {leastPossible, type Tally} from './counting.ts';
import type {PgbenchPlan} from './plan.ts';
import {reconcile} from './reconcile.ts';
import type {Report, Statement} from './report.ts';
import {namesOf} from './scripts.ts';

/** How one start of pgbench came to its end. */
export type SessionEnd = {
	readonly plan: PgbenchPlan;
	readonly recorder: Recorder;
	readonly control: Control;
	readonly tally: Tally;
	readonly report: Report | undefined;
	readonly givenUp: readonly GivenUp[];
	readonly isKilled: boolean;
	/** Its log came line by line. */
	readonly isByLines: boolean;
	readonly isLumpy: boolean;
	/** The measured phase was entered. */
	readonly isMeasured: boolean;
};

const longestText = 80;
/** Where this share of the times cannot be, the others are not what they should be either. */
const fewImpossible = 0.001;

const tellStatement = (
	{plan, recorder, control}: Pick<SessionEnd, 'plan' | 'recorder' | 'control'>,
	statement: Statement,
	number: number,
): void => {
	const script = namesOf(plan.scripts)[statement.script] ?? String(statement.script + 1);
	const text = printable(statement.text).slice(0, longestText);
	const subject = `${script} ${number}: ${text}`;
	const {latency, failures, retries} = statement;
	const slot = recorder.metric({
		name: subject,
		unit: 'ms',
		better: 'lower',
		about: 'mean time of this statement over the whole load, warm-up included, as pgbench says at the end',
	});
	recorder.sample(slot, latency);
	control.find({
		kind: 'statement',
		subject,
		text: [
			`${formatMilliseconds(latency)} ms on average, warm-up included (known at the end only)`,
			...(failures === undefined || failures === 0 ? [] : [`${formatCount(failures)} failures`]),
			...(retries === undefined || retries === 0 ? [] : [`${formatCount(retries)} retries`]),
		].join('; '),
		figures: {
			meanMilliseconds: latency,
			...(failures === undefined ? {} : {failures}),
			...(retries === undefined ? {} : {retries}),
		},
	});
};

/** Tells what only the end shows: connections, statements, clients that gave up, and what does not agree. */
export const tellEnd = (session: SessionEnd): void => {
	const {plan, recorder, control, tally, report, givenUp, isKilled, isByLines, isLumpy, isMeasured} = session;
	const [first] = givenUp;
	if (first !== undefined) {
		control.doubt({
			kind: 'clients-aborted',
			message:
				givenUp.length === plan.clients
					? `${plan.clients === 1 ? 'The only client' : `All ${plan.clients} clients`} gave up before the end, and the load was over with that: ${printable(first.words)}`
					: `${givenUp.length} of ${plan.clients} clients gave up before the end, and the load went on without: ${printable(first.words)}`,
		});
	}

	if (isKilled) {
		control.doubt({
			kind: 'log-cut',
			message: `pgbench was ended by force, before its transactions came to their end${isByLines ? ': it has made no report that could be held against its log.' : ', and without a report: of each of its threads the last block of the log is lost, up to 110 transactions or so.'}`,
		});
	} else for (const doubt of reconcile(tally, report, plan.rate === undefined && !plan.reconnect)) control.doubt(doubt);

	if (tally.impossible > tally.processed * fewImpossible) {
		control.doubt({
			kind: 'times-cut',
			message: `pgbench gave ${formatCount(tally.impossible)} of ${formatCount(tally.processed)} transactions a time of less than ${leastPossible} µs, which no server takes: it takes some ends from before the reply${plan.statements ? ', mostly when it also times statements (-r). Without that, latencies are right' : '. Mean and low percentiles are too small'}.`,
		});
	}

	if (isLumpy) {
		control.doubt({
			kind: 'log-in-blocks',
			message:
				'pgbench hands out its log in blocks of about 110 transactions for each thread, which took seconds at this pace: the seconds of the time line, and with them the least and the most throughput, have transactions when they were told of. Totals, mean throughput and percentiles are exact. Ask for lines: --log lines.',
		});
	}

	if (!isMeasured || report === undefined) return;
	if (report.connecting !== undefined) {
		const slot = recorder.metric({
			name: 'connecting',
			unit: 'ms',
			better: 'lower',
			about: plan.reconnect
				? 'mean time to make a connection, as pgbench says at the end'
				: 'time until all connections were made, as pgbench says at the end',
		});
		recorder.sample(slot, report.connecting);
	}

	for (const [index, statement] of report.statements.entries()) {
		const before = report.statements.findIndex(({script}) => script === statement.script);
		tellStatement(session, statement, index - before + 1);
	}
};
