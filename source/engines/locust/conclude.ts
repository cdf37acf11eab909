import type {Doubt} from '../../core/event.ts';
import {redactWords} from '../../core/secret.ts';
import {formatCount} from '../../core/units.ts';
import type {Control} from '../engine.ts';
import type {Health} from './health.ts';
import type {LocustPlan} from './plan.ts';
import {reconcile} from './reconcile.ts';
import type {Tally} from './tally.ts';
import type {ToldOf} from './told.ts';

/** What is known when all has ended. */
export type Heard = {
	readonly tally: Tally;
	readonly health: Health;
	readonly errors: readonly ToldOf<'errors'>[];
	readonly stats: ToldOf<'stats'> | undefined;
	readonly isDistributed: boolean;
	readonly isLost: boolean;
	readonly isStopped: boolean;
};

/** Exceptions that no request was made of. */
const brokenTasks = (errors: readonly ToldOf<'errors'>[]): readonly Doubt[] => {
	if (errors.length === 0) return [];
	const count = errors.reduce((sum, each) => sum + each.count, 0);
	const words = errors.flatMap((each) => each.errors).map(([text, times]) => `${redactWords(text)} (${times})`);
	return [
		{
			kind: 'user-errors',
			message: `Users broke off ${formatCount(count)} ${count === 1 ? 'task' : 'tasks'} by exceptions outside of requests, so that the load was not what their file describes: ${words.slice(0, 3).join('; ')}.`,
		},
	];
};

/** Tells what was found out, and holds what was counted against Locust's own statistics. */
export const conclude = (plan: LocustPlan, control: Control, heard: Heard): void => {
	const {tally, health, errors, stats, isDistributed, isLost, isStopped} = heard;
	for (const finding of health.findings()) control.find(finding);
	for (const doubt of [...health.doubts(), ...brokenTasks(errors)]) control.doubt(doubt);
	if (stats === undefined) {
		if (isStopped) return;
		const message = "Locust's own statistics never came: nothing could be held against them.";
		control.doubt({kind: 'tool-silent', message});
		return;
	}

	if (stats.asked !== null && stats.asked !== 0) {
		const text = `its own check of the run set exit code ${stats.asked}`;
		control.find({kind: 'exit-code', subject: 'locustfile', text, figures: {exitCode: stats.asked}});
		control.notice(`Locust: ${text}.`);
	}

	const {measured, warmup, late} = tally.shares();
	control.find({
		kind: 'reconciled',
		subject: "Locust's own statistics",
		text: `${formatCount(stats.requests)} requests; benchtop was told ${formatCount(measured)} that it measured, ${formatCount(warmup)} of the warm-up and ${formatCount(late)} begun after the end`,
		figures: {requests: stats.requests, measured, warmup, late},
	});
	// A master quits half a second after it told its workers to: it knows nothing of what they still do.
	const knowsAll = !isDistributed || (!isStopped && !isLost && plan.stopTimeout === 0);
	const all = tally.everything();
	if (!knowsAll && stats.requests <= all.requests) return;
	for (const doubt of reconcile(all, stats)) control.doubt(doubt);
};
