import {formatCount, formatDuration, formatRate} from '../../../core/units.ts';
import type {OwnHttpPlan} from '../plan.ts';
import type {ScenarioPlan} from './plan.ts';

const rowsOf = ({name, per, order}: NonNullable<ScenarioPlan['data']>[number]): string => {
	const orders = {sequential: 'in their order, over and over', random: 'at random', unique: 'each once'};
	return `${name}: a row for each ${per}, ${orders[order]}`;
};

/** What the figures of a scenario are of. */
export const scenarioLimits = (
	{rate, rateEnd, connections}: OwnHttpPlan,
	scenario: ScenarioPlan,
): readonly string[] => {
	const {flows, once, data = [], ramp, onFailure} = scenario;
	const isOne = flows.length === 1;
	return [
		...(rate === undefined
			? [
					`Closed loop of ${formatCount(connections)} virtual users, each with connections${scenario.cookies ? ', cookies' : ''} and variables of its own: a user waits for its reply, then thinks, before it sends again, so while the target stalls less is asked of it (coordinated omission). With a rate of sessions it would show.`,
				]
			: [
					`Open loop: ${formatRate(rate)}${rateEnd === undefined ? '' : ` to ${formatRate(rateEnd)}`} sessions begin per second, each of a new virtual user, ${formatCount(connections)} at a time at most. The latency of a session's first request counts from when the session was due, that of later ones from when they could be sent; the rate is one of sessions, not of requests.`,
				]),
		`An operation is one request${isOne ? '' : '; which flow a user goes through is chosen by weight for each pass, from a seed'}.${once === undefined ? '' : ' What users do once counts as well.'} The first request on a connection includes connecting. Think time counts in no latency.`,
		...(ramp === undefined || rate !== undefined
			? []
			: [`Users begin evenly over the first ${formatDuration(ramp)}, warm-up included.`]),
		...(data.length === 0 ? [] : [`Data: ${data.map(rowsOf).join('; ')}.`]),
		onFailure === 'continue'
			? 'After a request that failed its user goes on with the next step; where a variable is missing then, the rest of the pass is left out.'
			: 'After a request that failed its user leaves out the rest of the pass.',
	];
};
