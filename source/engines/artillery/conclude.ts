import type {Doubt} from '../../core/event.ts';
import {formatCount, formatPercent} from '../../core/units.ts';
import type {Control} from '../engine.ts';
import type {Metrics} from './metrics.ts';
import {type Report, reconcile} from './reconcile.ts';
import {clean, type Everything} from './tally.ts';
import {type Check, verdictFindings} from './verdicts.ts';

/** What is known when all has ended. */
export type Heard = {
	readonly told: Everything;
	readonly metrics: Metrics;
	readonly report: Report | undefined;
	readonly checks: readonly Check[];
	/** Artillery's exit code; absent where it was told to end. */
	readonly code: number | undefined;
	readonly isOwn: boolean;
	/** Plugins of the script that could not be loaded. */
	readonly missing: readonly string[];
	readonly hasOtherParts: boolean;
};

const doubtsOf = ({told, metrics, report, isOwn, missing}: Heard): readonly Doubt[] => {
	const skipped = metrics.total('vusers.skipped');
	const created = metrics.total('vusers.created');
	return [
		...(skipped > 0
			? [
					{
						kind: 'rate-not-reached',
						message: `The rate was not reached: ${formatCount(skipped)} of ${formatCount(skipped + created)} virtual users (${formatPercent((skipped / (skipped + created)) * 100)}) were skipped, since maxVusers were there already. They are in no latency.`,
					},
				]
			: []),
		...(missing.length > 0
			? [
					{
						kind: 'plugin-missing',
						message: `Artillery could not load ${missing.length === 1 ? 'the plugin' : 'the plugins'} ${missing.map(clean).join(', ')} of the script: what they would have done or checked was left out.`,
					},
				]
			: []),
		...(report === undefined
			? isOwn
				? []
				: [{kind: 'no-summary', message: 'Artillery wrote no report: nothing could be held against it.'}]
			: reconcile(told, metrics, report)),
	];
};

/** Tells what was found out, and holds what was counted against Artillery's own report. */
export const conclude = (control: Control, heard: Heard): void => {
	const {told, metrics, report, checks, code, hasOtherParts} = heard;
	const users = (what: string): number => metrics.total(`vusers.${what}`);
	const [created, completed, failed, skipped] = [
		users('created'),
		users('completed'),
		users('failed'),
		users('skipped'),
	];
	const {requests, measured, warmup, late} = told;
	control.find({
		kind: 'users',
		subject: 'virtual users',
		text: `${formatCount(created)} created, ${formatCount(completed)} completed, ${formatCount(failed)} failed${skipped > 0 ? `, ${formatCount(skipped)} skipped` : ''}`,
		figures: {created, completed, failed, skipped},
	});
	if (requests > 0) {
		control.find({
			kind: 'requests',
			subject: 'requests',
			text: `Artillery made ${formatCount(requests)}: ${formatCount(measured)} measured${warmup > 0 ? `, ${formatCount(warmup)} in the warm-up` : ''}${late > 0 ? `, ${formatCount(late)} begun after the end` : ''}`,
			figures: {made: requests, measured, warmup, late},
		});
	}

	const limits = verdictFindings(checks, report, metrics, code, warmup > 0);
	for (const finding of [...limits, ...metrics.scenarios(), ...metrics.errors(), ...metrics.findings()])
		control.find(finding);
	for (const doubt of doubtsOf(heard)) control.doubt(doubt);
	if (hasOtherParts) {
		control.notice('The requests have more names than are told apart: give those of one kind the same name.');
	}
};
